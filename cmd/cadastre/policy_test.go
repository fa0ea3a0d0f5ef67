package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// tripsPolicy is the policy that the public contract shows, with secrets added.
const tripsPolicy = `{"id": "trips-board", "overseer": "Trips Board", "ground": "Travel Names Act, s. 4", "zone": "valid.zone",
 "forms": ["{registrant}.{registrar}.{domain}"], "registrar_as": "iana",
 "scope": {"any": [{"suffix": "trips"}, {"all": [{"word": "bank"}, {"registrantCountry": "XX"}]}]},
 "hash": {"registrant": "none", "registrar": "none", "domain": "none", "whole": "hmac-sha256"}, "key": "c2VjcmV0LXNlY3JldC1zZWNyZXQ=",
 "credentials": "uncertified", "compare": "both", "binds": "always", "life": "1y", "hold": "30d", "prune": "day",
 "verifiers": [{"type": "rules", "words": ["offensiveword"], "registrants": ["UID666"], "registrars": ["148"]},
               {"type": "manual"}, {"type": "http", "url": "https://board.example/", "secret": "whsec_dmVyeS1zZWNyZXQtdmVyeS1zZWNyZXQtdmVyeS1zZWNyZXQ="}], "records": []}`

// whitelistZones makes a registry of the zones trips, valid.zone and 有效.zone.
func (c *registryCLI) whitelistZones() {
	c.Helper()
	c.ok("zone", "add", "trips", "--ns", "ns1.dns.example")
	c.ok("zone", "add", "valid.zone", "--kind", "whitelist", "--ns", "ns1.dns.example")
	c.ok("zone", "add", "有效.zone", "--kind", "whitelist", "--ns", "ns1.dns.example")
}

// proposed stores the policy of a document with some text replaced.
func (c *registryCLI) proposed(replace ...string) map[string]any {
	c.Helper()
	c.stdin = strings.NewReplacer(replace...).Replace(tripsPolicy)
	return c.object("policy", "add", "-")
}

var instant = regexp.MustCompile(`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z| UTC)`)

// prints compares what a verb prints, with instants as TIME.
func (c *registryCLI) prints(want string, args ...string) {
	c.Helper()
	if got := instant.ReplaceAllString(c.ok(args...), "TIME"); got != want {
		c.Errorf("%v printed\n%s\nwant\n%s", args, got, want)
	}
}

const shownDocument = `{"id":"trips-board","overseer":"Trips Board","ground":"Travel Names Act, s. 4","zone":"valid.zone",` +
	`"forms":["{registrant}.{registrar}.{domain}"],"registrar_as":"iana",` +
	`"scope":{"any":[{"suffix":"trips"},{"all":[{"word":"bank"},{"registrantCountry":"XX"}]}]},` +
	`"hash":{"registrant":"none","registrar":"none","domain":"none","whole":"hmac-sha256"},` +
	`"credentials":"uncertified","compare":"both","binds":"always","life":"1y","hold":"30d","prune":"day",` +
	`"verifiers":[{"type":"rules","words":["offensiveword"],"registrants":["UID666"],"registrars":["148"]},{"type":"manual"},` +
	`{"type":"http","url":"https://board.example/"}],"records":[]}`

// TestPolicyVerbs: a policy's way from a file to its removal, as the verbs tell it.
func TestPolicyVerbs(t *testing.T) {
	c := newRegistryCLI(t)
	c.whitelistZones()
	c.prints("There are no policies: propose one with cadastre policy add.\n", "policy", "list")
	c.prints("[]\n", "policy", "list", "--json")
	file := c.file("trips.json", tripsPolicy)
	c.prints("trips-board: proposed, version 1; it controls nothing until it is granted\n", "policy", "add", file)
	c.prints(`{"id":"trips-board","state":"proposed","version":2,"added":"TIME","document":`+shownDocument+`,"held":0,"names":0}`+"\n",
		"policy", "add", file, "--json")
	c.prints("trips-board: granted, version 3\n", "policy", "grant", "trips-board")
	c.prints(`{"id":"trips-board","state":"granted","version":3,"added":"TIME","granted":"TIME","prune_due":"TIME","document":`+
		shownDocument+`,"held":0,"names":0}`+"\n", "policy", "show", "trips-board", "--json")
	c.fails(2, "nothing changed", "policy", "add", file)
	c.fails(2, "granted already", "policy", "grant", "trips-board")
	c.fails(2, "withdraw it first", "policy", "remove", "trips-board")

	c.stdin = strings.Replace(tripsPolicy, `"1y"`, `"2y"`, 1)
	c.prints("trips-board: a new version is proposed; the granted one stays in force until it is granted\n", "policy", "add", "-")
	c.prints("ID           STATE                               OVERSEER     ZONE        HELD  NAMES\n"+
		"trips-board  granted, a new version is proposed  Trips Board  valid.zone     0      0\n", "policy", "list")
}

func TestPolicyShown(t *testing.T) {
	c := newRegistryCLI(t)
	c.whitelistZones()
	c.proposed("valid.zone", "有效.zone")
	c.ok("policy", "grant", "trips-board")
	c.proposed("valid.zone", "有效.zone", `"1y"`, `"2y"`)
	c.says([]string{
		"id         trips-board\n", "state      granted, a new version is proposed\n", "ground     Travel Names Act, s. 4\n",
		"zone       xn--fcvx2b.zone (有效.zone)\n", "held       0 applications\n", "published  0 names\n",
		`"life": "1y"`, `"life": "2y"`, `"forms": [`,
	}, "policy", "show", "trips-board")
	c.says([]string{"trips-board", "granted, a new version is proposed", "Trips Board", "(有效.zone)"}, "policy", "list")
	c.proposed("valid.zone", "有效.zone")
	c.says([]string{"state      granted\n"}, "policy", "show", "trips-board")
	c.prints("trips-board: withdrawn: the act was repealed\n", "policy", "withdraw", "trips-board", "--reason", "the act was repealed")
	c.wants(c.object("policy", "show", "trips-board"), map[string]any{"state": "withdrawn", "reason": "the act was repealed"})
	c.fails(2, "withdrawn already", "policy", "withdraw", "trips-board")
	c.prints(`{"removed":"trips-board"}`+"\n", "policy", "remove", "trips-board", "--json")
	c.fails(2, "no such policy", "policy", "show", "trips-board")
	c.proposed()
	c.prints("trips-board: refused\n", "policy", "withdraw", "trips-board")
	c.prints("trips-board: removed\n", "policy", "remove", "trips-board")
}

// TestPolicyNoSecrets: no verb prints a secret, and no error repeats one.
func TestPolicyNoSecrets(t *testing.T) {
	c := newRegistryCLI(t)
	c.whitelistZones()
	file := c.file("trips.json", tripsPolicy)
	bad := c.file("bad.json", strings.Replace(tripsPolicy, `"key": "`, `"key": "?`, 1))
	for _, args := range [][]string{
		{"policy", "add", file},
		{"policy", "add", file, "--json"},
		{"policy", "grant", "trips-board", "--json"},
		{"policy", "show", "trips-board"},
		{"policy", "show", "trips-board", "--json"},
		{"policy", "list"},
		{"policy", "list", "--json"},
		{"policy", "add", file},
		{"policy", "add", bad},
		{"policy", "test", "trips-board", "--domain", "a.trips", "--registrant", "x", "--registrar", "146", "--json"},
		{"policy", "withdraw", "trips-board", "--json"},
	} {
		stdout, stderr, _ := c.try(args...)
		for _, secret := range []string{"c2VjcmV0", "secret-secret", "whsec_", "dmVyeS1z"} {
			if strings.Contains(stdout+stderr, secret) {
				t.Errorf("%v printed %s%s", args, stdout, stderr)
			}
		}
	}
}

func TestPolicyTestVerb(t *testing.T) {
	c := newRegistryCLI(t)
	c.whitelistZones()
	c.ok("registrar", "add", "registrar-a", "--name", "GODADDY", "--iana", "146", "--country", "us")
	c.proposed("hmac-sha256", "none", `"key": "c2VjcmV0LXNlY3JldC1zZWNyZXQ=",`, "")
	test := func(args ...string) []string { return append([]string{"policy", "test"}, args...) }
	miami := []string{"--domain", "Miami.trips", "--registrant", "UID5439394", "--registrar"}
	c.prints(`policy    trips-board, proposed
overseer  Trips Board
controls  would, if it were granted
names     uid5439394.146.miami.trips.valid.zone
verdict   the rules approve

miami.trips needs no pre-approval of trips-board.
`, append(test("trips-board"), append(miami, "146")...)...)
	c.ok("policy", "grant", "trips-board")
	want := `[{"policy":"trips-board","state":"granted","overseer":"Trips Board","controls":true,` +
		`"names":["uid5439394.146.miami.trips.valid.zone"],"verdict":"the rules approve"}]` + "\n"
	for _, registrar := range []string{"146", "registrar-a"} {
		c.prints(want, append(append(test("--json"), miami...), registrar)...)
	}
	c.prints(strings.Replace(want, ".146.", ".999.", 1), append(append(test("--json"), miami...), "999")...)

	// Countries, given and known.
	c.stdin = `{"id": "us-board", "overseer": "US Board", "zone": "valid.zone", "forms": ["{domain}.{registrar}"], "registrar_as": "name",
		"scope": {"all": [{"registrarCountry": "US"}, {"registrantCountry": "XX"}]}, "verifiers": [{"type": "manual"}]}`
	c.ok("policy", "add", "-")
	c.ok("policy", "grant", "us-board")
	bank := test("us-board", "--domain", "bücher.trips", "--registrant", "John Doe", "--registrar", "registrar-a", "--json")
	c.prints(`[{"policy":"us-board","state":"granted","overseer":"US Board","controls":false}]`+"\n", bank...)
	c.prints(`[{"policy":"us-board","state":"granted","overseer":"US Board","controls":true,"names":["xn--bcher-kva.trips.godaddy.valid.zone"]}]`+"\n",
		append(bank, "--registrant-country", "xx")...)
	c.prints(`[{"policy":"us-board","state":"granted","overseer":"US Board","controls":false}]`+"\n",
		append(bank, "--registrant-country", "XX", "--registrar-country", "CA")...)

	c.ok("policy", "withdraw", "us-board")
	if list := c.objects(append(append(test(), miami...), "146")...); len(list) != 1 {
		t.Errorf("a withdrawn policy is tried: %v", list)
	}
	c.says([]string{"free.elsewhere needs no pre-approval of trips-board.\n"}, test("--domain", "free.elsewhere", "--registrant", "x", "--registrar", "1")...)
	c.says([]string{"the rules deny: ", "offensiveword"}, test("--domain", "offensiveword.trips", "--registrant", "x", "--registrar", "1")...)
	c.says([]string{"fault     ", "a.b"}, test("--domain", "x.trips", "--registrant", "a.b", "--registrar", "1")...)
	c.fails(2, "no such policy", append(append(test("nobody"), miami...), "146")...)
	c.fails(2, "--domain", test("--domain", "a..b", "--registrant", "x", "--registrar", "1")...)
	c.fails(2, "--registrar-country", test("--domain", "a.b", "--registrant", "x", "--registrar", "1", "--registrar-country", "USA")...)
	c.fails(2, "--registrant", test("--domain", "a.b", "--registrant", "", "--registrar", "1")...)
	c.fails(1, `"registrar" not set`, test("--domain", "a.b", "--registrant", "x")...)
}

func TestPolicyRefusals(t *testing.T) {
	c := newRegistryCLI(t)
	c.whitelistZones()
	for part, replace := range map[string][2]string{
		"overser":              {`"overseer"`, `"overser"`},
		"scope.any[0].sufix":   {`"suffix"`, `"sufix"`},
		"unknown word":         {`"both"`, `"sometimes"`},
		"verifiers[1].type":    {`"manual"`, `"oracle"`},
		"not JSON":             {`{"id"`, `{id`},
		"no.zone":              {`"valid.zone"`, `"no.zone"`},
		"registrant}":          {`.{domain}`, ``},
		"ends too early":       {`"records": []}`, `"records": []`},
		"something follows":    {`"records": []}`, `"records": []} {}`},
		"verifiers[2].url":     {`https://board`, `ftp://board`},
		"a policy has at most": {`s. 4`, strings.Repeat("x", 1<<16)},
	} {
		c.fails(2, part, "policy", "add", c.file("bad.json", strings.Replace(tripsPolicy, replace[0], replace[1], 1)))
	}
	c.fails(1, "no such file", "policy", "add", filepath.Join(c.dir, "none.json"))
	c.fails(1, "larger than", "policy", "add", c.file("big.json", strings.Repeat(" ", maxPolicyFile+1)))
	for _, verb := range []string{"show", "grant", "withdraw", "remove"} {
		c.fails(2, "no such policy", "policy", verb, "nobody")
		c.fails(1, "accepts 1 arg", "policy", verb)
	}
	c.proposed()
	c.fails(2, "--reason", "policy", "withdraw", "trips-board", "--reason", "")
	if list := c.objects("policy", "list"); len(list) != 1 || list[0]["state"] != "proposed" {
		t.Errorf("%v", list)
	}
}

// sandbox makes the registry look like a running sandbox and returns how to run a
// verb on it.
func (c *registryCLI) sandbox() func(args ...string) string {
	c.Helper()
	var info sandboxInfo
	info.Database.DSN = c.dsn
	data, err := json.Marshal(info)
	if err != nil {
		c.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(c.dir, sandboxFile), data, 0o600); err != nil {
		c.Fatal(err)
	}
	return func(args ...string) string {
		c.Helper()
		var out bytes.Buffer
		if err := run(context.Background(), append(args, "--dir", c.dir), strings.NewReader(c.stdin), &out, &out); err != nil {
			c.Fatalf("%v: %v", args, err)
		}
		return out.String()
	}
}

// TestPolicySandbox: the contract's commands work as they are written there.
func TestPolicySandbox(t *testing.T) {
	c := newRegistryCLI(t)
	run := c.sandbox()
	run("zone", "add", "trips", "--kind", "target")
	run("zone", "add", "whitelist.zone", "--kind", "whitelist")
	run("zone", "add", "有效.zone", "--kind", "whitelist")
	run("zone", "add", "whitelist", "--kind", "whitelist")
	c.wants(c.object("zone", "show", "有效.zone")["settings"].(map[string]any)["dns"].(map[string]any), map[string]any{
		"nameservers": []any{
			map[string]any{"name": "ns1.nic.xn--fcvx2b.zone", "addrs": []string{"127.0.0.1"}},
			map[string]any{"name": "ns2.nic.xn--fcvx2b.zone", "addrs": []string{"127.0.0.1"}},
		},
		"minimum": 1,
	})
	for _, zone := range []string{"whitelist.zone", "有效.zone", "whitelist"} {
		run("policy", "add", c.file("p.json", strings.Replace(tripsPolicy, "valid.zone", zone, 1)))
		run("policy", "grant", "trips-board")
	}
	if out := run("policy", "show", "trips-board"); !strings.Contains(out, "zone       whitelist\n") {
		t.Error(out)
	}
}
