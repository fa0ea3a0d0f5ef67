package srs_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"cadastre/registry"
	"cadastre/registry/srs"
)

func real(c *registry.ContactCreate) {
	c.KindData = registry.KindChange{SecondaryEmail: ptr("second@mail.example"), Emergency: &registry.Phone{Number: "+1.7035550000"}}
}

func proxyOf(handle string) func(*registry.ContactCreate) {
	return func(c *registry.ContactCreate) {
		c.Kind = registry.ProxyContact
		c.KindData = registry.KindChange{RealContact: &handle}
	}
}

// TestGenuineRegistrants walks rows B-65 to B-86.
func TestGenuineRegistrants(t *testing.T) {
	w := newWorld(t)
	w.contact(ra, "r-one", real)
	w.contact(ra, "plain", nil)
	w.contact(ra, "p-one", proxyOf("r-one"))
	w.contact(ra, "p-two", proxyOf("r-one"))
	w.contact(ra, "p-free", func(c *registry.ContactCreate) { c.Kind = registry.ProxyContact })
	w.contact(rb, "r-other", real)

	create := func(name, registrant string) error {
		_, err := w.CreateDomain(w.ctx, ra, registry.DomainCreate{Name: name, Registrant: registrant})
		return err
	}
	t.Log("B-67: an unlinked proxy is no registrant")
	w.refused(create("p.genuine", "p-free"), registry.KindParamPolicy, "realContact")
	t.Log("B-68: a link must lead to a real contact")
	_, err := w.newContact(ra, "p-bad", proxyOf("nobody"))
	w.refused(err, registry.KindNotFound, "nobody")
	_, err = w.newContact(ra, "p-bad", proxyOf("p-one"))
	w.refused(err, registry.KindParamPolicy, "proxy")
	_, err = w.newContact(ra, "p-bad", proxyOf("p-bad"))
	w.refused(err, registry.KindParamPolicy, "itself")
	_, err = w.newContact(ra, "p-bad", proxyOf("r-other"))
	w.refused(err, registry.KindAuthorization, "another registrar")
	t.Log("B-71, B-83: a real contact lacks the fields")
	w.refused(create("p.genuine", "plain"), registry.KindParamPolicy, "secondaryEmail")
	w.refused(create("p.genuine", "r-other"), registry.KindAuthorization, "another registrar")
	t.Log("B-70: an unlinked proxy may be technical contact")
	_, err = w.CreateDomain(w.ctx, ra, registry.DomainCreate{
		Name: "p.genuine", Registrant: "p-one", Contacts: []registry.DomainContact{{Type: "tech", ID: "p-free"}},
	})
	w.must(err)
	chg := func(handle string, k registry.KindChange, kind registry.ContactKind) error {
		return w.UpdateContact(w.ctx, ra, registry.ContactUpdate{Handle: handle, KindData: k, Kind: kind})
	}
	t.Log("B-69, B-83: what a registrant relies on stays")
	w.refused(chg("p-one", registry.KindChange{RealContact: ptr("")}, ""), registry.KindAssociation, "p.genuine")
	w.refused(w.DeleteContact(w.ctx, ra, "r-one"), registry.KindAssociation, "contact p-one")
	w.refused(chg("r-one", registry.KindChange{SecondaryEmail: ptr(""), Emergency: &registry.Phone{}}, registry.ProxyContact),
		registry.KindAssociation, "proxy p-one")
	w.refused(chg("r-one", registry.KindChange{}, registry.ProxyContact), registry.KindAssociation, "proxy p-one")
	w.contact(ra, "r-unused", real)
	w.contact(ra, "p-unused", proxyOf("r-unused"))
	w.refused(chg("r-unused", registry.KindChange{SecondaryEmail: ptr(""), Emergency: &registry.Phone{}}, registry.ProxyContact),
		registry.KindAssociation, "p-unused")
	w.refused(chg("p-one", registry.KindChange{RealContact: ptr("plain")}, ""), registry.KindAssociation, "plain lacks")
	w.refused(chg("r-one", registry.KindChange{SecondaryEmail: ptr("")}, ""), registry.KindAssociation, "secondary mail")
	w.refused(chg("r-one", registry.KindChange{Emergency: &registry.Phone{}}, ""), registry.KindAssociation, "emergency")
	t.Log("B-77: a proxy is modified in place")
	w.must(w.UpdateContact(w.ctx, ra, registry.ContactUpdate{Handle: "p-one", Email: ptr("rotated@mail.example")}))
	registrant := func(handle string) error {
		return w.UpdateDomain(w.ctx, ra, registry.DomainUpdate{Name: "p.genuine", Registrant: &handle})
	}
	t.Log("B-78, B-79: no second proxy for the same person; real and back is fine")
	w.refused(registrant("p-two"), registry.KindParamPolicy, "modify that proxy")
	w.must(registrant("r-one"))
	w.must(registrant("p-one"))
	t.Log("B-80: an unused proxy can be deleted, a used one cannot")
	w.must(w.DeleteContact(w.ctx, ra, "p-two"))
	w.refused(w.DeleteContact(w.ctx, ra, "p-one"), registry.KindAssociation, "p.genuine")
	t.Log("B-84, B-85: the fields belong to real contacts, and are real")
	_, err = w.newContact(ra, "p-bad", func(c *registry.ContactCreate) { real(c); c.Kind = registry.ProxyContact })
	w.refused(err, registry.KindParamPolicy, "kind:secondaryEmail")
	for _, bad := range []string{"R-BAD@mail.example", "nonsense", "a@b"} {
		_, err = w.newContact(ra, "r-bad", func(c *registry.ContactCreate) { real(c); c.KindData.SecondaryEmail = &bad })
		w.refused(err, registry.KindValue, "kind:secondaryEmail")
	}
	_, err = w.newContact(ra, "r-bad", func(c *registry.ContactCreate) { real(c); c.KindData.Emergency = &registry.Phone{Number: "911"} })
	w.refused(err, registry.KindValue, "kind:emergencyPhone")
	t.Log("B-86: only the sponsor reads them")
	_, err = w.InfoContact(w.ctx, rb, "r-one", nil)
	w.refused(err, registry.KindAuthorization, "another registrar")
	v, err := w.InfoContact(w.ctx, ra, "r-one", nil)
	w.must(err)
	if !v.Sponsor || v.SecondaryEmail != "second@mail.example" {
		t.Errorf("%+v", v)
	}
}

func TestContactValues(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct {
		change func(*registry.ContactCreate)
		field  string
	}{
		"country":        {func(c *registry.ContactCreate) { c.Postal[0].CC = "XX" }, "contact:cc"},
		"mail":           {func(c *registry.ContactCreate) { c.Email = "example.example" }, "contact:email"},
		"mail local":     {func(c *registry.ContactCreate) { c.Email = strings.Repeat("x", 65) + "@example.com" }, "contact:email"},
		"mail @":         {func(c *registry.ContactCreate) { c.Email = "@" }, "contact:email"},
		"empty voice":    {func(c *registry.ContactCreate) { c.Voice = &registry.Phone{} }, "contact:voice"},
		"int is ASCII":   {func(c *registry.ContactCreate) { c.Postal[0].Name = "Žižek" }, "contact:postalInfo"},
		"empty name":     {func(c *registry.ContactCreate) { c.Postal[0].Name = " " }, "contact:name"},
		"second address": {func(c *registry.ContactCreate) { c.Postal = append(c.Postal, c.Postal[0]) }, "contact:postalInfo"},
	} {
		_, err := w.newContact(ra, "c-bad", c.change)
		if e, ok := err.(*registry.Error); !ok || e.Field != c.field {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.contact(ra, "c-loc", func(c *registry.ContactCreate) { c.Postal[0].Type, c.Postal[0].Name = "loc", "Žižek" })
	_, err := w.newContact(rb, "c-loc", nil)
	w.refused(err, registry.KindExists, "c-loc")
}

func TestLoginAndSuspension(t *testing.T) {
	w := newWorld(t)
	cert := certificate(t, "registrar-a")
	bound, err := w.BindCertificate(w.ctx, op, "registrar-a", cert)
	w.must(err)
	good := creds("registrar-a", "secret-a-123", bound.Fingerprint)
	_, err = w.Authenticate(w.ctx, good, ra)
	w.must(err)
	for name, c := range map[string]struct{ id, pw, fp string }{
		"unknown id":             {"registrar-x", "secret-a-123", bound.Fingerprint},
		"wrong password":         {"registrar-a", "secret-b-123", bound.Fingerprint},
		"no certificate":         {"registrar-a", "secret-a-123", ""},
		"another's certificate":  {"registrar-b", "secret-b-123", bound.Fingerprint},
		"an unknown certificate": {"registrar-a", "secret-a-123", strings.Repeat("0", 64)},
	} {
		if _, err := w.Authenticate(w.ctx, creds(c.id, c.pw, c.fp), ra); !registry.IsKind(err, registry.KindAuthentication) {
			t.Errorf("%s: %v", name, err)
		}
	}
	change := good
	change.NewPassword = "brand-new-pw"
	_, err = w.Authenticate(w.ctx, change, ra)
	w.must(err)
	_, err = w.Authenticate(w.ctx, good, ra)
	w.refused(err, registry.KindAuthentication, "belong together")
	good.Password = "brand-new-pw"
	w.must(w.Active(w.ctx, srs.Session{Registrar: "registrar-a", Fingerprint: bound.Fingerprint, Passwords: 9}, time.Now()))
	w.refused(w.Active(w.ctx, srs.Session{Registrar: "registrar-a", Fingerprint: strings.Repeat("0", 64), Passwords: 9}, time.Now()), registry.KindAuthClosing, "no longer bound")
	w.must(w.Suspend(w.ctx, op, "registrar-a", "proxy data given as genuine"))
	_, err = w.Authenticate(w.ctx, good, ra)
	w.refused(err, registry.KindAuthClosing, "proxy data given as genuine")
	w.refused(w.Active(w.ctx, srs.Session{Registrar: "registrar-a", Fingerprint: bound.Fingerprint, Passwords: 9}, time.Now()), registry.KindAuthClosing, "suspended")
	w.must(w.Resume(w.ctx, op, "registrar-a"))
	_, err = w.Authenticate(w.ctx, good, ra)
	w.must(err)
	w.must(w.Active(w.ctx, srs.Session{Registrar: "registrar-a", Fingerprint: bound.Fingerprint, Passwords: 9}, time.Now()))
	w.must(w.UnbindCertificate(w.ctx, op, "registrar-a", bound.Fingerprint))
	w.refused(w.Active(w.ctx, srs.Session{Registrar: "registrar-a", Fingerprint: bound.Fingerprint, Passwords: 9}, time.Now()), registry.KindAuthClosing, "no longer bound")
}

// TestLoginIsNewerThanWhatIsKnown: a login is judged by the account as it is, and so is
// the command that follows, though another server changed the account just now.
func TestLoginIsNewerThanWhatIsKnown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other, err := srs.New(srs.Config{Store: w.store, Clock: w.clock, ROIDSuffix: "TEST"})
	w.must(err)
	first, err := w.BindCertificate(w.ctx, op, "registrar-a", certificate(t, "first"))
	w.must(err)
	w.must(w.Active(w.ctx, srs.Session{Registrar: "registrar-a", Fingerprint: first.Fingerprint, Passwords: 1}, time.Now()))
	second, err := other.BindCertificate(w.ctx, op, "registrar-a", certificate(t, "second"))
	w.must(err)
	_, err = w.Authenticate(w.ctx, creds("registrar-a", "secret-a-123", second.Fingerprint), ra)
	w.must(err)
	w.must(w.Active(w.ctx, srs.Session{Registrar: "registrar-a", Fingerprint: second.Fingerprint, Passwords: 1, Proved: time.Now()}, time.Now()))
}

// TestPasswordsThatWillNotDo: the id of the account, and the present password where
// passwords expire.
func TestPasswordsThatWillNotDo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bound, err := w.BindCertificate(w.ctx, op, "registrar-a", certificate(t, "registrar-a"))
	w.must(err)
	expiring, err := srs.New(srs.Config{
		Store: w.store, Clock: w.clock, ROIDSuffix: "TEST", Passwords: registry.PasswordPolicy{MaxAge: 90 * registry.Day},
	})
	w.must(err)
	change := creds("registrar-a", "secret-a-123", bound.Fingerprint)
	for _, c := range []struct {
		at     *srs.SRS
		pw     string
		reason string
	}{
		{w.SRS, "registrar-a", "is no password"}, {w.SRS, "Registrar-A", "is no password"}, {expiring, "secret-a-123", "before"},
	} {
		change.NewPassword = c.pw
		_, err := c.at.Authenticate(w.ctx, change, ra)
		var refused *srs.PasswordError
		if !errors.As(err, &refused) || !refused.NewPW || refused.Refusal.Kind != registry.KindParamPolicy || !strings.Contains(err.Error(), c.reason) {
			t.Errorf("%s: %v", c.pw, err)
		}
	}
	change.NewPassword = "secret-a-124"
	_, err = expiring.Authenticate(w.ctx, change, ra)
	w.must(err)
}
