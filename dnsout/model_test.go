package dnsout

import (
	"cmp"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/miekg/dns"
	"pgregory.net/rapid"
)

// reference answers for the zone "example" from a plain map, the slow and obvious
// way.
type reference map[string]Delegation

func (ref reference) answer(name, rrtype string, do bool) string {
	soa := "authority: example. 60 IN SOA ns1.nic.example. hostmaster.registry.test. 100 1800 900 604800 60\n"
	opt := ""
	if do {
		opt = optDO
	}
	labels := strings.Split(name, ".")
	for i := len(labels) - 2; i >= 0; i-- {
		cut := strings.Join(labels[i:], ".")
		d, ok := ref[cut]
		if !ok {
			continue
		}
		if len(d.NS) == 0 {
			if i > 0 {
				continue // data is no zone cut
			}
			for _, set := range d.Data {
				if set.Type != rrtype {
					continue
				}
				out := "NOERROR aa\n"
				for _, v := range set.Values {
					out += fmt.Sprintf("answer: %s. %d IN %s %s\n", name, set.TTL, rrtype, v)
				}
				return strings.ReplaceAll(out, "TXT text", "TXT \"text\"") + opt
			}
			return "NOERROR aa\n" + soa + opt
		}
		if i == 0 && rrtype == "DS" {
			if len(d.DS) == 0 {
				return "NOERROR aa\n" + soa + opt
			}
			return "NOERROR aa\n" + ref.ds(d) + opt
		}
		out := "NOERROR\n"
		for _, host := range d.NS {
			out += fmt.Sprintf("authority: %s. %d IN NS %s.\n", cut, orZone(d.NSTTL), host)
		}
		for _, host := range d.NS {
			for _, g := range d.Glue {
				if g.Host != host {
					continue
				}
				for _, a := range g.Addrs {
					rrtype, ttl := "A", g.TTLv4
					if a.Is6() {
						rrtype, ttl = "AAAA", g.TTLv6
					}
					out += fmt.Sprintf("additional: %s. %d IN %s %s\n", host, orZone(ttl), rrtype, a)
				}
			}
		}
		return out + opt
	}
	exists := slices.Contains([]string{"example", "nic.example", "ns1.nic.example"}, name)
	for owner := range ref {
		exists = exists || strings.HasSuffix(owner, "."+name)
	}
	if name == "ns1.nic.example" && rrtype == "A" {
		return "NOERROR aa\nanswer: ns1.nic.example. 3600 IN A 192.0.2.53\n" + opt
	}
	if !exists {
		return "NXDOMAIN aa\n" + soa + opt
	}
	return "NOERROR aa\n" + soa + opt
}

// orZone is a TTL, or the zone's.
func orZone(ttl uint32) uint32 {
	if ttl == 0 {
		return 3600
	}
	return ttl
}

func (ref reference) ds(d Delegation) (out string) {
	for _, ds := range d.DS {
		out += fmt.Sprintf("answer: %s. %d IN DS %d %d %d %s\n", d.Name, orZone(d.DSTTL), ds.KeyTag, ds.Algorithm, ds.DigestType,
			strings.ToUpper(hex.EncodeToString(ds.Digest)))
	}
	return out
}

// modelNames are few, so that names come and go often, and nested, so that they
// stand above and below each other.
func modelNames() []string {
	var out []string
	level := []string{"example"}
	for range 3 {
		var next []string
		for _, up := range level {
			for _, l := range []string{"a", "b", "nic"} {
				next = append(next, l+"."+up)
			}
		}
		out = append(out, next...)
		level = next
	}
	return out
}

func drawDelegation(t *rapid.T, name string) Delegation {
	d := Delegation{Name: name}
	if rapid.IntRange(0, 2).Draw(t, "data") == 0 {
		all := []Data{
			{Type: "TXT", TTL: 60, Values: []string{"text"}},
			{Type: "NS", TTL: 30, Values: []string{"h1.test.", "x." + name + "."}},
			{Type: "A", TTL: 10, Values: []string{"192.0.2.7"}},
		}
		d.Data = rapid.SliceOfNDistinct(rapid.SampledFrom(all), 1, 3, func(d Data) string { return d.Type }).Draw(t, "sets")
		return d
	}
	hosts := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{
		"h1.test", "h2.test", "h3.other.test", "ns.a.example", "ns1." + name, "x.ns2." + name, name,
	}), 1, 4, rapid.ID).Draw(t, "hosts")
	slices.Sort(hosts)
	d.NS = hosts
	ttls := rapid.SampledFrom([]uint32{0, 0, 0, 300, 86400})
	d.NSTTL, d.DSTTL = ttls.Draw(t, "ttl NS"), ttls.Draw(t, "ttl DS")
	for i, h := range hosts {
		if below := h == name || strings.HasSuffix(h, "."+name); below && rapid.Bool().Draw(t, "glue") {
			d.Glue = append(d.Glue, Glue{
				Host: h, Addrs: addrs("192.0.2.1", fmt.Sprintf("192.0.2.%d", 2+i), "2001:db8::1"),
				TTLv4: ttls.Draw(t, "ttl A"), TTLv6: ttls.Draw(t, "ttl AAAA"),
			})
		}
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "ds") {
		d.DS = append(d.DS, DS{KeyTag: uint16(i + 1), Algorithm: 13, DigestType: 2, Digest: []byte(name)})
	}
	return d
}

// TestModel compares the zone in memory, after each of many random changes, with
// the reference, for every name and many below.
func TestModel(t *testing.T) {
	names := modelNames()
	queries := slices.Concat(names, []string{"example", "c.example", "c.a.example", "ns1.nic.example", "y.ns1.a.b.example"})
	rapid.Check(t, func(t *rapid.T) {
		src := newMemSource()
		src.addZone(exampleZone(1, "example"))
		ref := reference{}
		r := responder{zones: zonesOf(t, src)}
		c := r.zones.set.Load().byName["\x07example"].content.Load()
		enc := encoder{apex: c.labels}
		t.Repeat(map[string]func(*rapid.T){
			"put": func(t *rapid.T) {
				d := drawDelegation(t, rapid.SampledFrom(names).Draw(t, "name"))
				enc.put(c, &d, func(err error) { t.Fatal(err) })
				ref[d.Name] = d
			},
			"remove": func(t *rapid.T) {
				name := rapid.SampledFrom(names).Draw(t, "name")
				enc.put(c, &Delegation{Name: name}, func(err error) { t.Fatal(err) })
				delete(ref, name)
			},
			"removeAll": func(t *rapid.T) {
				for name := range maps.Clone(ref) {
					enc.put(c, &Delegation{Name: name}, func(err error) { t.Fatal(err) })
					delete(ref, name)
				}
			},
			"": func(t *rapid.T) {
				do := rapid.Bool().Draw(t, "do")
				rrtype := rapid.SampledFrom([]string{"A", "NS", "DS", "TXT"}).Draw(t, "type")
				for _, name := range queries {
					if name == "example" && rrtype == "NS" {
						continue // the reference knows the apex only without data
					}
					compareWithReference(t, &r, ref, name, rrtype, do)
				}
				checkContent(t, c, ref)
			},
		})
	})
}

func compareWithReference(t *rapid.T, r *responder, ref reference, name, rrtype string, do bool) {
	q := question(name + ". " + rrtype)
	if do {
		q.SetEdns0(1232, true)
	}
	packed, err := q.Pack()
	if err != nil {
		t.Fatal(err)
	}
	answer, _ := r.respond(nil, packed, false)
	var m dns.Msg
	if err := m.Unpack(answer); err != nil {
		t.Fatal(err)
	}
	if got, want := show(&m), ref.answer(name, rrtype, do); got != want {
		t.Fatalf("%s %s:\n%swant\n%s", name, rrtype, got, want)
	}
}

// checkContent proves the bookkeeping: counts, shared sets and memory.
func checkContent(t *rapid.T, c *content, ref reference) {
	if c.names != len(ref) {
		t.Fatalf("%d names, want %d", c.names, len(ref))
	}
	size, uses := 0, map[uint32]uint32{}
	for i := range c.segments {
		g := c.segments[i].Load()
		if g == nil {
			continue
		}
		size += g.size()
		live, names := 0, 0
		for _, v := range g.slots {
			if off := uint32(v); off != 0 {
				names++
				live += recordSize(g.data[off:])
			}
		}
		if live != g.live || names != g.names || g.used > len(g.data) {
			t.Fatalf("segment %d: live %d, counted %d; names %d, counted %d", i, live, g.live, names, g.names)
		}
	}
	c.each(func(_ recordRef, r *record) {
		if r.flags&(hasNS|nsInline) == hasNS {
			uses[r.setID]++
		}
	})
	if size != c.slabs {
		t.Fatalf("slabs of %d octets, counted %d", size, c.slabs)
	}
	for id, n := range c.hosts.uses {
		if n != uses[uint32(id)] {
			t.Fatalf("set %d has %d uses, counted %d", id, uses[uint32(id)], n)
		}
	}
	if len(c.hosts.ids) != len(uses) {
		t.Fatalf("%d sets, %d in use", len(c.hosts.ids), len(uses))
	}
}

// TestNameOrder compares the canonical order with one made of reversed labels.
func TestNameOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string) []string {
			return rapid.SliceOfN(rapid.StringMatching(`[a-c]{1,3}`), 0, 4).Draw(t, label)
		}
		a, b := draw("a"), draw("b")
		wire := func(labels []string) []byte {
			w, err := appendName(nil, strings.Join(labels, "."))
			if err != nil {
				t.Fatal(err)
			}
			return w
		}
		wa, wb := wire(a), wire(b)
		slices.Reverse(a)
		slices.Reverse(b)
		if got, want := cmp.Compare(compareNames(wa, wb), 0), slices.Compare(a, b); got != want {
			t.Fatalf("%v and %v: %d, want %d", a, b, got, want)
		}
	})
}
