package e2e

import (
	"testing"
)

// rst is what the cases of ICANN's registry system tests need: a sandbox, the
// sessions of both test registrars, and the objects of a third.
type rst struct {
	box  *sandbox
	a, b *session
	zone string
	// contact is a good contact of registrar-a.
	contact string
}

// TestRST goes through those cases of the EPP suite (release v2026.05) that the
// commands cover. Each case is named as there; codes are exact where the case
// demands one. A 2400 anywhere fails.
func TestRST(t *testing.T) {
	t.Parallel()
	box := newSandbox(t)
	r := &rst{box: box, a: box.login(t, "registrar-a"), b: box.login(t, "registrar-b"), zone: "example", contact: "rst-contact-a"}
	r.a.do(t, goodContact(r.contact).create()).want(t, 1000)
	for _, c := range []struct {
		name string
		run  func(t *testing.T, r *rst)
	}{
		{"epp-02", rstGreeting},
		{"epp-03", rstLogin},
		{"epp-04", rstDomainCheck},
		{"epp-05", rstHostCheck},
		{"epp-06", rstContactCheck},
		{"epp-07", rstContactCreate},
		{"epp-08", rstContactAccess},
		{"epp-09", rstContactUpdate},
		{"epp-10", rstContactDelete},
		{"epp-11", rstHostCreate},
		{"epp-12", rstHostAccess},
		{"epp-13", rstHostUpdate},
		{"epp-14", rstDomainCreate},
		{"epp-14-16-models", rstSecure},
		{"epp-15", rstIntegrity},
		{"epp-16", rstDomainUpdate},
		{"epp-18", rstRenew},
		{"epp-21", rstDomainDelete},
		{"epp-23", rstHostRename},
		{"epp-24", rstHostDelete},
		{"epp-25", rstSubordinateHost},
		{"epp-27", rstGlueless},
	} {
		t.Run(c.name, func(t *testing.T) {
			r.a.test, r.b.test = t.Name(), t.Name()
			c.run(t, r)
		})
	}
	box.checkWorld(t)
}

// domain registers a fresh domain for registrar-a.
func (r *rst) domain(t *testing.T, hosts ...string) string {
	t.Helper()
	name := randomLabel(18) + "." + r.zone
	r.a.do(t, newDomain{name: name, registrant: r.contact, hosts: hosts}.create()).want(t, 1000)
	return name
}

// externalHost creates a host that no zone of ours holds.
func (r *rst) externalHost(t *testing.T, s *session) string {
	t.Helper()
	name := "ns1." + randomLabel(18) + ".icann"
	s.do(t, hostCreate(name)).want(t, 1000)
	return name
}
