package rest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"go.uber.org/zap"

	"cadastre/registry"
	"cadastre/whitelist/desk"
)

const good = `{"domain": "acme.management", "registrant": {"id": "UID1"}}`

func TestAnnounce(t *testing.T) {
	b := newBench(t, nil)
	a := b.call("POST", "/api/v1/applications", `{"policy": "manual-board", "domain": "acme.management", "registrar": {"id": "146"},
		"registrant": {"id": "UID1", "credential": {"type": "passport", "value": "top secret"}, "email": "alice@mail.example"}}`)
	if a.status != http.StatusCreated || a.header.Get("Location") != "/api/v1/applications/42" {
		t.Fatalf("%d %v %s", a.status, a.header, a.body)
	}
	var app desk.Application
	if err := json.Unmarshal([]byte(a.body), &app); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(heldApplication, app); diff != "" {
		t.Error(diff)
	}
	want := []any{
		registry.Actor{Registrar: account, Verifier: true, Channel: "rest", SvTRID: a.header.Get("Transaction-Id")},
		"manual-board",
		desk.ApplyRequest{
			Target: "acme.management",
			Preapproval: registry.Preapproval{
				Registrant: "UID1", Registrar: "146", Credential: registry.Credential{Type: "passport", Value: "top secret"},
			},
			Evidence: desk.Evidence{Mail: "alice@mail.example"},
		},
	}
	if diff := cmp.Diff(want, b.desk.seen); diff != "" {
		t.Error(diff)
	}
	line := b.line()
	fields := line.ContextMap()
	for name, want := range map[string]any{
		"account": account, "method": "POST", "route": "POST /api/v1/applications", "status": int64(201),
		"application": "42", "transaction": a.header.Get("Transaction-Id"),
	} {
		if fields[name] != want {
			t.Errorf("log: %s is %v, want %v", name, fields[name], want)
		}
	}
	if line.Level != zap.InfoLevel {
		t.Errorf("log: level %v", line.Level)
	}
	for _, e := range b.logs.All() {
		for _, secret := range []string{"top secret", goodToken, "alice"} {
			if strings.Contains(fmt.Sprint(e.Message, e.ContextMap()), secret) {
				t.Errorf("%q is logged", secret)
			}
		}
	}
	if n := testutil.ToFloat64(b.server.cfg.Metrics.requests.WithLabelValues("POST /api/v1/applications", "201")); n != 1 {
		t.Errorf("%v requests counted", n)
	}
}

func TestDecide(t *testing.T) {
	b := newBench(t, nil)
	for text, want := range map[string]desk.Decision{
		`{"decision": "approve"}`:                     {Approve: true, By: account},
		`{"decision": "deny", "reason": "not yours"}`: {Reason: "not yours", By: account},
		`{"decision": "pending"}`:                     {Pending: true, By: account},
		`{"decision": "approve", "by": "alice"}`:      {Approve: true, By: "alice"},
	} {
		b.desk.on(nil)
		a := b.call("POST", "/api/v1/applications/42/decision", text)
		if a.status != http.StatusOK || a.header.Get("Location") != "" {
			t.Errorf("%s: %d %s", text, a.status, a.body)
		}
		if diff := cmp.Diff([]any{"42", want}, b.desk.seen[1:]); diff != "" {
			t.Error(diff)
		}
	}
}

func TestListAndShow(t *testing.T) {
	b := newBench(t, nil)
	a := b.call("GET", "/api/v1/applications", "")
	if a.status != http.StatusOK || strings.TrimSpace(a.body) != `{"applications":[]}` {
		t.Errorf("%d %s", a.status, a.body)
	}
	if diff := cmp.Diff(desk.ApplicationFilter{Limit: 100}, b.desk.seen[1]); diff != "" {
		t.Error(diff)
	}
	b.desk.on(nil)
	a = b.call("GET", "/api/v1/applications?status=pending&policy=manual-board&domain=ACME.Management&limit=7", "")
	want := desk.ApplicationFilter{Policy: "manual-board", Status: "pending", Target: "acme.management", Limit: 7}
	if a.status != http.StatusOK || len(b.desk.seen) < 2 || !cmp.Equal(want, b.desk.seen[1]) {
		t.Errorf("%d %s: %v", a.status, a.body, b.desk.seen)
	}
	if a = b.call("GET", "/api/v1/applications/42", ""); a.status != http.StatusOK || !strings.Contains(a.body, `"application":"42"`) {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a = b.call("HEAD", "/api/v1/applications/42", ""); a.status != http.StatusOK || a.body != "" {
		t.Errorf("HEAD: %d %s", a.status, a.body)
	}
}

// TestRefused: what is not described is refused, before the desk hears of it, and says
// which field is meant. Secrets do not come back.
func TestRefused(t *testing.T) {
	b := newBench(t, func(c *Config) { c.Limits.RequestsPerSecond, c.Limits.RequestBurst = 1000, 1000 })
	const applications, decision = "/api/v1/applications", "/api/v1/applications/42/decision"
	for name, test := range map[string]struct {
		method, path, body string
		status             int
		field              string
	}{
		"no body":           {"POST", applications, "", 400, ""},
		"no JSON":           {"POST", applications, "{", 400, "body"},
		"half a text":       {"POST", applications, good[:len(good)-1], 400, "body"},
		"two values":        {"POST", applications, good + good, 400, "body"},
		"list":              {"POST", applications, "[" + good + "]", 422, "body"},
		"null":              {"POST", applications, "null", 422, "body"},
		"no UTF-8":          {"POST", applications, strings.Replace(good, "UID1", "UID\xff", 1), 400, "body"},
		"deep":              {"POST", applications, strings.Repeat(`{"a":`, 1000), 400, "body"},
		"name twice":        {"POST", decision, `{"decision": "deny", "decision": "approve"}`, 400, "body"},
		"name in capitals":  {"POST", decision, `{"Decision": "approve"}`, 400, "body"},
		"name in long s":    {"POST", decision, `{"deciſion": "approve"}`, 400, "body"},
		"escaped name":      {"POST", decision, `{"decision": "deny", "\u0064ecision": "approve"}`, 400, "body"},
		"unknown field":     {"POST", applications, strings.Replace(good, `"domain"`, `"x": 1, "domain"`, 1), 422, "x"},
		"unknown inside":    {"POST", applications, strings.Replace(good, `"id"`, `"x": 1, "id"`, 1), 422, "registrant.x"},
		"no domain":         {"POST", applications, `{"registrant": {"id": "UID1"}}`, 422, "body"},
		"empty domain":      {"POST", applications, strings.Replace(good, "acme.management", "", 1), 422, "domain"},
		"no registrant":     {"POST", applications, `{"domain": "acme.management"}`, 422, "body"},
		"no id":             {"POST", applications, `{"domain": "acme.management", "registrant": {}}`, 422, "registrant"},
		"number":            {"POST", applications, strings.Replace(good, `"UID1"`, `1`, 1), 422, "registrant.id"},
		"long id":           {"POST", applications, strings.Replace(good, "UID1", strings.Repeat("x", 256), 1), 422, "registrant.id"},
		"kind of secret":    {"POST", applications, withCredential(`{"type": "x", "value": "top secret"}`), 422, "registrant.credential.type"},
		"empty secret":      {"POST", applications, withCredential(`{"type": "token", "value": ""}`), 422, "registrant.credential.value"},
		"long secret":       {"POST", applications, withCredential(`{"type": "token", "value": "` + strings.Repeat("top secret", 500) + `"}`), 422, "registrant.credential.value"},
		"email":             {"POST", applications, strings.Replace(good, `"id"`, `"email": "a@b.example\nBcc: c@d.example", "id"`, 1), 422, "registrant.email"},
		"unknown decision":  {"POST", decision, `{"decision": "maybe"}`, 422, "decision"},
		"no decision":       {"POST", decision, `{}`, 422, "body"},
		"long reason":       {"POST", decision, `{"decision": "deny", "reason": "` + strings.Repeat("x", 1001) + `"}`, 422, "reason"},
		"long application":  {"GET", applications + "/" + strings.Repeat("1", 65), "", 422, "id"},
		"unknown parameter": {"GET", applications + "?state=held", "", 422, "state"},
		"unknown status":    {"GET", applications + "?status=held", "", 422, "status"},
		"limit":             {"GET", applications + "?limit=1001", "", 422, "limit"},
		"no limit":          {"GET", applications + "?limit=0", "", 422, "limit"},
		"limit is a word":   {"GET", applications + "?limit=all", "", 422, "limit"},
		"domain":            {"GET", applications + "?domain=-x-.management", "", 422, "domain"},
		"no such path":      {"GET", "/api/v1/policies", "", 404, ""},
		"front page":        {"GET", "/", "", 404, ""},
		"method":            {"DELETE", applications + "/42", "", 405, ""},
		"method of two":     {"PUT", applications, good, 405, ""},
	} {
		t.Run(name, func(t *testing.T) {
			b.desk.on(nil)
			a := b.call(test.method, test.path, test.body)
			if a.status != test.status || len(b.desk.seen) != 0 {
				t.Fatalf("%d %s; the desk heard %v", a.status, a.body, b.desk.seen)
			}
			if strings.Contains(a.body, "top secret") {
				t.Errorf("a secret comes back: %s", a.body)
			}
			field := ""
			if len(a.problem.Errors) > 0 {
				field = a.problem.Errors[0].Field
			}
			if field != test.field {
				t.Errorf("field %q, want %q: %s", field, test.field, a.body)
			}
			if test.status == http.StatusMethodNotAllowed && !strings.Contains(a.header.Get("Allow"), "GET") {
				t.Errorf("Allow: %q", a.header.Get("Allow"))
			}
		})
	}
}

func withCredential(c string) string {
	return strings.Replace(good, `"id"`, `"credential": `+c+`, "id"`, 1)
}

func TestMediaType(t *testing.T) {
	b := newBench(t, nil)
	for contentType, status := range map[string]int{
		"application/json": 201, "application/json; charset=utf-8": 201, "text/plain": 415, "application/x-www-form-urlencoded": 201,
	} {
		req, err := http.NewRequest("POST", "https://"+b.addr+"/api/v1/applications", strings.NewReader(good))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", contentType)
		req.Header.Set("Authorization", "bearer "+goodToken) // the scheme has no case
		if a := b.do(req); a.status != status {
			t.Errorf("%s: %d %s", contentType, a.status, a.body)
		}
	}
}

// TestKinds: every kind of refusal has its status, and the client learns why.
func TestKinds(t *testing.T) {
	b := newBench(t, func(c *Config) { c.Limits.RequestBurst = 1000 })
	for kind, status := range map[registry.Kind]int{
		registry.KindSyntax: 400, registry.KindUse: 409, registry.KindMissing: 422, registry.KindRange: 422, registry.KindValue: 422,
		registry.KindUnimplemented: 501, registry.KindOption: 501, registry.KindExtension: 501, registry.KindBilling: 402,
		registry.KindNotRenewable: 409, registry.KindAuthentication: 401, registry.KindAuthorization: 403, registry.KindAuthInfo: 403,
		registry.KindExists: 409, registry.KindNotFound: 404, registry.KindStatus: 409, registry.KindAssociation: 409,
		registry.KindParamPolicy: 422, registry.KindService: 501, registry.KindDataPolicy: 422, registry.KindUnavailable: 503,
		registry.KindAuthClosing: 401, registry.KindSessionLimit: 429,
	} {
		b.desk.on(func(context.Context) error {
			return fmt.Errorf("wrapped: %w", registry.Errorf(kind, "preapproval:registrant", "UID1", "because %d", kind))
		})
		a := b.call("POST", "/api/v1/applications", good)
		want := []ProblemField{{"registrant.id", "UID1", fmt.Sprintf("because %d", kind)}}
		if a.status != status || !cmp.Equal(want, a.problem.Errors) || a.problem.Detail != want[0].Reason {
			t.Errorf("kind %d: %d %s", kind, a.status, a.body)
		}
		if retry := a.header.Get("Retry-After"); (retry != "") != (status == 503) {
			t.Errorf("kind %d: Retry-After %q", kind, retry)
		}
	}
	b.desk.on(func(context.Context) error {
		return registry.Errorf(registry.KindAuthInfo, "preapproval:credential", "top secret", "wrong")
	})
	if a := b.call("POST", "/api/v1/applications", good); a.status != 403 || strings.Contains(a.body, "top secret") {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// TestFaults: what is not the client's business does not reach it, and the log has it.
func TestFaults(t *testing.T) {
	b := newBench(t, nil)
	for name, do := range map[string]func(context.Context) error{
		"error":        func(context.Context) error { return errors.New("relation \"inside\" does not exist") },
		"unknown kind": func(context.Context) error { return &registry.Error{Kind: 200, Reason: "inside"} },
		"panic":        func(context.Context) error { panic("inside") },
	} {
		b.desk.on(do)
		a := b.call("GET", "/api/v1/applications/42", "")
		if a.status != 500 || strings.Contains(a.body, "inside") || !strings.Contains(a.problem.Detail, a.problem.Transaction) {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	b.server.Shutdown(context.Background()) //nolint:errcheck // so that every line is written
	faults := b.logs.FilterMessage("http").FilterLevelExact(zap.ErrorLevel).All()
	if len(faults) != 3 {
		t.Fatalf("%d lines", len(faults))
	}
	for _, f := range faults {
		if !strings.Contains(fmt.Sprint(f.ContextMap()["fault"]), "inside") {
			t.Errorf("line %v", f.ContextMap())
		}
	}
	if n := testutil.ToFloat64(b.server.cfg.Metrics.panics); n != 1 {
		t.Errorf("%v panics counted", n)
	}
}

func TestHeaders(t *testing.T) {
	b := newBench(t, nil)
	for _, path := range []string{"/api/v1/applications", "/api/v1/openapi.json", "/nothing"} {
		a := b.call("GET", path, "")
		for name, want := range map[string]string{
			"Cache-Control": "no-store", "Strict-Transport-Security": "max-age=31536000", "X-Content-Type-Options": "nosniff",
			"Access-Control-Allow-Origin": "",
		} {
			if got := a.header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
	}
}

// TestDescription: the description is there for everybody, and describes what there is.
func TestDescription(t *testing.T) {
	b := newBench(t, nil)
	a := b.call("GET", "/api/v1/openapi.json", "", "")
	if a.status != http.StatusOK {
		t.Fatalf("%d %s", a.status, a.body)
	}
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]struct {
			OperationID string
			Responses   map[string]any
		}
		Components struct{ Schemas map[string]any }
	}
	if err := json.Unmarshal([]byte(a.body), &doc); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for path, methods := range doc.Paths {
		for method, op := range methods {
			got[op.OperationID] = method + " " + path
			if op.Responses["default"] == nil || len(op.Responses) != 2 {
				t.Errorf("%s has the answers %v", op.OperationID, op.Responses)
			}
		}
	}
	want := map[string]string{
		"announce": "post /api/v1/applications", "list": "get /api/v1/applications", "show": "get /api/v1/applications/{id}",
		"decide": "post /api/v1/applications/{id}/decision",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, name := range []string{"Application", "Problem", "Announcement", "Decision"} {
		if doc.Components.Schemas[name] == nil {
			t.Errorf("no schema %s among %d", name, len(doc.Components.Schemas))
		}
	}
	if strings.Contains(a.body, "ErrorModel") {
		t.Error("it describes the library's errors")
	}
}

func TestMounted(t *testing.T) {
	b := newBench(t, func(c *Config) { c.Desk = nil })
	if a := b.call("GET", "/api/v1/applications", ""); a.status != 404 {
		t.Errorf("without a desk: %d", a.status)
	}
	b = newBench(t, nil)
	b.server.Handle("GET /rdap/{kind}/{name}", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "max-age=60")
		fmt.Fprint(w, r.PathValue("kind"), " ", r.PathValue("name"))
	}))
	a := b.call("GET", "/rdap/domain/a.example", "", "")
	if a.status != 200 || a.body != "domain a.example" || a.header.Get("Cache-Control") != "max-age=60" ||
		a.header.Get("Strict-Transport-Security") == "" {
		t.Errorf("%d %s %v", a.status, a.body, a.header)
	}
	if route := b.line().ContextMap()["route"]; route != "GET /rdap/{kind}/{name}" {
		t.Errorf("route %v", route)
	}
}
