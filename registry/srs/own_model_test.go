package srs_test

import (
	"testing"

	"cadastre/registry"
	"cadastre/registry/srs"
)

// newOwnModelWorld is a world whose zone leaves the data model to registrars: a's names
// have registrants, b's have nobody.
func newOwnModelWorld(t *testing.T) *world {
	w := newWorld(t)
	_, err := w.UpdateZone(w.ctx, op, "example", func(z *registry.Zone) error {
		z.Model.Contacts = registry.PerRegistrarContacts
		z.Model.ContactTypes = []string{"tech"}
		return nil
	})
	w.must(err)
	w.must(w.setModel("registrar-b", registry.MinimumContacts))
	w.contact(ra, "c-one", nil)
	w.contact(ra, "c-two", nil)
	return w
}

func (w *world) setModel(registrar string, m registry.ContactModel) error {
	return w.SetAccountDetails(w.ctx, op, registrar, srs.AccountDetails{DataModel: &m})
}

func (w *world) createWith(actor registry.Actor, name, registrant string, contacts ...registry.DomainContact) error {
	_, err := w.CreateDomain(w.ctx, actor, registry.DomainCreate{Name: name, Registrant: registrant, Contacts: contacts})
	return err
}

// TestOwnModelOfCreates: a registrant is what one account must give, and the other
// must not. Zones with a model of their own do not ask the account.
func TestOwnModelOfCreates(t *testing.T) {
	t.Parallel()
	w := newOwnModelWorld(t)
	tech := registry.DomainContact{Type: "tech", ID: "c-one"}
	w.must(w.createWith(ra, "a.example", "c-one", tech))
	w.must(w.createWith(rb, "b.example", ""))
	w.refused(w.createWith(ra, "c.example", "", tech), registry.KindMissing, "example in the data model of registrar-a needs a registrant")
	w.refused(w.createWith(ra, "c.example", "c-one"), registry.KindMissing, "contact of type tech")
	w.refused(w.createWith(rb, "c.example", "c-one"), registry.KindParamPolicy, `domain:registrant "c-one": example in the data model of registrar-b knows no registrants`)
	w.refused(w.createWith(rb, "c.example", "no-such"), registry.KindParamPolicy, "domain:registrant")
	w.refused(w.createWith(rb, "c.example", "", tech), registry.KindParamPolicy, "domain:contact")
	w.refused(w.createWith(rb, "c.genuine", ""), registry.KindMissing, "genuine needs a registrant")
	w.refused(w.setModel("registrar-b", registry.PerRegistrarContacts), registry.KindValue, "maximum or minimum")
	w.must(w.setModel("registrar-b", ""))
	w.refused(w.createWith(rb, "c.example", ""), registry.KindMissing, "needs a registrant")
}

// TestOwnModelAfterTransfer: a name keeps what it has when it changes hands, is renewed,
// deleted and restored; what is asked for is judged by the new sponsor's model.
func TestOwnModelAfterTransfer(t *testing.T) {
	t.Parallel()
	w := newOwnModelWorld(t)
	tech := []registry.DomainContact{{Type: "tech", ID: "c-one"}, {Type: "tech", ID: "c-two"}}
	_, err := w.CreateDomain(w.ctx, ra, registry.DomainCreate{Name: "rich.example", Registrant: "c-one", Contacts: tech, AuthInfo: authValue})
	w.must(err)
	_, err = w.CreateDomain(w.ctx, rb, registry.DomainCreate{Name: "poor.example", AuthInfo: authValue})
	w.must(err)
	for name, from := range map[string]registry.Actor{"rich.example": ra, "poor.example": rb} {
		to := map[string]registry.Actor{"registrar-a": rb, "registrar-b": ra}[from.Registrar]
		w.mustTransfer(to, registry.TransferRequested, name, authValue)
		w.mustTransfer(from, registry.TransferApproved, name, "")
		w.clock.Advance(registry.NewZone("example", registry.TargetZone).Periods.AddGrace.D())
		_, err := w.DeleteDomain(w.ctx, to, name)
		w.must(err)
		w.must(w.restore(to, name, nil))
		w.must(w.restore(to, name, word))
	}
	update := func(actor registry.Actor, u registry.DomainUpdate) error { return w.UpdateDomain(w.ctx, actor, u) }
	one, two, none := "c-one", "c-two", ""

	// What was a's has its people still, until b removes them; b adds nobody.
	if v := w.info("rich.example"); v.Registrant != "c-one" || len(v.Contacts) != 2 {
		t.Fatalf("registrant %q, contacts %v", v.Registrant, v.Contacts)
	}
	hold := registry.StatusChange{Add: []registry.Status{registry.ClientHold}}
	w.must(update(rb, registry.DomainUpdate{Name: "rich.example", Status: hold}))
	w.refused(update(rb, registry.DomainUpdate{Name: "rich.example", Registrant: &two}), registry.KindParamPolicy, "registrar-b knows no registrants")
	w.refused(update(rb, registry.DomainUpdate{Name: "rich.example", AddContacts: []registry.DomainContact{{Type: "admin", ID: "c-two"}}}), registry.KindParamPolicy, "domain:contact")
	w.must(update(rb, registry.DomainUpdate{Name: "rich.example", RemContacts: tech[:1]}))
	w.must(update(rb, registry.DomainUpdate{Name: "rich.example", RemContacts: tech[1:], Registrant: &none}))
	if v := w.info("rich.example"); v.Registrant != "" || len(v.Contacts) != 0 {
		t.Errorf("registrant %q, contacts %v", v.Registrant, v.Contacts)
	}

	// What was b's has nobody, and needs all as soon as a gives it somebody.
	w.must(update(ra, registry.DomainUpdate{Name: "poor.example", Status: hold}))
	w.refused(update(ra, registry.DomainUpdate{Name: "poor.example", AddContacts: tech[:1]}), registry.KindMissing, "registrar-a needs a registrant")
	w.refused(update(ra, registry.DomainUpdate{Name: "poor.example", Registrant: &one}), registry.KindMissing, "contact of type tech")
	w.must(update(ra, registry.DomainUpdate{Name: "poor.example", AddContacts: tech[:1], Registrant: &one}))
	w.refused(update(ra, registry.DomainUpdate{Name: "poor.example", Registrant: &none}), registry.KindMissing, "needs a registrant")
}

// TestOwnModelOfZone: a zone may take to a model of its own only what fits its names.
func TestOwnModelOfZone(t *testing.T) {
	t.Parallel()
	w := newOwnModelWorld(t)
	w.must(w.createWith(ra, "a.example", "c-one", registry.DomainContact{Type: "tech", ID: "c-one"}))
	w.must(w.createWith(rb, "b.example", ""))
	set := func(m registry.ContactModel) error {
		_, err := w.UpdateZone(w.ctx, op, "example", func(z *registry.Zone) error {
			z.Model.Contacts, z.Model.ContactTypes = m, nil
			return nil
		})
		return err
	}
	w.refused(set(registry.MaximumContacts), registry.KindAssociation, "names have none: b.example")
	w.refused(set(registry.MinimumContacts), registry.KindAssociation, "some are in use: a.example")
	_, err := w.DeleteDomain(w.ctx, rb, "b.example")
	w.must(err)
	w.must(set(registry.MaximumContacts))
	w.must(set(registry.PerRegistrarContacts))
}
