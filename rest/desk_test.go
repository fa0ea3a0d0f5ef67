package rest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"cadastre/internal/clock"
	"cadastre/internal/pgtest"
	"cadastre/registry"
	"cadastre/registry/srs"
	"cadastre/registry/store"
	"cadastre/registry/store/migrations"
	"cadastre/whitelist/desk"
)

var _ Desk = (*desk.Desk)(nil)

// world is both registries on a database, with two verifiers and the HTTPS server.
type world struct {
	*bench
	desk   *desk.Desk
	srs    *srs.SRS
	tokens map[string]string // by account
}

var operator = registry.Actor{Operator: true, Channel: "cli", SvTRID: "test"}

func newWorld(t *testing.T) *world {
	t.Helper()
	ctx := context.Background()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	now := clock.NewFake(time.Date(2027, 11, 21, 10, 0, 0, 0, time.UTC))
	st, err := store.Open(ctx, store.Config{DSN: pgtest.New(t, migrations.FS)})
	must(err)
	t.Cleanup(st.Close)
	w := &world{tokens: map[string]string{}}
	w.srs, err = srs.New(srs.Config{Store: st, Clock: now, ROIDSuffix: "TEST"})
	must(err)
	for _, z := range []*registry.Zone{
		registry.NewZone("management", registry.TargetZone), registry.NewZone("trips", registry.TargetZone),
		registry.NewWhitelistZone("preapproved.works"),
	} {
		z.DNS.Nameservers = []registry.ApexServer{{Name: "ns1.nic." + z.Name, Addrs: []netip.Addr{netip.MustParseAddr("192.0.2.1")}}}
		must(w.srs.AddZone(ctx, operator, z))
	}
	w.desk, err = desk.New(desk.Config{
		Store: st, Clock: now, Targets: desk.NewLocalTargets(st, now),
	})
	must(err)
	must(w.srs.AddRegistrar(ctx, operator, &registry.Registrar{ID: "registrar-a", Name: "Registrar A", IANA: 146, Currency: "USD"}, "secret-a-123"))
	for id, suffix := range map[string]string{"manual-board": "management", "trips-board": "trips"} {
		must(w.srs.AddRegistrar(ctx, operator, &registry.Registrar{ID: id, Name: id, Kind: registry.VerifierAccount, Currency: "USD"}, "secret-b-123"))
		w.tokens[id], err = w.desk.IssueToken(ctx, operator, id)
		must(err)
		_, err = w.desk.AddPolicy(ctx, operator, fmt.Appendf(nil, `{"id": %q, "overseer": "The %s", "ground": "Act, s. 4",
			"zone": "preapproved.works", "forms": ["{domain}"], "scope": {"suffix": %q}, "credentials": "uncertified",
			"verifiers": [{"type": "manual"}]}`, id, id, suffix))
		must(err)
		_, err = w.desk.GrantPolicy(ctx, operator, id)
		must(err)
	}
	w.bench = newBench(t, func(c *Config) { c.Desk = w.desk; c.Limits.TokenFailuresPerMinute = 3 })
	return w
}

// as makes a request with an account's token.
func (w *world) as(account, method, path, body string) answer {
	w.t.Helper()
	return w.call(method, "/api/v1/applications"+path, body, "Bearer "+w.tokens[account])
}

// announceFor announces an application and returns it.
func (w *world) announceFor(account, domain string) desk.Application {
	w.t.Helper()
	a := w.as(account, "POST", "", fmt.Sprintf(`{"domain": %q, "registrar": {"id": "146"},
		"registrant": {"id": "UID1", "email": "alice@mail.example", "credential": {"type": "passport", "value": "top secret"}}}`, domain))
	if a.status != http.StatusCreated {
		w.t.Fatalf("%s: %d %s", domain, a.status, a.body)
	}
	return w.application(a)
}

func (w *world) application(a answer) (app desk.Application) {
	w.t.Helper()
	if err := json.Unmarshal([]byte(a.body), &app); err != nil {
		w.t.Fatalf("%v: %s", err, a.body)
	}
	if strings.Contains(a.body, "top secret") || strings.Contains(a.body, "argon2") {
		w.t.Errorf("the credential is shown: %s", a.body)
	}
	return app
}

// TestVerifier is a verifier's day: an application is announced, seen, approved, and
// cannot be decided again; another one is denied.
func TestVerifier(t *testing.T) {
	w := newWorld(t)
	app := w.announceFor("manual-board", "Acme.Management")
	if app.Status != desk.StatusPending || app.Target != "acme.management" || app.Source != "verifier" || app.Sponsor != "manual-board" ||
		app.Policy != "manual-board" || app.Credential != "passport" {
		t.Errorf("announced: %+v", app)
	}
	if a := w.as("manual-board", "GET", "/"+app.ID, ""); a.status != 200 || w.application(a).ID != app.ID {
		t.Errorf("shown: %d %s", a.status, a.body)
	}
	if a := w.as("manual-board", "POST", "/"+app.ID+"/decision", `{"decision": "pending"}`); a.status != 200 || w.application(a).Status != desk.StatusPending {
		t.Errorf("more time: %d %s", a.status, a.body)
	}
	a := w.as("manual-board", "POST", "/"+app.ID+"/decision", `{"decision": "approve", "reason": "seen the papers"}`)
	if got := w.application(a); a.status != 200 || got.Status != desk.StatusApproved || !slices.Equal(got.Names, []string{"acme.management.preapproved.works"}) {
		t.Errorf("approved: %d %s", a.status, a.body)
	}
	name, err := w.desk.InfoName(context.Background(), operator, "acme.management.preapproved.works", nil)
	if err != nil || name.Status != desk.StatusApproved || name.Registrant != "UID1" {
		t.Errorf("published: %+v, %v", name, err)
	}
	for _, second := range []string{"approve", "deny"} {
		a = w.as("manual-board", "POST", "/"+app.ID+"/decision", `{"decision": "`+second+`"}`)
		if a.status != http.StatusConflict || len(a.problem.Errors) != 1 || a.problem.Errors[0].Field != "application" {
			t.Errorf("a second decision: %d %s", a.status, a.body)
		}
	}
	if a = w.as("manual-board", "POST", "", `{"domain": "acme.management", "registrant": {"id": "UID2"}, "registrar": {"id": "146"}}`); a.status != http.StatusConflict {
		t.Errorf("the name is taken: %d %s", a.status, a.body)
	}
	denied := w.announceFor("manual-board", "other.management")
	a = w.as("manual-board", "POST", "/"+denied.ID+"/decision", `{"decision": "deny", "reason": "no such firm"}`)
	if got := w.application(a); a.status != 200 || got.Status != desk.StatusDenied || !slices.Contains(got.Reasons, "no such firm") {
		t.Errorf("denied: %d %s", a.status, a.body)
	}
	w.announceFor("manual-board", "third.management")
	for query, want := range map[string]int{
		"": 3, "?status=pending": 1, "?status=approved": 1, "?domain=Other.Management": 1, "?limit=2": 2, "?policy=manual-board": 3,
	} {
		var list struct{ Applications []desk.Application }
		a := w.as("manual-board", "GET", query, "")
		if err := json.Unmarshal([]byte(a.body), &list); err != nil || a.status != 200 || len(list.Applications) != want {
			t.Errorf("list %q: %d %s, want %d", query, a.status, a.body, want)
		}
	}
}

// TestScope: a verifier acts under its own policies and sees nothing of others'.
func TestScope(t *testing.T) {
	w := newWorld(t)
	app := w.announceFor("manual-board", "acme.management")
	const body = `{"domain": "acme.%s", "registrant": {"id": "UID1"}, "registrar": {"id": "146"}%s}`
	for name, test := range map[string]struct {
		method, path, body string
		status             int
	}{
		"announce elsewhere":   {"POST", "", fmt.Sprintf(body, "management", ""), 403},
		"under another policy": {"POST", "", fmt.Sprintf(body, "trips", `, "policy": "manual-board"`), 403},
		"unknown policy":       {"POST", "", fmt.Sprintf(body, "trips", `, "policy": "nobody"`), 403},
		"no zone":              {"POST", "", fmt.Sprintf(body, "nowhere", ""), 422},
		"no name":              {"POST", "", fmt.Sprintf(body, "", ""), 422},
		"no registrar":         {"POST", "", `{"domain": "acme.trips", "registrant": {"id": "UID1"}}`, 422},
		"show":                 {"GET", "/" + app.ID, "", 403},
		"decide":               {"POST", "/" + app.ID + "/decision", `{"decision": "approve"}`, 403},
		"unknown application":  {"POST", "/4711/decision", `{"decision": "approve"}`, 404},
		"no application":       {"GET", "/%27%20or%20true", "", 404},
	} {
		if a := w.as("trips-board", test.method, test.path, test.body); a.status != test.status {
			t.Errorf("%s: %d %s, want %d", name, a.status, a.body, test.status)
		}
	}
	if a := w.as("trips-board", "GET", "", ""); a.status != 200 || strings.TrimSpace(a.body) != `{"applications":[]}` {
		t.Errorf("list: %d %s", a.status, a.body)
	}
	got, err := w.desk.ShowApplication(context.Background(), operator, app.ID)
	if err != nil || got.Status != desk.StatusPending {
		t.Errorf("it went on: %+v, %v", got, err)
	}
}

// TestRealTokens: a suspended account's token and a replaced one are as good as none.
func TestRealTokens(t *testing.T) {
	w := newWorld(t)
	old := w.tokens["trips-board"]
	var err error
	if w.tokens["trips-board"], err = w.desk.IssueToken(context.Background(), operator, "trips-board"); err != nil {
		t.Fatal(err)
	}
	if a := w.call("GET", "/api/v1/applications", "", "Bearer "+old); a.status != 401 {
		t.Errorf("replaced: %d", a.status)
	}
	if a := w.as("trips-board", "GET", "", ""); a.status != 200 {
		t.Errorf("new: %d %s", a.status, a.body)
	}
	if err := w.srs.Suspend(context.Background(), operator, "trips-board", "unpaid"); err != nil {
		t.Fatal(err)
	}
	if a := w.as("trips-board", "GET", "", ""); a.status != 401 || strings.Contains(a.body, "unpaid") {
		t.Errorf("suspended: %d %s", a.status, a.body)
	}
	if a := w.call("GET", "/api/v1/applications", "", "Bearer guess"); a.status != 401 {
		t.Errorf("guessed: %d", a.status)
	}
	if a := w.as("manual-board", "GET", "", ""); a.status != 429 || a.header.Get("Retry-After") == "" {
		t.Errorf("after three: %d", a.status)
	}
}
