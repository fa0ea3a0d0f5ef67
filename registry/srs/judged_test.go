package srs_test

import (
	"testing"

	"cadastre/registry"
)

// TestNameDueForPurgingWhereContactsAreJudged: a name is free at its instant, whether a
// sweep has come by or not, in a zone with rules about contacts as in every other.
func TestNameDueForPurgingWhereContactsAreJudged(t *testing.T) {
	w := newWorld(t)
	w.contact(ra, "c-one", nil)
	w.contact(rb, "c-two", nil)
	z, err := w.UpdateZone(w.ctx, op, "example", func(z *registry.Zone) error {
		z.Model.RequiredElements = []string{"voice"}
		return nil
	})
	w.must(err)
	w.domain(ra, "due.example", "c-one")
	w.clock.Advance(z.Periods.AddGrace.D())
	_, err = w.DeleteDomain(w.ctx, ra, "due.example")
	w.must(err)
	wait := z.Periods.Redemption.D() + z.Periods.PendingDelete.D()
	w.clock.Advance(wait - 1000)
	_, err = w.CreateDomain(w.ctx, rb, registry.DomainCreate{Name: "due.example", Registrant: "c-two"})
	w.refused(err, registry.KindExists, "due.example")
	w.clock.Advance(1000)
	if d := w.domain(rb, "due.example", "c-two"); !d.Created.Equal(w.clock.Now()) {
		t.Errorf("created at %v, free since %v", d.Created, w.clock.Now())
	}
	w.check()
	_, err = w.CreateDomain(w.ctx, rb, registry.DomainCreate{Name: "due.example", Registrant: "c-two"})
	w.refused(err, registry.KindExists, "due.example")
}

// TestTokenForANameDueForPurging is the same with an allocation token, which is locked.
func TestTokenForANameDueForPurging(t *testing.T) {
	w := newWorld(t)
	w.contact(ra, "c-one", nil)
	w.contact(rb, "c-two", nil)
	value, err := w.AddToken(w.ctx, op, &registry.Token{Names: []string{"due.example"}, Commands: []string{"create"}, Uses: 1})
	w.must(err)
	z := registry.NewZone("example", registry.TargetZone)
	w.domain(ra, "due.example", "c-one")
	w.clock.Advance(z.Periods.AddGrace.D())
	_, err = w.DeleteDomain(w.ctx, ra, "due.example")
	w.must(err)
	w.clock.Advance(z.Periods.Redemption.D() + z.Periods.PendingDelete.D())
	_, err = w.CreateDomain(w.ctx, rb, registry.DomainCreate{Name: "due.example", Registrant: "c-two", Token: value})
	w.must(err)
}
