package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"cadastre/internal/pgtest"
	"cadastre/registry"
	"cadastre/registry/store"
	"cadastre/registry/store/migrations"
)

// registryCLI is a registry with a database of its own, worked on by the verbs
// alone. Its invariants are checked when the test ends.
type registryCLI struct {
	*testing.T
	dir, dsn string
	stdin    string
}

func newRegistryCLI(t *testing.T) *registryCLI {
	t.Helper()
	c := &registryCLI{T: t, dir: t.TempDir(), dsn: pgtest.New(t, migrations.FS)}
	c.configure(c.dsn)
	t.Cleanup(c.checkWorld)
	return c
}

func (c *registryCLI) config() string { return filepath.Join(c.dir, "cadastre.toml") }

// configure writes a configuration of a process that needs no certificates.
func (c *registryCLI) configure(dsn string) {
	c.Helper()
	text := "database_url = " + strconv.Quote(dsn) + "\nroid_suffix = \"TEST\"\nroles = [\"jobs\"]\n"
	if err := os.WriteFile(c.config(), []byte(text), 0o600); err != nil {
		c.Fatal(err)
	}
}

// file writes a file into the test's directory.
func (c *registryCLI) file(name, text string) string {
	c.Helper()
	path := filepath.Join(c.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		c.Fatal(err)
	}
	return path
}

// try runs a verb and returns what a shell would see.
func (c *registryCLI) try(args ...string) (stdout, stderr string, status int) {
	c.Helper()
	var out, errs bytes.Buffer
	err := run(context.Background(), append(args, "--config", c.config()), strings.NewReader(c.stdin), &out, &errs)
	if err != nil {
		status = report(&errs, err)
	}
	return out.String(), errs.String(), status
}

// ok runs a verb that must succeed.
func (c *registryCLI) ok(args ...string) string {
	c.Helper()
	stdout, stderr, status := c.try(args...)
	if status != 0 {
		c.Fatalf("%v: status %d: %s", args, status, stderr)
	}
	return stdout
}

// fails demands a status and one line of error that holds part.
func (c *registryCLI) fails(status int, part string, args ...string) {
	c.Helper()
	stdout, stderr, got := c.try(args...)
	if got != status || !strings.Contains(stderr, part) || strings.Count(stderr, "\n") != 1 {
		c.Errorf("%v: status %d, error %q; want %d and %q", args, got, stderr, status, part)
	}
	if stdout != "" {
		c.Errorf("%v: a refused verb printed %q", args, stdout)
	}
}

// says demands every part in what a verb prints.
func (c *registryCLI) says(parts []string, args ...string) {
	c.Helper()
	out := c.ok(args...)
	for _, p := range parts {
		if !strings.Contains(out, p) {
			c.Errorf("%v printed\n%swithout %q", args, out, p)
		}
	}
}

// object is what a verb prints with --json, which is one line.
func (c *registryCLI) object(args ...string) map[string]any {
	c.Helper()
	out := c.ok(append(args, "--json")...)
	var v map[string]any
	if err := json.Unmarshal([]byte(out), &v); err != nil || strings.Count(out, "\n") != 1 {
		c.Fatalf("%v: %v in %q", args, err, out)
	}
	return v
}

func (c *registryCLI) objects(args ...string) []map[string]any {
	c.Helper()
	out := c.ok(append(args, "--json")...)
	var v []map[string]any
	if err := json.Unmarshal([]byte(out), &v); err != nil {
		c.Fatalf("%v: %v in %q", args, err, out)
	}
	return v
}

// wants compares some of an object's fields, as JSON.
func (c *registryCLI) wants(object map[string]any, fields map[string]any) {
	c.Helper()
	for name, want := range fields {
		got, _ := json.Marshal(object[name])
		text, _ := json.Marshal(want)
		if string(got) != string(text) {
			c.Errorf("%s is %s, want %s", name, got, text)
		}
	}
}

func (c *registryCLI) store() *store.Store {
	c.Helper()
	st, err := store.Open(context.Background(), store.Config{DSN: c.dsn, MaxConns: 2})
	if err != nil {
		c.Fatal(err)
	}
	c.Cleanup(st.Close)
	return st
}

func (c *registryCLI) checkWorld() {
	st, err := store.Open(context.Background(), store.Config{DSN: c.dsn, MaxConns: 1})
	if err != nil {
		c.Error(err)
		return
	}
	defer st.Close()
	faults, err := st.CheckWorld(context.Background())
	if err != nil {
		c.Error(err)
	}
	for _, f := range faults {
		c.Error(f)
	}
}

// shop adds a zone and a registrar.
func (c *registryCLI) shop() {
	c.Helper()
	c.ok("zone", "add", "shop", "--ns", "ns1.nic.shop=192.0.2.1,2001:db8::1", "--ns", "ns2.dns.example")
	c.ok("registrar", "add", "registrar-a", "--name", "Registrar A")
}

func TestRefusalStatus(t *testing.T) {
	for _, tc := range []struct {
		err  error
		want int
	}{
		{registry.Errorf(registry.KindExists, "zone", "shop", "the zone exists"), 2},
		{fmt.Errorf("adding: %w", registry.Errorf(registry.KindBilling, "", "", "no money")), 2},
		{registry.Errorf(registry.KindUnavailable, "", "", "later"), 1},
		{registry.Errorf(registry.KindUnimplemented, "", "", "not built"), 1},
		{errors.New("disk full"), 1},
	} {
		var out bytes.Buffer
		if got := report(&out, refusalStatus(tc.err)); got != tc.want || out.String() != "cadastre: "+tc.err.Error()+"\n" {
			t.Errorf("%v: status %d, %q", tc.err, got, out.String())
		}
	}
	if refusalStatus(nil) != nil {
		t.Error("no error became one")
	}
}

func TestAmounts(t *testing.T) {
	for _, tc := range []struct {
		text, currency string
		minor          int64
		shown          string
	}{
		{"1000", "USD", 100000, "1000.00 USD"},
		{"1000.5", "USD", 100050, "1000.50 USD"},
		{"0.01", "USD", 1, "0.01 USD"},
		{"0", "USD", 0, "0.00 USD"},
		{"1234.56", "EUR", 123456, "1234.56 EUR"},
		{"0.1", "USD", 10, "0.10 USD"},
		{"1500", "JPY", 1500, "1500 JPY"},
		{"1.234", "KWD", 1234, "1.234 KWD"},
		{"90071992547409.93", "USD", 9007199254740993, "90071992547409.93 USD"}, // no float64 has this value
	} {
		got, err := registry.ParseAmount(tc.text, tc.currency, "--deposit")
		if err != nil || got != tc.minor || money(got, tc.currency) != tc.shown {
			t.Errorf("%s %s: %d, %q, %v", tc.text, tc.currency, got, money(got, tc.currency), err)
		}
	}
	for _, text := range []string{
		"", ".", "1.", ".5", "-1", "+1", "1,5", "1e3", "0x10", "1.005", " 1", "1 ", "NaN", "١", "1.2.3", "9223372036854775807", "99999999999999999999999",
	} {
		if n, err := registry.ParseAmount(text, "USD", "--deposit"); !registry.IsKind(err, registry.KindValue) || !strings.Contains(err.Error(), "--deposit") {
			t.Errorf("%q became %d, %v", text, n, err)
		}
	}
	if _, err := registry.ParseAmount("1.5", "JPY", "--deposit"); err == nil {
		t.Error("yen have no fraction")
	}
	if got := money(-5, "USD"); got != "-0.05 USD" {
		t.Errorf("a debt is shown as %s", got)
	}
	if got := money(math.MinInt64, "USD"); got != "-92233720368547758.08 USD" {
		t.Errorf("the smallest amount is shown as %s", got)
	}
}

// FuzzAmount holds that what is read is shown as the same number.
func FuzzAmount(f *testing.F) {
	for _, s := range []string{"0", "1000.50", "0.01", "007.10", "9007199254740993", "1.234", "-1", "1e9"} {
		f.Add(s, uint8(2))
	}
	f.Fuzz(func(t *testing.T, text string, digits uint8) {
		currency := []string{"JPY", "EUR", "USD", "KWD"}[digits%4]
		n, err := registry.ParseAmount(text, currency, "--deposit")
		if err != nil {
			return
		}
		shown, _, _ := strings.Cut(money(n, currency), " ")
		again, err := registry.ParseAmount(shown, currency, "--deposit")
		if err != nil || again != n || n < 0 {
			t.Fatalf("%q is %d, shown as %q, read as %d, %v", text, n, shown, again, err)
		}
		if short := strings.TrimLeft(text, "0"); !strings.HasPrefix(strings.TrimLeft(shown, "0"), short) {
			t.Fatalf("%q is shown as %q", text, shown)
		}
	})
}

// TestOutputIsHarmless: what somebody else wrote into the registry cannot steer
// the operator's terminal.
func TestOutputIsHarmless(t *testing.T) {
	got := grid([]string{"name", ">n"}, [][]string{{"\x1b[2Jevil\r\n", "1"}, {"ü", "20"}}) + pairs{{"a", "\x1b]0;x\x07"}, {"bb", ""}}.text()
	if strings.ContainsAny(got, "\x1b\r\x07") || strings.Contains(got, "bb") {
		t.Errorf("%q", got)
	}
	if want := "NAME            N\n"; !strings.HasPrefix(got, want) {
		t.Errorf("%q does not begin with %q", got, want)
	}
}

func TestMeterWithoutTerminal(t *testing.T) {
	var out bytes.Buffer
	m := newMeter(&app{stderr: &out}, "loading", 200)
	for range 100 {
		m.add(2)
	}
	m.end()
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 10 || lines[0] != "loading: 10 % (20 of 200)" || lines[9] != "loading: 100 % (200 of 200)" {
		t.Errorf("%q", lines)
	}
}
