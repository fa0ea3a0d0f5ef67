package srs_test

import (
	"testing"

	"cadastre/registry"
)

// TestAttributesLieSomewhere: a name server inside our zones, but outside its domain, lies
// in a registered one.
func TestAttributesLieSomewhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	z := registry.NewZone("attr", registry.TargetZone)
	z.DNS.Nameservers = []registry.ApexServer{{Name: "ns1.provider.test"}}
	z.Model.Hosts = registry.HostAttributes
	w.must(w.AddZone(w.ctx, op, z))
	w.contact(ra, "al-1", nil)
	w.domain(ra, "there.example", "al-1")
	w.domain(rb, "there.attr", "al-1")
	create := func(name, host string) error {
		_, err := w.CreateDomain(w.ctx, ra, registry.DomainCreate{Name: name, Registrant: "al-1", HostAttrs: []registry.HostAttrIn{{Name: host}}})
		return err
	}
	w.refused(create("a.attr", "ns1.nobody.example"), registry.KindNotFound, "nobody.example, in which it lies, is not registered")
	w.refused(create("a.attr", "ns1.nobody.attr"), registry.KindNotFound, "nobody.attr")
	w.refused(create("a.attr", "attr"), registry.KindValue, "two labels")
	w.must(create("a.attr", "ns1.there.example"))
	w.must(create("b.attr", "ns1.deep.there.attr"))
	w.must(create("c.attr", "ns1.elsewhere.test"))
	update := func(host string) error {
		return w.UpdateDomain(w.ctx, ra, registry.DomainUpdate{Name: "a.attr", AddAttrs: []registry.HostAttrIn{{Name: host}}})
	}
	w.refused(update("ns1.nobody.attr"), registry.KindNotFound, "not registered")
	_, err := w.DeleteDomain(w.ctx, ra, "there.example")
	w.must(err)
	w.must(update("ns2.there.attr")) // what is there already is let be
	w.refused(update("ns2.there.example"), registry.KindNotFound, "not registered")
	w.check()
}
