package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"cadastre/registry"
	"cadastre/registry/store"
)

// TestLoadNames: names of a seed are distinct, fixed for good, and of the form
// that is promised; a permutation has no collisions at all.
func TestLoadNames(t *testing.T) {
	names := loadNames{seed: 1}
	form := regexp.MustCompile(`^d[0-9a-f]{7}$`)
	seen := map[string]bool{}
	for i := range uint32(100_000) {
		l := names.label(i)
		if !form.MatchString(l) || seen[l] {
			t.Fatalf("label %d is %q, seen before: %v", i, l, seen[l])
		}
		seen[l] = true
	}
	// The last of all, too.
	if l := names.label(maxLoadCount - 1); !form.MatchString(l) {
		t.Errorf("%q", l)
	}
	var got []string
	for i := range uint32(3) {
		got = append(got, names.label(i), loadNames{seed: 2}.label(i))
	}
	want := []string{"d5a5128b", "d6543478", "df5a73ad", "d3f91202", "d3640afe", "d9d59020"}
	if !slices.Equal(got, want) {
		t.Errorf("a seed gives other names than it used to: %q", got)
	}
	// Every half of the Feistel network is reached: a bijection on a sample space of its own.
	halves := map[uint32]bool{}
	for i := range uint32(1 << 14) {
		halves[names.permute(i<<14)] = true
	}
	if len(halves) != 1<<14 {
		t.Errorf("%d of %d values are distinct", len(halves), 1<<14)
	}
}

func TestLoad(t *testing.T) {
	c := newRegistryCLI(t)
	c.shop()
	c.ok("registrar", "add", "registrar-b", "--name", "Registrar B")
	c.ok("registrar", "add", "registrar-c", "--name", "Registrar C")
	c.ok("registrar", "suspend", "registrar-c", "--reason", "x")

	const count = 2000
	out, errs, status := c.try("load", "--zone", "shop", "--count", "2000")
	if status != 0 || !strings.HasPrefix(out, "shop: 2000 names added in ") || errs != "loading shop: 100 % (2000 of 2000)\n" {
		t.Fatalf("status %d, %q, %q", status, out, errs)
	}
	zone := c.object("zone", "show", "shop")
	c.wants(zone, map[string]any{"domains": count, "delegations": count})
	shares := map[string]float64{}
	for _, r := range c.objects("registrar", "list") {
		shares[r["id"].(string)] = r["domains"].(float64)
		c.wants(r, map[string]any{"balance": 0})
	}
	if shares["registrar-a"] < count/3 || shares["registrar-b"] < count/3 || shares["registrar-c"] != 0 {
		t.Errorf("names are spread %v", shares)
	}
	c.checkLoaded(count)
	c.checkWorld()

	// The same names again: nothing new. More of them: the others alone.
	c.says([]string{"shop: nothing added, the 2000 names of seed 1 are there already\n"}, "load", "--zone", "shop", "--count", "2000")
	c.wants(c.object("load", "--zone", "shop", "--count", "2500"), map[string]any{
		"zone": "shop", "seed": 1, "count": 2500, "added": 500, "passed_over": 2000,
	})
	c.wants(c.object("load", "--zone", "shop", "--count", "100", "--seed", "2"), map[string]any{"seed": 2, "added": 100, "passed_over": 0})
	c.wants(c.object("zone", "show", "shop"), map[string]any{"domains": 2600, "delegations": 2600})
}

// checkLoaded holds the loaded rows against what is promised of them.
func (c *registryCLI) checkLoaded(count int) {
	c.Helper()
	ctx, st := context.Background(), c.store()
	zones, err := st.Zones(ctx)
	if err != nil {
		c.Fatal(err)
	}
	z := zones.Find("shop")
	glue, hosts, first := 0, map[string]bool{}, ""
	_, err = st.SnapshotZone(ctx, z.ID, func(d *store.Delegation) error {
		if len(d.NS) != 2 || !strings.HasPrefix(d.NS[0], "ns1.") || !strings.HasPrefix(d.NS[1], "ns2.") {
			c.Errorf("%s has name servers %v", d.Name, d.NS)
		}
		if len(d.Glue) > 0 {
			glue++
			for _, g := range d.Glue {
				if len(g.Addrs) != 2 || !g.Addrs[0].Is4() || !g.Addrs[1].Is6() {
					c.Errorf("%s has glue %v", d.Name, g)
				}
			}
			first = d.Name
		} else {
			hosts[d.NS[0]] = true
		}
		return nil
	})
	if err != nil {
		c.Fatal(err)
	}
	if glue < count/40 || glue > count/10 {
		c.Errorf("%d of %d names have own name servers", glue, count)
	}
	if len(hosts) < count/3 {
		c.Errorf("only %d pairs of external hosts are used", len(hosts))
	}
	now := time.Now()
	list := c.objects("domain", "history", first)
	var state registry.Domain
	text, _ := json.Marshal(list[0]["state"])
	if err := json.Unmarshal(text, &state); err != nil {
		c.Fatal(err)
	}
	d, below, err := st.Domain(ctx, first)
	if err != nil {
		c.Fatal(err)
	}
	if len(below) != 2 || d.Created.Before(now.AddDate(-1, 0, -2)) || d.Created.After(now) || d.Expires.Before(now.AddDate(1, 0, -2)) || d.Expires.After(now.AddDate(9, 0, 1)) {
		c.Errorf("%+v", d)
	}
	// The history keeps what a create would have kept.
	d.Zone = z.Name
	want, _ := json.Marshal(d)
	var wanted, got map[string]any
	json.Unmarshal(want, &wanted)                                         //nolint:errcheck // just marshalled
	json.Unmarshal(text, &got)                                            //nolint:errcheck // read above
	for _, field := range []string{"Statuses", "StatusTexts", "Graces"} { // empty either way
		delete(wanted, field)
		delete(got, field)
	}
	a, _ := json.Marshal(wanted)
	b, _ := json.Marshal(got)
	if !bytes.Equal(a, b) {
		c.Errorf("the history says %s, the row %s", b, a)
	}
	c.wants(list[0], map[string]any{"action": "load", "channel": "cli", "version": 1, "cltrid": osUser()})
	host, err := st.History(ctx, "host", "ns1."+first)
	if err != nil || len(host) != 1 || host[0].Action != "load" {
		c.Errorf("history of a host: %+v, %v", host, err)
	}
}

// TestLoadedNameLives: a loaded name is a name like others. It can be held,
// and its deletion refunds nothing, since it was never paid.
func TestLoadedNameLives(t *testing.T) {
	c := newRegistryCLI(t)
	c.shop()
	c.ok("load", "--zone", "shop", "--count", "40")
	name := loadNames{1}.label(0) + ".shop"
	c.ok("domain", "hold", name, "--reason", "test")
	if strings.Contains(c.delegated("shop"), name) {
		t.Error("a held name is in DNS")
	}
	if n := c.object("domain", "show", name)["grace_periods"].([]any); len(n) != 0 {
		t.Errorf("grace periods %v", n)
	}
}

func TestLoadRefusals(t *testing.T) {
	c := newRegistryCLI(t)
	c.ok("zone", "add", "shop", "--ns", "ns1.dns.example")
	c.fails(2, "no registrar to load names for", "load", "--zone", "shop", "--count", "10")
	c.ok("registrar", "add", "registrar-a", "--name", "A")
	c.fails(2, "--count", "load", "--zone", "shop", "--count", "0")
	c.fails(2, "--count", "load", "--zone", "shop", "--count", "268435457")
	c.fails(2, "runs no such zone", "load", "--zone", "other", "--count", "1")
	c.fails(1, `required flag(s) "count"`, "load", "--zone", "shop")
	c.ok("zone", "add", "load.invalid", "--ns", "ns1.dns.example")
	c.fails(2, "load.invalid", "load", "--zone", "shop", "--count", "1")
}

// TestLoadIntoGenuineZone: the registrants of a load satisfy the strictest zone,
// and what nobody may register is left out.
func TestLoadIntoGenuineZone(t *testing.T) {
	c := newRegistryCLI(t)
	c.ok("registrar", "add", "registrar-a", "--name", "A")
	c.ok("zone", "add", "shop", "--ns", "ns1.dns.example", "--registrants", "genuine", "--max-years", "1",
		"--reserved", loadNames{1}.label(3), "--suffix", loadNames{1}.label(4)+".shop")
	c.wants(c.object("load", "--zone", "shop", "--count", "50"), map[string]any{"added": 48, "passed_over": 2})
	for _, i := range []uint32{3, 4} {
		c.fails(2, "does not exist", "domain", "show", loadNames{1}.label(i)+".shop")
	}
}

// TestLoadInterrupted: a load that is cut short leaves whole chunks, says how far
// it came, and the same command does the rest.
func TestLoadInterrupted(t *testing.T) {
	c := newRegistryCLI(t)
	c.shop()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	out := &cancelAfter{cancel: cancel}
	count := []string{"load", "--zone", "shop", "--count", "60000", "--config", c.config()}
	err := run(ctx, count, nil, out, out)
	if err == nil || !strings.Contains(err.Error(), "interrupted, with 20000 names added to shop; the same command adds the others") {
		t.Fatalf("%v; %s", err, out)
	}
	if errors.As(err, new(*exitError)) {
		t.Errorf("an interruption is no refusal: %v", err)
	}
	c.wants(c.object("zone", "show", "shop"), map[string]any{"domains": 20000, "delegations": 20000})
	c.wants(c.object("load", "--zone", "shop", "--count", "21000"), map[string]any{"added": 1000, "passed_over": 20000})
}

// cancelAfter ends the context with the first line of progress.
type cancelAfter struct {
	bytes.Buffer
	cancel func()
}

func (w *cancelAfter) Write(p []byte) (int, error) {
	w.cancel()
	return w.Buffer.Write(p)
}
