package srs_test

import (
	"testing"
	"time"

	"cadastre/registry"
)

// TestPurgedUsers deletes domains that use a contact and a host, and asks at their purge,
// before anybody has written it down: what they used is free from that instant on.
func TestPurgedUsers(t *testing.T) {
	w := newWorld(t)
	w.contact(ra, "c-used", nil)
	w.contact(ra, "c-tech", nil)
	w.host(ra, "ns.outside.test")
	w.host(ra, "ns2.outside.test")
	var purge time.Time
	for _, name := range []string{"one.example", "two.example"} {
		_, err := w.CreateDomain(w.ctx, ra, registry.DomainCreate{
			Name: name, Registrant: "c-used", Contacts: []registry.DomainContact{{Type: "tech", ID: "c-tech"}},
			Nameservers: []string{"ns.outside.test", "ns2.outside.test"},
		})
		w.must(err)
	}
	w.clock.Advance(10 * 24 * time.Hour) // beyond the add grace period
	for _, name := range []string{"one.example", "two.example"} {
		_, err := w.DeleteDomain(w.ctx, ra, name)
		w.must(err)
		purge = w.info(name).PurgeAt
	}
	linked := func(want bool) {
		t.Helper()
		for _, id := range []string{"c-used", "c-tech"} {
			v, err := w.InfoContact(w.ctx, ra, id, nil)
			w.must(err)
			if v.Linked != want {
				t.Errorf("%s at %v: linked is %v", id, w.clock.Now(), v.Linked)
			}
		}
		v, err := w.InfoHost(w.ctx, ra, "ns.outside.test")
		w.must(err)
		if v.Linked != want {
			t.Errorf("the host at %v: linked is %v", w.clock.Now(), v.Linked)
		}
	}
	w.clock.Set(purge.Add(-time.Microsecond))
	linked(true)
	w.refused(w.DeleteContact(w.ctx, ra, "c-used"), registry.KindAssociation, "two.example")
	w.refused(w.DeleteHost(w.ctx, ra, "ns.outside.test"), registry.KindAssociation, "two.example")
	w.clock.Set(purge)
	linked(false)
	w.must(w.DeleteHost(w.ctx, ra, "ns.outside.test"))
	w.must(w.DeleteContact(w.ctx, ra, "c-tech"))
	w.must(w.DeleteContact(w.ctx, ra, "c-used"))
	w.must(w.DeleteHost(w.ctx, ra, "ns2.outside.test"))
}

// TestPurgedAndLiving has one domain of two purged: the other keeps what both used.
func TestPurgedAndLiving(t *testing.T) {
	w := newWorld(t)
	w.contact(ra, "c-used", nil)
	w.host(ra, "ns.outside.test")
	w.domain(ra, "gone.example", "c-used", "ns.outside.test")
	w.domain(ra, "kept.example", "c-used", "ns.outside.test")
	w.clock.Advance(10 * 24 * time.Hour)
	_, err := w.DeleteDomain(w.ctx, ra, "gone.example")
	w.must(err)
	w.clock.Set(w.info("gone.example").PurgeAt)
	w.refused(w.DeleteContact(w.ctx, ra, "c-used"), registry.KindAssociation, "kept.example")
	w.refused(w.DeleteHost(w.ctx, ra, "ns.outside.test"), registry.KindAssociation, "kept.example")
}
