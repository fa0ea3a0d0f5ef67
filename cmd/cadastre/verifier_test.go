package main

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"cadastre/internal/clock"
	"cadastre/registry"
	"cadastre/whitelist/desk"
)

func (c *registryCLI) desk() *desk.Desk {
	c.Helper()
	d, err := desk.New(desk.Config{Store: c.store(), Clock: clock.Real{}})
	if err != nil {
		c.Fatal(err)
	}
	return d
}

func TestVerifierLife(t *testing.T) {
	c := newRegistryCLI(t)
	c.whitelistZones()
	c.says([]string{"There are no verifiers"}, "verifier", "list")
	cert, fingerprint := c.certificate("board", time.Hour)
	c.stdin = "first-secret\nmore"
	if out := c.ok("verifier", "add", "trips-board", "--name", "Trips Board", "--country", "us", "--password-stdin", "--cert", cert); strings.Contains(out, "first-secret") ||
		!strings.Contains(out, "certificate "+fingerprint+" bound\n") {
		t.Error(out)
	}
	if err := c.login("trips-board", "first-secret", fingerprint); err != nil {
		t.Error(err)
	}
	c.proposed(`"records": []`, `"records": [], "fees": {"grant": "25.00"}`)
	c.fails(2, "do not cover", "policy", "grant", "trips-board")
	c.ok("verifier", "credit", "trips-board", "--deposit", "100")
	c.ok("policy", "grant", "trips-board")
	shown := c.object("verifier", "show", "trips-board")
	c.wants(shown, map[string]any{
		"id": "trips-board", "name": "Trips Board", "country": "US", "suspended": false, "balance": 7500, "currency": "USD",
		"policies": []string{"trips-board"}, "token": nil, "iana": nil, "domains": nil,
	})
	c.wants(shown["ledger"].([]any)[0].(map[string]any), map[string]any{"amount": -2500, "reason": "policy granted", "object": "trips-board", "other": "income:valid.zone"})
	c.wants(shown["certificates"].([]any)[0].(map[string]any), map[string]any{"fingerprint": fingerprint})
	c.says([]string{"policies      trips-board\n", "country       US\n", "balance       75.00 USD\n", "policy granted", "-25.00 USD"}, "verifier", "show", "trips-board")
	c.says([]string{"trips-board", "Trips Board", "75.00 USD", "active"}, "verifier", "list")

	out := c.ok("verifier", "token", "trips-board")
	if !regexp.MustCompile(`^[A-Za-z0-9_-]{43}\n$`).MatchString(out) {
		t.Fatalf("token %q", out)
	}
	first := strings.TrimSpace(out)
	d := c.desk()
	if account, err := d.AccountOfToken(context.Background(), first); err != nil || account != "trips-board" {
		t.Errorf("%q, %v", account, err)
	}
	made := c.object("verifier", "token", "trips-board")
	c.wants(made, map[string]any{"id": "trips-board"})
	if _, err := d.AccountOfToken(context.Background(), first); !registry.IsKind(err, registry.KindAuthentication) {
		t.Errorf("the old token works: %v", err)
	}
	second := made["token"].(string)
	if out := c.ok("verifier", "show", "trips-board", "--json") + c.ok("verifier", "show", "trips-board"); strings.Contains(out, second) || !strings.Contains(out, `"token":"20`) {
		t.Error(out)
	}
	c.says([]string{"trips-board: suspended: invoice 12\n"}, "verifier", "suspend", "trips-board", "--reason", "invoice 12")
	if _, err := d.AccountOfToken(context.Background(), second); !registry.IsKind(err, registry.KindAuthentication) {
		t.Errorf("a suspended verifier's token works: %v", err)
	}
	if err := c.login("trips-board", "first-secret", fingerprint); !registry.IsKind(err, registry.KindAuthClosing) {
		t.Errorf("a suspended verifier logs in: %v", err)
	}
	c.ok("verifier", "resume", "trips-board")
	c.says([]string{"certificate " + fingerprint + " removed"}, "verifier", "cert", "trips-board", "remove", fingerprint)
	c.says([]string{"so trips-board cannot log in"}, "verifier", "cert", "trips-board", "list")
	c.wants(c.object("verifier", "password", "trips-board", "--password-file", c.file("pw", "other-secret")), map[string]any{"id": "trips-board"})
	c.wants(c.object("verifier", "set", "trips-board", "--name", "Board of Trips", "--country", ""), map[string]any{"name": "Board of Trips", "country": ""})
}

// TestVerifiersAndRegistrars: the verbs of one kind do not know accounts of the other.
func TestVerifiersAndRegistrars(t *testing.T) {
	c := newRegistryCLI(t)
	c.ok("registrar", "add", "registrar-a", "--name", "A", "--country", "XX")
	c.ok("verifier", "add", "trips-board", "--name", "Board")
	cert, _ := c.certificate("x", time.Hour)
	for noun, id := range map[string]string{"registrar": "trips-board", "verifier": "registrar-a"} {
		for _, args := range [][]string{
			{"show", id},
			{"suspend", id},
			{"resume", id},
			{"password", id},
			{"cert", id, "list"},
			{"cert", id, "add", cert},
			{"credit", id, "--deposit", "1"},
			{"set", id, "--name", "X"},
		} {
			c.fails(2, "no such "+noun, append([]string{noun}, args...)...)
		}
		c.fails(2, "no such "+noun, noun, "show", "nobody")
		if list := c.objects(noun, "list"); len(list) != 1 || list[0]["id"] == id {
			t.Errorf("%s list: %v", noun, list)
		}
	}
	c.fails(2, "no such verifier", "verifier", "token", "registrar-a")
	c.fails(2, "exists", "verifier", "add", "registrar-a", "--name", "X")
	c.fails(1, "unknown flag: --iana", "verifier", "add", "board-b", "--name", "X", "--iana", "1")
	c.fails(1, "only one of", "verifier", "add", "board-b", "--name", "X", "--password-stdin", "--password-file", "x")
	c.fails(1, "first line of standard input is empty", "verifier", "add", "board-b", "--name", "X", "--password-stdin")
}

// TestRegistrarSet: an account's details can be changed later.
func TestRegistrarSet(t *testing.T) {
	c := newRegistryCLI(t)
	c.ok("registrar", "add", "acme", "--name", "Acme", "--iana", "9999", "--country", "us", "--email", "a@acme.example", "--rdap-base", "https://rdap.acme.example/")
	c.wants(c.object("registrar", "show", "acme"), map[string]any{"country": "US", "iana": 9999})
	c.prints("acme: changed\n", "registrar", "set", "acme", "--country", "xx", "--iana", "0", "--rdap-base", "")
	c.wants(c.object("registrar", "show", "acme"), map[string]any{
		"country": "XX", "iana": 0, "rdap_base": "", "name": "Acme", "email": "a@acme.example",
	})
	c.fails(1, "say what to change", "registrar", "set", "acme")
	c.fails(2, "--country", "registrar", "set", "acme", "--country", "USA")
	c.fails(2, "--name", "registrar", "set", "acme", "--name", "")
	c.fails(2, "--email", "registrar", "set", "acme", "--email", "nobody")
	c.fails(2, "--country", "registrar", "add", "other", "--name", "X", "--country", "é")
	entries, err := c.store().History(context.Background(), "registrar", "acme")
	if err != nil || len(entries) != 2 || entries[1].Action != "details" || !strings.Contains(string(entries[1].State), `"XX"`) {
		t.Errorf("history %v, %v", entries, err)
	}
}
