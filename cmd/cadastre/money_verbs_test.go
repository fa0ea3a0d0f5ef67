package main

import (
	"encoding/csv"
	"regexp"
	"strings"
	"testing"
)

// moneyShop is a zone with a registrar that has 100.00 USD and one name.
func moneyShop(t *testing.T) *registryCLI {
	t.Helper()
	c := newRegistryCLI(t)
	c.ok("zone", "add", "shop", "--ns", "ns2.dns.example")
	c.ok("registrar", "add", "registrar-a", "--name", "Registrar A", "--iana", "9999")
	c.ok("registrar", "credit", "registrar-a", "--deposit", "100")
	c.registered("books.shop")
	return c
}

// TestPriceVerbs sets prices by date and class; what never was a price is refused.
func TestPriceVerbs(t *testing.T) {
	t.Parallel()
	c := newRegistryCLI(t)
	c.shop()
	list := c.objects("zone", "price", "shop", "--from", "2099-01-01T00:00:00Z", "--create", "12.50")
	if len(list) != 2 {
		t.Fatalf("%v", list)
	}
	c.wants(list[0], map[string]any{"currency": "USD", "create": 1000, "renew": 1000, "transfer": 1000, "restore": 1000})
	c.wants(list[1], map[string]any{"currency": "USD", "from": "2099-01-01T00:00:00Z", "create": 1250, "renew": 1000})
	c.says([]string{"standard", "2099-01-01", "12.50 USD", "gold", "500.00 USD"}, "zone", "price", "shop", "--class", "gold", "--create", "500")
	if list := c.objects("zone", "price", "shop", "--from", "2099-01-01T00:00:00Z", "--drop"); len(list) != 2 {
		t.Errorf("after one was taken back: %v", list)
	}
	for part, args := range map[string][]string{
		`--from "tomorrow": write it like 2027-01-01T00:00:00Z`:         {"--from", "tomorrow", "--create", "1"},
		`from "2020-01-01T00:00:00Z": prices change in the future only`: {"--from", "2020-01-01T00:00:00Z", "--create", "1"},
		`--create "1.234"`: {"--create", "1.234"},
		`--renew "-5"`:     {"--renew", "-5"},
		`class "Gold bar"`: {"--class", "Gold bar", "--create", "1"},
		`from "2098-01-01T00:00:00Z": no prices begin at this instant`: {"--from", "2098-01-01T00:00:00Z", "--drop"},
	} {
		status := 2
		stdout, stderr, got := c.try(append([]string{"zone", "price", "shop"}, args...)...)
		if got != status || stdout != "" || !strings.Contains(strings.ReplaceAll(stderr, "price_list", "class"), part) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%v: status %d, %q; want %q", args, got, stderr, part)
		}
	}
	c.fails(2, `zone "nowhere"`, "zone", "price", "nowhere")
	if list := c.objects("zone", "price", "shop"); len(list) != 2 {
		t.Errorf("a price that was refused is there: %v", list)
	}
}

// TestZonePricesNow: show and list print what names cost now, not what they cost at first.
func TestZonePricesNow(t *testing.T) {
	t.Parallel()
	c := newRegistryCLI(t)
	c.stdin = `{"price_list": [{"from": "2020-01-01T00:00:00Z", "create": 1500, "renew": 1400, "transfer": 1300, "restore": 6000},
		{"from": "2099-01-01T00:00:00Z", "create": 2500, "renew": 2400, "transfer": 2300, "restore": 7000}]}`
	c.ok("zone", "add", "shop", "--ns", "ns1.dns.example", "--from-file", "-")
	c.says([]string{"create           15.00 USD a year\n", "renew            14.00 USD a year\n", "transfer         13.00 USD with its year\n", "restore          60.00 USD\n"}, "zone", "show", "shop")
	c.wants(c.object("zone", "show", "shop"), map[string]any{"prices": map[string]any{"currency": "USD", "create": 1500, "renew": 1400, "transfer": 1300, "restore": 6000}})
	c.says([]string{"15.00 USD  14.00 USD"}, "zone", "list")

	c.stdin = ""
	c.ok("zone", "add", "club", "--ns", "ns1.dns.example", "--price-transfer", "8.50")
	c.says([]string{"transfer         8.50 USD with its year\n"}, "zone", "show", "club")
	c.ok("zone", "add", "firm", "--ns", "ns1.dns.example", "--transfer-years", "0")
	c.says([]string{"transfer         no charge\n", "restore          10.00 USD\n"}, "zone", "show", "firm")
	c.ok("zone", "add", "dear", "--ns", "ns1.dns.example", "--price-create", "50")
	c.says([]string{"create           50.00 USD a year\n", "renew            10.00 USD a year\n", "restore          50.00 USD\n"}, "zone", "show", "dear")
	c.fails(2, "--price-transfer", "zone", "add", "other", "--ns", "ns1.dns.example", "--price-transfer", "8.505")
}

// TestTokenVerbs makes, shows and revokes tokens; their values are shown once.
func TestTokenVerbs(t *testing.T) {
	t.Parallel()
	c := newRegistryCLI(t)
	c.shop()
	c.says([]string{"No tokens.\n"}, "token", "list")
	added := c.object("token", "add", "Police.shop", "bücher.shop", "--registrar", "registrar-a", "--uses", "2", "--discount", "50",
		"--until", "2099-01-01T00:00:00Z", "--note", "for the launch")
	value, _ := added["token"].(string)
	if len(value) < 16 {
		t.Fatalf("token %q", value)
	}
	fields := map[string]any{
		"names": []string{"police.shop", "xn--bcher-kva.shop"}, "registrar": "registrar-a", "commands": []string{"create"},
		"uses": 2, "uses_left": 2, "discount": 50, "not_after": "2099-01-01T00:00:00Z", "note": "for the launch",
	}
	c.wants(added, fields)
	list := c.objects("token", "list")
	if len(list) != 1 {
		t.Fatalf("%v", list)
	}
	c.wants(list[0], fields)
	if said := c.ok("token", "add", "fire.shop"); !regexp.MustCompile(`^token \d+: \S+ \(it is not shown again\)\n$`).MatchString(said) {
		t.Errorf("said %q", said)
	}
	id := regexp.MustCompile(`"id":(\d+)`).FindStringSubmatch(c.ok("token", "list", "--json"))[1]
	c.says([]string{"2 of 2 left", "50 %", "for the launch", "2099-01-01"}, "token", "show", id)
	if out := c.ok("token", "show", id, "--json") + c.ok("token", "list", "--json") + c.ok("token", "list"); strings.Contains(out, value) {
		t.Errorf("the value is shown again:\n%s", out)
	}
	c.says([]string{"token " + id + " is revoked\n"}, "token", "revoke", id)
	c.fails(2, `token "`+id+`": it is revoked already`, "token", "revoke", id)

	for part, args := range map[string][]string{
		"uses: a token has 1 to":                      {"add", "a.shop", "--uses", "0"},
		"discount: a discount is 0 to 100 per cent":   {"add", "a.shop", "--discount", "101"},
		`command "renew": a token is for create`:      {"add", "a.shop", "--command", "renew"},
		`--until "soon": write it like`:               {"add", "a.shop", "--until", "soon"},
		`name "a.nowhere": not a name that could be`:  {"add", "a.nowhere"},
		`token "4711": no such token`:                 {"show", "4711"},
		`token "mine": the id of a token is a number`: {"revoke", "mine"},
		`--limit "0": between 1 and 10000`:            {"list", "--limit", "0"},
		`until "2020-01-01T00:00:00Z": a token ends`:  {"add", "a.shop", "--from", "2021-01-01T00:00:00Z", "--until", "2020-01-01T00:00:00Z"},
	} {
		c.fails(2, part, append([]string{"token"}, args...)...)
	}
	c.fails(1, "requires at least 1 arg", "token", "add")
	if list := c.objects("token", "list"); len(list) != 2 {
		t.Errorf("a token that was refused is there: %v", list)
	}
}

// TestStatementVerb prints an account's movements, which add up, and what a launch tells the
// Trademark Database.
func TestStatementVerb(t *testing.T) {
	t.Parallel()
	c := moneyShop(t)
	st := c.object("registrar", "statement", "registrar-a", "--from", "2020-01-01")
	c.wants(st, map[string]any{"registrar": "registrar-a", "currency": "USD", "opening": 0, "closing": 9000, "from": "2020-01-01T00:00:00Z"})
	entries := st["entries"].([]any)
	if len(entries) != 2 {
		t.Fatalf("%v", entries)
	}
	c.wants(entries[0].(map[string]any), map[string]any{"reason": "deposit", "amount": 10000, "balance": 10000})
	c.wants(entries[1].(map[string]any), map[string]any{"reason": "create", "object": "books.shop", "amount": -1000, "balance": 9000})
	c.says([]string{"opening  0.00 USD", "books.shop", "-10.00 USD", "closing  90.00 USD"}, "registrar", "statement", "registrar-a")
	c.says([]string{"opening  90.00 USD", "closing  90.00 USD"}, "registrar", "statement", "registrar-a", "--from", "2098-01-01", "--to", "2099-01-01")
	rows, err := csv.NewReader(strings.NewReader(c.ok("registrar", "statement", "registrar-a", "--csv"))).ReadAll()
	if err != nil || len(rows) != 5 || rows[3][3] != "books.shop" || rows[4][5] != "90.00" {
		t.Errorf("%q, %v", rows, err)
	}
	c.fails(2, `--from "last month": write it like 2027-01-01`, "registrar", "statement", "registrar-a", "--from", "last month")
	c.fails(2, `--to "2026-01-01": the period ends before it begins`, "registrar", "statement", "registrar-a", "--from", "2026-02-01", "--to", "2026-01-01")
	c.fails(2, `"nobody": no such registrar`, "registrar", "statement", "nobody")

	// What a launch has to tell the Trademark Database.
	out := c.ok("launch", "lordn", "shop")
	if !regexp.MustCompile(`^1,\d{4}-\d\d-\d\dT[^,]+,0\n`).MatchString(out) {
		t.Errorf("an empty list of a sunrise is %q", out)
	}
	c.ok("launch", "lordn", "shop", "--phase", "claims")
	c.fails(2, `--phase "landrush": sunrise or claims`, "launch", "lordn", "shop", "--phase", "landrush")
	c.fails(2, `zone "nowhere"`, "launch", "lordn", "nowhere")
}

// TestAllowVerb binds an account to networks.
func TestAllowVerb(t *testing.T) {
	t.Parallel()
	c := newRegistryCLI(t)
	c.shop()
	c.wants(c.object("registrar", "allow", "registrar-a", "list"), map[string]any{"id": "registrar-a", "networks": []string{}})
	c.ok("registrar", "allow", "registrar-a", "add", "192.0.2.0/24")
	c.wants(c.object("registrar", "allow", "registrar-a", "add", "2001:db8::7"), map[string]any{"networks": []string{"192.0.2.0/24", "2001:db8::7/128"}})
	c.says([]string{"192.0.2.0/24", "2001:db8::7/128"}, "registrar", "allow", "registrar-a", "list")
	c.wants(c.object("registrar", "allow", "registrar-a", "remove", "192.0.2.0/24"), map[string]any{"networks": []string{"2001:db8::7/128"}})
	c.fails(2, `network "192.0.2.256"`, "registrar", "allow", "registrar-a", "add", "192.0.2.256")
	c.fails(2, `network "192.0.2.1/24"`, "registrar", "allow", "registrar-a", "add", "192.0.2.1/24")
	c.fails(2, "192.0.2.0/24", "registrar", "allow", "registrar-a", "remove", "192.0.2.0/24")
	c.fails(2, "no such registrar", "registrar", "allow", "nobody", "list")
	c.fails(1, "say ID add CIDR", "registrar", "allow", "registrar-a", "add")
}
