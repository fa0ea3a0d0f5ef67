package srs_test

import (
	"errors"
	"net/netip"
	"sync"
	"testing"
	"time"

	"cadastre/registry"
)

// Variants of one another under the table Grek.
const (
	plainAthens  = "xn--mxaard0a.greek"  // αθηνα
	markedAthens = "xn--jxafb0a0a.greek" // αθήνα
)

// greek adds a zone with variants and their policy.
func (w *world) greek(policy registry.VariantPolicy) {
	w.t.Helper()
	z := registry.NewZone("greek", registry.TargetZone)
	z.DNS.Nameservers = []registry.ApexServer{{Name: "ns1.nic.greek", Addrs: []netip.Addr{netip.MustParseAddr("192.0.2.1")}}}
	z.IDNTables, z.IDN.Variants = []string{"Grek"}, policy
	z.Policy.RegistrantRequired = false
	w.must(w.AddZone(w.ctx, op, z))
}

func (w *world) create(actor registry.Actor, name, registrant string) error {
	_, err := w.CreateDomain(w.ctx, actor, registry.DomainCreate{Name: name, Registrant: registrant})
	return err
}

func (w *world) answer(actor registry.Actor, name string) registry.Availability {
	w.t.Helper()
	list, err := w.CheckDomains(w.ctx, actor, registry.DomainCheck{Names: []string{name}})
	w.must(err)
	return list[0]
}

func TestBlockedVariants(t *testing.T) {
	w := newWorld(t)
	w.greek(registry.BlockVariants)
	w.contact(ra, "al-holder", nil)
	w.must(w.create(ra, plainAthens, "al-holder"))
	w.refused(w.create(ra, markedAthens, "al-holder"), registry.KindParamPolicy, plainAthens+" is registered")
	if a := w.answer(ra, markedAthens); a.Available || a.Reason != "A variant is registered" {
		t.Errorf("check: %+v", a)
	}
	if a := w.answer(ra, plainAthens); a.Available || a.Reason != "In use" {
		t.Errorf("check of the name itself: %+v", a)
	}
	// A new registrant and a new registrar are no trouble where variants are blocked.
	w.contact(ra, "bo-holder", nil)
	w.must(w.UpdateDomain(w.ctx, ra, registry.DomainUpdate{Name: plainAthens, Registrant: ptr("bo-holder")}))
	_, err := w.DeleteDomain(w.ctx, ra, plainAthens)
	w.must(err) // in the add grace period: gone at once
	if a := w.answer(ra, markedAthens); !a.Available || a.Reason != "" {
		t.Errorf("check after the delete: %+v", a)
	}
	w.must(w.create(rb, markedAthens, ""))
	w.check()
}

// The purge of a variant is written down by the create that profits.
func TestVariantOfANameDueForPurging(t *testing.T) {
	w := newWorld(t)
	w.greek(registry.BlockVariants)
	w.must(w.create(ra, plainAthens, ""))
	w.clock.Advance(30 * registry.Day)
	_, err := w.DeleteDomain(w.ctx, ra, plainAthens)
	w.must(err)
	purge := w.info(plainAthens).PurgeAt
	w.clock.Set(purge.Add(-time.Microsecond))
	w.refused(w.create(rb, markedAthens, ""), registry.KindParamPolicy, "variant")
	w.clock.Set(purge)
	if a := w.answer(rb, markedAthens); !a.Available {
		t.Errorf("check at the purge: %+v", a)
	}
	w.must(w.create(rb, markedAthens, ""))
	_, err = w.InfoDomain(w.ctx, ra, plainAthens, nil)
	w.refused(err, registry.KindNotFound, "")
}

func TestAllocatableVariants(t *testing.T) {
	w := newWorld(t)
	w.greek(registry.AllocateVariants)
	w.contact(ra, "al-holder", nil)
	w.contact(ra, "bo-holder", nil)
	w.must(w.create(ra, plainAthens, "al-holder"))
	w.refused(w.create(ra, markedAthens, "bo-holder"), registry.KindParamPolicy, "the same registrant")
	w.refused(w.create(rb, markedAthens, ""), registry.KindParamPolicy, "variant")
	if a := w.answer(ra, markedAthens); !a.Available || a.Reason == "" {
		t.Errorf("check by the registrar: %+v", a)
	}
	if a := w.answer(rb, markedAthens); a.Available {
		t.Errorf("check by another registrar: %+v", a)
	}
	w.refused(w.create(rb, markedAthens, "al-holder"), registry.KindParamPolicy, "only a registrar of such names")
	w.must(w.create(ra, markedAthens, "al-holder"))
	// Two names of one set stay with one registrant.
	err := w.UpdateDomain(w.ctx, ra, registry.DomainUpdate{Name: markedAthens, Registrant: ptr("bo-holder")})
	w.refused(err, registry.KindAssociation, "the same registrant: "+plainAthens)
	_, err = w.DeleteDomain(w.ctx, ra, plainAthens)
	w.must(err)
	w.must(w.UpdateDomain(w.ctx, ra, registry.DomainUpdate{Name: markedAthens, Registrant: ptr("bo-holder")}))
	w.refused(w.create(ra, plainAthens, "al-holder"), registry.KindParamPolicy, "the same registrant")
	w.must(w.create(ra, plainAthens, "bo-holder"))
	w.check()
}

// Without registrants the registrar holds a set, and a transfer must not part it.
func TestTransferOfVariants(t *testing.T) {
	w := newWorld(t)
	w.greek(registry.AllocateVariants)
	const secret = "a-Secret-of-128-bits-that-is-long-1"
	_, err := w.CreateDomain(w.ctx, ra, registry.DomainCreate{Name: plainAthens, AuthInfo: secret})
	w.must(err)
	ask := registry.TransferCommand{Op: registry.TransferRequested, Name: plainAthens, AuthInfo: ptr(secret)}
	w.must(w.create(ra, markedAthens, ""))
	_, err = w.TransferDomain(w.ctx, rb, ask)
	w.refused(err, registry.KindAssociation, markedAthens)
	_, err = w.DeleteDomain(w.ctx, ra, markedAthens)
	w.must(err)
	_, err = w.TransferDomain(w.ctx, rb, ask)
	w.must(err)
	w.refused(w.create(ra, markedAthens, ""), registry.KindParamPolicy, "its transfer has to end first")
	w.clock.Advance(6 * registry.Day) // approved by time
	w.must(w.UpdateDomain(w.ctx, rb, registry.DomainUpdate{Name: plainAthens, Status: registry.StatusChange{Add: []registry.Status{registry.ClientHold}}}))
	w.check()
	w.refused(w.create(ra, markedAthens, ""), registry.KindParamPolicy, "the same registrar")
	w.must(w.create(rb, markedAthens, ""))
	w.check()
}

// Where a registrant holds a set, names of it may come to several registrars, each of which
// may add to it; but not to one that is about to leave it.
func TestRegistrarsOfVariants(t *testing.T) {
	w := newWorld(t)
	w.greek(registry.AllocateVariants)
	w.contact(ra, "al-holder", nil)
	w.must(w.create(ra, plainAthens, "al-holder"))
	w.must(w.UpdateDomain(w.ctx, ra, registry.DomainUpdate{Name: plainAthens, AuthInfo: ptr(authValue)}))
	w.mustTransfer(rb, registry.TransferRequested, plainAthens, authValue)
	w.refused(w.create(ra, markedAthens, "al-holder"), registry.KindParamPolicy, "its transfer has to end first")
	w.refused(w.create(rb, markedAthens, "al-holder"), registry.KindParamPolicy, "its transfer has to end first")
	w.mustTransfer(ra, registry.TransferApproved, plainAthens, "")
	w.refused(w.create(ra, markedAthens, "al-holder"), registry.KindParamPolicy, "only a registrar of such names")
	w.must(w.create(rb, markedAthens, "al-holder"))
	w.check()
}

// Of two creates of variants at the same time one wins.
func TestVariantsAtTheSameTime(t *testing.T) {
	for _, policy := range []registry.VariantPolicy{registry.BlockVariants, registry.AllocateVariants} {
		w := newWorld(t)
		w.greek(policy)
		for range 20 {
			var group sync.WaitGroup
			errs := make([]error, 2)
			for i, name := range []string{plainAthens, markedAthens} {
				group.Go(func() { errs[i] = w.create([]registry.Actor{ra, rb}[i], name, "") })
			}
			group.Wait()
			won := 0
			for i, err := range errs {
				var e *registry.Error
				switch {
				case err == nil:
					won++
					_, err := w.DeleteDomain(w.ctx, []registry.Actor{ra, rb}[i], []string{plainAthens, markedAthens}[i])
					w.must(err)
				case !errors.As(err, &e) || e.Kind != registry.KindParamPolicy:
					t.Fatal(err)
				}
			}
			if won != 1 {
				t.Fatalf("%s: %d of two variants were registered", policy, won)
			}
			w.check()
		}
	}
}
