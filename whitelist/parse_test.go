package whitelist

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cadastre/registry"
)

// contract is the example of the public contract, as an operator writes it.
const contract = `{"id": "trips-board", "overseer": "Trips Board", "ground": "Travel Names Act, s. 4", "zone": "valid.zone",
 "forms": ["{registrant}.{registrar}.{domain}"], "registrar_as": "iana",
 "scope": {"any": [{"suffix": "trips"}, {"all": [{"word": "bank"}, {"registrantCountry": "XX"}]}]},
 "hash": {"registrant": "none", "registrar": "none", "domain": "none", "whole": "none"},
 "credentials": "uncertified", "compare": "both", "binds": "always", "life": "1y", "hold": "30d", "prune": "day",
 "verifiers": [{"type": "rules", "words": ["offensiveword"], "registrants": ["UID666"], "registrars": ["148"]},
               {"type": "manual"}, {"type": "http", "url": "https://verifier.example/ask", "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}],
 "records": []}`

// minimal has what a document must have and nothing else.
const minimal = `{"id": "trips-board", "overseer": "Trips Board", "zone": "valid.zone", "forms": ["{domain}"],
 "scope": {"suffix": "trips"}, "verifiers": [{"type": "manual"}]}`

// with is the minimal document with other keys: each pair is a key and its value in
// JSON, "" to leave it out.
func with(pairs ...string) string {
	keys := map[string]json.RawMessage{}
	if err := json.Unmarshal([]byte(minimal), &keys); err != nil {
		panic(err)
	}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			delete(keys, pairs[i])
		} else {
			keys[pairs[i]] = json.RawMessage(pairs[i+1])
		}
	}
	text, err := json.Marshal(keys)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func TestParsePolicyContract(t *testing.T) {
	want := &Policy{
		ID: "trips-board", Overseer: "Trips Board", Ground: "Travel Names Act, s. 4", Zone: "valid.zone",
		Forms: []Form{"{registrant}.{registrar}.{domain}"}, RegistrarAs: "iana",
		Scope: Scope{Any: []Scope{{Suffix: "trips"}, {All: []Scope{{Word: "bank"}, {RegistrantCountry: "XX"}}}}},
		Hash:  Hash{"none", "none", "none", "none"}, Credentials: "uncertified", Compare: "both", Binds: "always",
		Life: Period{Years: 1}, Hold: Period{Exact: 30 * 24 * time.Hour}, Prune: "day",
		Verifiers: []Verifier{
			{Type: "rules", Words: []string{"offensiveword"}, Registrants: []string{"UID666"}, Registrars: []string{"148"}},
			{Type: "manual"},
			{Type: "http", URL: "https://verifier.example/ask", Secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
		},
		Records: []ExtraData{},
	}
	if diff := cmp.Diff(want, parse(t, contract)); diff != "" {
		t.Error(diff)
	}
	if got := parse(t, contract).VerifierAccount(); got != "trips-board" {
		t.Errorf("account %q", got)
	}
}

func TestParsePolicyDefaults(t *testing.T) {
	p := parse(t, minimal)
	got := []any{p.RegistrarAs, p.Hash, p.Credentials, p.Compare, p.Binds, p.Via, p.Life, p.Hold, p.Prune, p.Records, p.Key, p.Fees}
	want := []any{
		"iana",
		Hash{"none", "none", "none", "none"},
		"uncertified", "both", "always", "",
		Period{Years: 1},
		Period{Exact: 720 * time.Hour},
		Interval("day"),
		[]ExtraData{},
		[]byte(nil),
		Fees{},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	// One key of an object leaves the defaults of the others.
	if got := parse(t, with("hash", `{"registrant": "sha256"}`)).Hash; got != (Hash{"sha256", "none", "none", "none"}) {
		t.Errorf("%+v", got)
	}
}

// TestParsePolicyAccepts lists documents at the edge of what is allowed.
func TestParsePolicyAccepts(t *testing.T) {
	key := base64.StdEncoding.EncodeToString(make([]byte, 16))
	nested := strings.Repeat(`{"all":[`, 7) + `{"word":"x"}` + strings.Repeat(`]}`, 7)
	leaves := `{"any":[` + strings.Repeat(`{"word":"x"},`, 199) + `{"word":"x"}]}`
	for _, doc := range []string{
		with("account", `"registry-1"`, "via", `"epp"`, "binds", `"registration"`, "compare", `"existence"`, "credentials", `"none"`),
		with("hash", `{"whole":"hmac-sha256"}`, "key", `"`+key+`"`),
		with("scope", nested), with("scope", leaves), with("records", `null`), with("id", `"a-1"`), with("id", `"abcdefghijklmnop"`),
		with("scope", `{"registrar":"146"}`), with("scope", `{"registrarCountry":"XX"}`), with("scope", `{"registrant":"John Doe"}`),
		with("scope", `{"word":"有效"}`), with("scope", `{"word":"bad phrase"}`), with("zone", `"whitelist.domains"`, "scope", `{"suffix":"domains"}`),
		with("fees", `{"grant":"25.00","name":"1"}`), with("fees", `{"name":"0.5"}`), with("life", `"90s"`, "hold", `"12h"`, "prune", `"second"`),
		with("verifiers", `[{"type":"rules"}]`), with("verifiers", `[{"type":"manual","persons":2}]`),
		with("verifiers", `[{"type":"http","url":"http://127.0.0.1:8080/x","secret":"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}]`),
		with("verifiers", `[{"type":"http","url":"http://[::1]/","secret":"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}]`),
		with("verifiers", `[{"type":"http","url":"http://localhost:1/","secret":"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}]`),
		with("verifiers", `[{"type":"rules","onlyRegistrants":["UID1"],"onlyRegistrars":["146","registrar-a"]}]`),
		with("records", `[{"type":"A","value":"143.254.4.17"},{"type":"AAAA","value":"172f:ad57:cd40:d089:4fe4:d1e1:100d:5b31"},{"type":"NS","value":"ns1.Example"}]`),
	} {
		parse(t, doc)
	}
	p := parse(t, with("zone", `"有效.Zone"`, "scope", `{"suffix":"Bücher"}`, "records", `[{"type":"AAAA","value":"2001:DB8:0::1"},{"type":"NS","value":"NS.Bücher"}]`))
	got := []any{p.Zone, p.Scope.Suffix, p.Records}
	want := []any{"xn--fcvx2b.zone", "xn--bcher-kva", []ExtraData{{"AAAA", "2001:db8::1"}, {"NS", "ns.xn--bcher-kva"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestC119_Intervals accepts the six settings and no other word.
func TestC119_Intervals(t *testing.T) {
	for _, i := range []string{"second", "minute", "hour", "day", "week", "month"} {
		parse(t, with("prune", `"`+i+`"`))
	}
	refused(t, with("prune", `"year"`), "prune", registry.KindValue)
}

// TestParsePolicyKeepsSecrets shows no key and no secret in a refusal.
func TestParsePolicyKeepsSecrets(t *testing.T) {
	for _, doc := range []string{
		with("hash", `{"domain":"hmac-sha256"}`, "key", `"SECRETSECRET"`), with("key", `"SECRET!"`), with("key", `"U0VDUkVUU0VDUkVUU0VDUkVU"`),
		with("verifiers", `[{"type":"http","url":"https://a.example","secret":"SECRET"}]`),
		with("verifiers", `[{"type":"http","url":"https://SECRET:SECRET@a.example","secret":"x"}]`),
		with("verifiers", `[{"type":"http","url":"http://SECRET:SECRET@a.example","secret":"x"}]`),
		with("verifiers", `[{"type":"http","url":"https://a.example%zz","secret":"SECRET"}]`),
		with("verifiers", `[{"type":"manual","secret":"SECRET"}]`),
	} {
		_, err := ParsePolicy([]byte(doc))
		if err == nil || strings.Contains(err.Error(), "SECRET") || strings.Contains(err.Error(), "U0VD") {
			t.Errorf("%s: %v", doc, err)
		}
	}
}

// TestPolicyRoundTrip reads what it writes, and Public hides the secrets alone.
func TestPolicyRoundTrip(t *testing.T) {
	key := base64.StdEncoding.EncodeToString([]byte("0123456789abcdef"))
	doc := strings.Replace(contract, `"whole": "none"}`, `"whole": "hmac-sha256"}, "key": "`+key+`", "fees": {"name": "1.00"}, "via": "dns"`, 1)
	p := parse(t, doc)
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(p, parse(t, string(text))); diff != "" {
		t.Error(diff)
	}
	public, err := json.Marshal(p.Public())
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(public), key) || strings.Contains(string(public), "whsec") {
		t.Errorf("a secret is shown: %s", public)
	}
	if diff := cmp.Diff(p, parse(t, string(text))); diff != "" {
		t.Error("Public changed the policy itself", diff)
	}
	again := p.Public()
	again.Key, again.Verifiers[2].Secret = p.Key, p.Verifiers[2].Secret
	if diff := cmp.Diff(p, again); diff != "" {
		t.Error("Public hides more than secrets", diff)
	}
}
