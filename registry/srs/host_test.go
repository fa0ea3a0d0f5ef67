package srs_test

import (
	"fmt"
	"slices"
	"testing"

	"cadastre/registry"
)

func TestHostPlaces(t *testing.T) {
	w := newWorld(t)
	w.contact(ra, "c-one", nil)
	w.contact(rb, "c-two", nil)
	w.domain(ra, "own.example", "c-one")
	w.domain(rb, "theirs.example", "c-two")
	w.host(ra, "a.b.c.own.example", "192.0.2.7", "2001:db8::7")
	w.host(ra, "ns.outside.test")
	w.refused(w.tryHost(ra, "ns.theirs.example"), registry.KindAuthorization, "theirs.example")
	w.refused(w.tryHost(ra, "ns.nobody.example", "192.0.2.1"), registry.KindNotFound, "nobody.example")
	w.refused(w.tryHost(ra, "example"), registry.KindParamPolicy, "registry")
	w.refused(w.tryHost(ra, "localhost"), registry.KindValue, "two labels")
	w.refused(w.tryHost(ra, "x.outside.test", "192.0.2.1"), registry.KindParamPolicy, "external")
	w.refused(w.tryHost(ra, "ns.outside.test"), registry.KindExists, "exists")
	for _, bad := range []string{"127.0.0.1", "0.0.0.0", "224.0.0.1", "256.1.1.1", "1.2.3", "::1", "::", "fe80::1", "::ffff:192.0.2.1", "x"} {
		w.refused(w.tryHost(ra, "bad.own.example", bad), registry.KindValue, "host:addr")
	}
	w.refused(w.UpdateHost(w.ctx, rb, registry.HostUpdate{Name: "ns.outside.test", NewName: "x.outside.test"}),
		registry.KindAuthorization, "another registrar")
	// A domain is not deleted over the heads of the hosts below it.
	_, err := w.DeleteDomain(w.ctx, ra, "own.example")
	w.refused(err, registry.KindAssociation, "a.b.c.own.example")
	w.must(w.DeleteHost(w.ctx, ra, "a.b.c.own.example"))
	_, err = w.DeleteDomain(w.ctx, ra, "own.example")
	w.must(err)
}

func TestSubordinateLimit(t *testing.T) {
	w := newWorld(t)
	w.contact(ra, "c-one", nil)
	w.domain(ra, "many.example", "c-one")
	for i := range registry.MaxSubordinates {
		w.host(ra, fmt.Sprintf("ns%d.many.example", i))
	}
	w.refused(w.tryHost(ra, "more.many.example"), registry.KindParamPolicy, "500 hosts")
}

func TestHostCheck(t *testing.T) {
	w := newWorld(t)
	w.host(ra, "ns.outside.test")
	got, err := w.CheckHosts(w.ctx, ra, []string{"NS.outside.test", "free.outside.test", "localhost", "www.example.test", "ns.any.example", "a_b.test"})
	w.must(err)
	want := []registry.Availability{
		{Name: "ns.outside.test", Reason: "In use"},
		{Name: "free.outside.test", Available: true},
		{Name: "localhost", Reason: "Invalid name"},
		{Name: "www.example.test", Available: true},
		{Name: "ns.any.example", Available: true},
		{Name: "a_b.test", Reason: "Invalid name"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v", got)
	}
	z := registry.NewZone("community", registry.TargetZone)
	z.Suffixes = append(z.Suffixes, "seattle.community")
	z.DNS.Nameservers = []registry.ApexServer{{Name: "ns1.dns.test"}}
	w.must(w.AddZone(w.ctx, op, z))
	got, err = w.CheckHosts(w.ctx, ra, []string{"seattle.community"})
	w.must(err)
	if got[0] != (registry.Availability{Name: "seattle.community", Reason: "Kept by the registry"}) {
		t.Errorf("got %+v", got)
	}
}

func TestHostLinks(t *testing.T) {
	w := newWorld(t)
	w.contact(ra, "c-one", nil)
	w.contact(rb, "c-two", nil)
	w.domain(ra, "own.example", "c-one")
	w.host(ra, "ns1.own.example", "192.0.2.7")
	w.host(ra, "bare.own.example")
	w.host(ra, "ns.outside.test")
	w.refused(w.UpdateDomain(w.ctx, ra, registry.DomainUpdate{Name: "own.example", AddHosts: []string{"bare.own.example"}}),
		registry.KindParamPolicy, "no address")
	w.must(w.UpdateDomain(w.ctx, ra, registry.DomainUpdate{Name: "own.example", AddHosts: []string{"ns1.own.example", "ns.outside.test"}}))
	w.refused(w.UpdateDomain(w.ctx, ra, registry.DomainUpdate{Name: "own.example", AddHosts: []string{"ns1.own.example"}}),
		registry.KindParamPolicy, "already")
	w.refused(w.UpdateDomain(w.ctx, ra, registry.DomainUpdate{Name: "own.example", AddHosts: []string{"nope.test"}}),
		registry.KindNotFound, "nope.test")
	w.domain(rb, "user.example", "c-two", "ns.outside.test", "ns1.own.example")
	w.refused(w.DeleteHost(w.ctx, ra, "ns1.own.example"), registry.KindAssociation, "own.example, user.example")
	w.refused(w.UpdateHost(w.ctx, ra, registry.HostUpdate{Name: "ns1.own.example", Remove: []registry.HostAddr{{Version: "v4", Text: "192.0.2.7"}}}),
		registry.KindAssociation, "at least one address")
	w.refused(w.UpdateHost(w.ctx, ra, registry.HostUpdate{Name: "ns.outside.test", NewName: "other.test"}),
		registry.KindAssociation, "other registrars")
	// A rename inside our zones takes the links along.
	w.must(w.UpdateHost(w.ctx, ra, registry.HostUpdate{Name: "ns1.own.example", NewName: "ns9.own.example"}))
	if got := w.info("user.example").Nameservers; !slices.Equal(got, []string{"ns.outside.test", "ns9.own.example"}) {
		t.Errorf("name servers %v", got)
	}
	// Out of our zones: the addresses go, the links stay. New ones are not taken.
	more := registry.HostUpdate{Name: "ns9.own.example", NewName: "ns9.sacrificial.invalid", AddAddrs: []registry.HostAddr{{Version: "v4", Text: "192.0.2.8"}}}
	w.refused(w.UpdateHost(w.ctx, ra, more), registry.KindParamPolicy, "an external host has no addresses")
	w.must(w.UpdateHost(w.ctx, ra, registry.HostUpdate{Name: "ns9.own.example", NewName: "ns9.sacrificial.invalid"}))
	v, err := w.InfoHost(w.ctx, ra, "ns9.sacrificial.invalid")
	w.must(err)
	if len(v.Addrs) != 0 || !v.External() || !v.Linked {
		t.Errorf("%+v", v.Host)
	}
}

func TestZonesDoNotSwallowObjects(t *testing.T) {
	w := newWorld(t)
	w.host(ra, "ns1.foo.newzone")
	add := func(name string) error {
		z := registry.NewZone(name, registry.TargetZone)
		z.DNS.Nameservers = []registry.ApexServer{{Name: "ns1.dns.test"}}
		return w.AddZone(w.ctx, op, z)
	}
	w.refused(add("newzone"), registry.KindAssociation, "host ns1.foo.newzone")
	w.refused(add("example"), registry.KindExists, "exists")
	w.refused(add("sub.example"), registry.KindAssociation, "inside the other")
	w.must(w.DeleteHost(w.ctx, ra, "ns1.foo.newzone"))
	w.must(add("newzone"))
	w.refused(w.tryHost(ra, "ns1.foo.newzone"), registry.KindNotFound, "foo.newzone")
}
