package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"cadastre/registry"
)

func TestZoneAddAndShow(t *testing.T) {
	c := newRegistryCLI(t)
	c.says([]string{"There are no zones"}, "zone", "list")
	c.says([]string{"shop: zone added, with 2 name servers\n"},
		"zone", "add", "Shop.", "--ns", "ns1.nic.shop=192.0.2.1,2001:db8::1", "--ns", "ns2.dns.example",
		"--suffix", "co.shop", "--reserved", "WWW,nic", "--registrants", "genuine", "--idn", "Latn", "--max-years", "5",
		"--price-create", "12.5", "--price-renew", "9.99", "--currency", "EUR",
		"--add-grace", "3d12h", "--redemption", "180d", "--pending-delete", "0s", "--ttl", "1d", "--negative-ttl", "60", "--rname", "dns@nic.example")
	shown := c.object("zone", "show", "shop")
	c.wants(shown, map[string]any{
		"name": "shop", "kind": "target", "serial": 1, "config_version": 1, "domains": 0, "delegations": 0, "deleted": 0,
		"unicode": nil,
	})
	settings := shown["settings"].(map[string]any)
	c.wants(settings, map[string]any{
		"suffixes": []string{"shop", "co.shop"}, "reserved": []string{"www", "nic"}, "idn_tables": []string{"Latn"},
		"policy":  map[string]any{"registrants": "genuine", "registrant_required": true, "max_years": 5},
		"prices":  map[string]any{"currency": "EUR", "create": 1250, "renew": 999, "transfer": 1000, "restore": 1250},
		"periods": map[string]any{"add_grace": "84h0m0s", "renew_grace": "120h0m0s", "auto_renew_grace": "1080h0m0s", "transfer_grace": "120h0m0s", "redemption": "4320h0m0s", "pending_delete": "0s", "restore_report": "168h0m0s"},
		"dns": map[string]any{
			"nameservers": []any{map[string]any{"name": "ns1.nic.shop", "addrs": []string{"192.0.2.1", "2001:db8::1"}}, map[string]any{"name": "ns2.dns.example"}},
			"rname":       "dns.nic.example", "refresh": 3600, "retry": 600, "expire": 1209600, "minimum": 60, "ttl": 86400,
		},
	})
	c.says([]string{"add grace        3d12h\n", "create           12.50 EUR a year\n", "ttl              1d, negative 1m\n", "ns1.nic.shop 192.0.2.1 2001:db8::1\n", "0, of which 0 delegated"},
		"zone", "show", "SHOP")
	c.says([]string{"NAME", "shop", "12.50 EUR", "9.99 EUR", "genuine"}, "zone", "list")
	list := c.objects("zone", "list")
	if len(list) != 1 || list[0]["name"] != "shop" {
		t.Errorf("%v", list)
	}

	entries, err := c.store().History(context.Background(), "zone", "shop")
	if err != nil || len(entries) != 1 || entries[0].Channel != "cli" || entries[0].Actor != "registry" || entries[0].ClTRID != osUser() {
		t.Errorf("history %+v, %v", entries, err)
	}
}

// TestZoneSettingsRoundTrip: what show prints, --from-file takes.
func TestZoneSettingsRoundTrip(t *testing.T) {
	c := newRegistryCLI(t)
	c.ok("zone", "add", "first", "--ns", "ns1.dns.example", "--redemption", "90d", "--price-renew", "7", "--rname", "dns.example", "--reserved", "www")
	settings := c.object("zone", "show", "first")["settings"].(map[string]any)
	settings["suffixes"] = []string{"co.second"}
	text, err := json.Marshal(settings)
	if err != nil {
		t.Fatal(err)
	}
	c.stdin = string(text)
	c.ok("zone", "add", "second", "--from-file", "-", "--price-renew", "8.00")
	got := c.object("zone", "show", "second")["settings"].(map[string]any)
	settings["suffixes"] = []string{"second", "co.second"}
	settings["prices"].(map[string]any)["renew"] = 800
	c.wants(got, settings)

	for name, text := range map[string]string{
		"unknown field": `{"suffixess": []}`, "not JSON": `zone`, "something follows": `{} {}`, "negative price": `{"prices": {"currency": "USD", "create": -1}}`,
		"negative period": `{"periods": {"redemption": "-5h"}}`, "no currency": `{"prices": {"currency": ""}}`, "ttl too long": `{"dns": {"ttl": 2147483648}}`,
	} {
		c.stdin = text
		if _, stderr, status := c.try("zone", "add", "third", "--ns", "ns1.dns.example", "--from-file", "-"); status != 2 || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%s: status %d, %s", name, status, stderr)
		}
	}
}

// TestZoneWhitelist: a whitelist zone is private until clients are named, and shows
// who may ask.
func TestZoneWhitelist(t *testing.T) {
	c := newRegistryCLI(t)
	c.ok("zone", "add", "private.zone", "--kind", "whitelist", "--ns", "ns1.dns.example")
	private := c.object("zone", "show", "private.zone")
	c.wants(private, map[string]any{"kind": "whitelist"})
	c.wants(private["settings"].(map[string]any), map[string]any{"access": map[string]any{"addresses": []string{"127.0.0.1/32", "::1/128"}}})
	c.ok("zone", "add", "有效.zone", "--kind", "whitelist", "--ns", "ns1.dns.example", "--allow", "192.0.2.0/24,2001:db8::1", "--allow", "::1",
		"--tsig-key", "Target.Example", "--tsig-key", "target.example.")
	shown := c.object("zone", "show", "xn--fcvx2b.zone")
	c.wants(shown, map[string]any{"kind": "whitelist", "unicode": "有效.zone"})
	settings := shown["settings"].(map[string]any)
	c.wants(settings, map[string]any{"access": map[string]any{
		"addresses": []string{"127.0.0.1/32", "::1/128", "192.0.2.0/24", "2001:db8::1/128"}, "keys": []string{"target.example."},
	}})
	c.wants(settings["dns"].(map[string]any), map[string]any{"minimum": 1})
	out := c.ok("zone", "show", "有效.zone")
	for _, part := range []string{
		"kind          whitelist\n", "access        127.0.0.1\n", "  192.0.2.0/24\n", "  2001:db8::1\n", "  TSIG key target.example.\n", ", negative 1s\n",
	} {
		if !strings.Contains(out, part) {
			t.Errorf("no %q in\n%s", part, out)
		}
	}
	if strings.Contains(out, "redemption") {
		t.Errorf("a whitelist zone takes no registrations:\n%s", out)
	}

	c.ok("zone", "add", "open", "--ns", "ns1.dns.example")
	c.says([]string{"access           everybody may ask\n"}, "zone", "show", "open")
	c.ok("zone", "add", "closed", "--ns", "ns1.dns.example", "--allow", "192.0.2.1")
	c.says([]string{"access           192.0.2.1\n"}, "zone", "show", "closed")

	// Settings of a file replace the list, but do not take it away.
	for text, want := range map[string]any{
		`{"access": {"addresses": ["10.0.0.0/8"]}}`: map[string]any{"addresses": []string{"10.0.0.0/8"}},
		`{"access": null}`:                          map[string]any{"addresses": []string{"127.0.0.1/32", "::1/128"}},
	} {
		c.stdin = text
		name := "z" + strconv.Itoa(len(text)) + ".zone"
		c.ok("zone", "add", name, "--kind", "whitelist", "--ns", "ns1.dns.example", "--from-file", "-")
		c.wants(c.object("zone", "show", name)["settings"].(map[string]any), map[string]any{"access": want})
	}
}

func TestZoneAddInternationalised(t *testing.T) {
	c := newRegistryCLI(t)
	c.ok("zone", "add", "Bücher", "--ns", "ns1.nic.bücher=192.0.2.1", "--reserved", "straße", "--idn", "Latn")
	shown := c.object("zone", "show", "xn--bcher-kva")
	c.wants(shown, map[string]any{"name": "xn--bcher-kva", "unicode": "bücher"})
	c.wants(shown["settings"].(map[string]any), map[string]any{"reserved": []string{"xn--strae-oqa"}})
	c.says([]string{"xn--bcher-kva (bücher)"}, "zone", "show", "bücher")
}

func TestZoneAddRefusals(t *testing.T) {
	c := newRegistryCLI(t)
	c.ok("zone", "add", "shop", "--ns", "ns1.dns.example")
	with := func(args ...string) []string {
		return append([]string{"zone", "add", "x1", "--ns", "ns1.dns.example"}, args...)
	}
	for _, tc := range []struct {
		status int
		part   string
		args   []string
	}{
		{2, "--ns ns1.nic.x1=ADDR", []string{"zone", "add", "x1"}},
		{2, "--ns ns1.x1=192.0.2.1", []string{"zone", "add", "x1", "--ns", "ns1.x1"}},
		{2, "give the name alone", []string{"zone", "add", "x1", "--ns", "ns1.dns.example=192.0.2.1"}},
		{2, "not an IP address", []string{"zone", "add", "x1", "--ns", "ns1.x1=192.0.2.256"}},
		{2, "not an IP address", []string{"zone", "add", "x1", "--ns", "ns1.x1=::ffff:192.0.2.1"}},
		{2, "given twice", with("--ns", "NS1.dns.example")},
		{2, "the zone exists", []string{"zone", "add", "shop", "--ns", "ns1.dns.example"}},
		{2, "label", []string{"zone", "add", "x_1", "--ns", "ns1.dns.example"}},
		{2, "--ns ns1.nic.x1=ADDR", []string{"zone", "add", "x1", "--kind", "whitelist"}},
		{2, "--allow", with("--kind", "whitelist", "--allow", "here")},
		{2, "written 192.0.2.0/24", with("--kind", "whitelist", "--allow", "192.0.2.1/24")},
		{2, "--allow", with("--kind", "whitelist", "--allow", "fe80::1%eth0")},
		{2, "--allow", with("--kind", "whitelist", "--allow", "::ffff:192.0.2.1")},
		{2, "access.keys", with("--kind", "whitelist", "--tsig-key", "a..b")},
		{2, "access.keys", with("--kind", "whitelist", "--tsig-key", strings.Repeat("x.", 60))},
		{2, "target or whitelist", with("--kind", "parked")},
		{2, "standard or genuine", with("--registrants", "anyone")},
		{2, "no such table", with("--idn", "Klingon")},
		{2, "--price-create", with("--price-create", "10.001")},
		{2, "accounts are kept in USD", with("--currency", "EUR")},
		{2, "three capital letters", with("--currency", "euro")},
		{2, "in the zone", with("--suffix", "co.shop")},
		{2, "--reserved", with("--reserved", "a.b")},
		{2, "between 1 and 10 years", with("--max-years", "11")},
		{1, "no length of time", with("--redemption", "30")},
		{1, "between 0 and", with("--redemption", "-5h")},
		{1, "no length of time", with("--ttl", "1.5")},
		{1, "no such file", with("--from-file", filepath.Join(c.dir, "none.json"))},
		{1, "accepts 1 arg", []string{"zone", "add"}},
	} {
		c.fails(tc.status, tc.part, tc.args...)
	}
	if list := c.objects("zone", "list"); len(list) != 1 {
		t.Errorf("a refused zone was added: %v", list)
	}
	c.fails(2, "runs no such zone", "zone", "show", "other")
	c.fails(2, "runs no such zone", "zone", "show", "a.shop")
}

func TestZoneExport(t *testing.T) {
	c := newRegistryCLI(t)
	c.shop()
	c.ok("load", "--zone", "shop", "--count", "300")
	text := c.ok("zone", "export", "shop")
	if !strings.HasPrefix(text, "shop.\t3600\tIN\tSOA\tns1.nic.shop. hostmaster.shop. ") {
		t.Errorf("the zone begins %.100q", text)
	}
	path := filepath.Join(c.dir, "shop.zone")
	c.wants(c.object("zone", "export", "shop", "--output", path), map[string]any{
		"zone": "shop", "file": path, "records": strings.Count(text, "\n"), "bytes": len(text),
	})
	written, err := os.ReadFile(path)
	if err != nil || string(written) != text {
		t.Errorf("the file differs from standard output: %v", err)
	}
	c.says([]string{"shop: ", " records written to " + path}, "zone", "export", "shop", "--output", path)
	if left, _ := filepath.Glob(filepath.Join(c.dir, ".shop*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	c.fails(1, "no such file", "zone", "export", "shop", "--output", filepath.Join(c.dir, "none", "shop.zone"))
	c.fails(1, "--json needs --output", "zone", "export", "shop", "--json")
}

func TestPeriods(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"5d": 120 * time.Hour, "36h": 36 * time.Hour, "1d12h": 36 * time.Hour, "0s": 0, "0d": 0, "90m": 90 * time.Minute, "3660d": maxPeriod,
	} {
		if got, err := parsePeriod(text); got != want || err != nil {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "d", "5", "-5d", "5dd", "1d-1h", "5D", "3660d1s", "99999999999999999999d", "4000d", "100000h", "1.5d", "1w"} {
		if got, err := parsePeriod(text); err == nil {
			t.Errorf("%q became %v", text, got)
		}
	}
	for d, want := range map[time.Duration]string{
		0: "0s", 120 * time.Hour: "5d", 36 * time.Hour: "1d12h", 90 * time.Minute: "1h30m", time.Hour: "1h", 10 * time.Minute: "10m",
		10 * time.Second: "10s", 25*time.Hour + time.Second: "1d1h0m1s",
	} {
		if got := periodText(d); got != want {
			t.Errorf("%v is shown as %s, want %s", d, got, want)
		}
	}
}

// FuzzPeriod holds that what is read is shown as the same length of time.
func FuzzPeriod(f *testing.F) {
	for _, s := range []string{"5d", "36h", "1d12h", "0s", "1h0m1s", "3660d"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := parsePeriod(text)
		if err != nil {
			return
		}
		if again, err := parsePeriod(periodText(d)); err != nil || again != d || d < 0 || d > maxPeriod {
			t.Fatalf("%q is %v, shown as %s, read as %v, %v", text, d, periodText(d), again, err)
		}
	})
}

// FuzzASCIIName holds that whatever is taken is canonical.
func FuzzASCIIName(f *testing.F) {
	for _, s := range []string{"shop", "Bücher.", "ПРИМЕР.example", "xn--bcher-kva", "a..b", "straße.example", "\u200d", "。shop"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		name, err := asciiName(text, "zone")
		if err != nil {
			return
		}
		if again, err := registry.CanonicalName(name, "zone"); err != nil || again != name {
			t.Fatalf("%q became %q, which is %q, %v", text, name, again, err)
		}
		if again, err := asciiName(name, "zone"); err != nil || again != name {
			t.Fatalf("%q became %q, which became %q, %v", text, name, again, err)
		}
	})
}

// FuzzZoneSettings holds that settings are refused, or make a zone that shows
// itself as settings which make the same zone.
func FuzzZoneSettings(f *testing.F) {
	for _, s := range []string{
		`{}`, `{"reserved": ["www"], "suffixes": ["co.shop"]}`, `{"policy": {"registrants": "genuine", "max_years": 3}}`,
		`{"periods": {"redemption": "90h", "add_grace": "-1h"}}`, `{"prices": {"currency": "JPY", "create": 9223372036854775807}}`,
		`{"dns": {"nameservers": [{"name": "ns1.nic.shop", "addrs": ["192.0.2.1", "fe80::1%eth0"]}], "ttl": 4294967295}}`,
		`{"dns": {"nameservers": null}}`, `{"access": {"addresses": ["10.0.0.0/8"], "keys": ["k."]}}`, `[]`, `null`, `{"x": 1}`,
	} {
		f.Add(s)
	}
	options := func(text string) *zoneAddOptions {
		return &zoneAddOptions{
			kind: "target", fromFile: "-", stdin: strings.NewReader(text), ns: []string{"ns1.dns.example"},
			changed: func(flag string) bool { return flag == "ns" },
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		z, err := options(text).zone("shop")
		if err != nil {
			return
		}
		shown, err := json.Marshal(z)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		z, err = options(string(shown)).zone("shop")
		if err != nil {
			t.Fatalf("%q is shown as %s, which is refused: %v", text, shown, err)
		}
		if again, err := json.Marshal(z); err != nil || string(again) != string(shown) {
			t.Fatalf("%q is shown as %s, then as %s, %v", text, shown, again, err)
		}
	})
}

// FuzzApexServer holds that a name server that is taken could be served.
func FuzzApexServer(f *testing.F) {
	for _, s := range []string{"ns1.nic.shop=192.0.2.1,2001:db8::1", "ns1.dns.example", "ns1.shop", "=", "ns1.shop=", "a.shop=fe80::1%x", "ns.bücher=::1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		ns, err := parseApexServer(text, "shop")
		if err != nil {
			return
		}
		z := registry.NewZone("shop", registry.TargetZone)
		z.DNS.Nameservers = []registry.ApexServer{ns}
		if err := z.Check(); err != nil {
			t.Fatalf("%q is taken but refused by the zone: %v", text, err)
		}
	})
}
