package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cadastre/epp"
)

// rstDomainCreate is epp-14 for the maximum model with host objects. The rows on
// DNSSEC wait for that extension.
func rstDomainCreate(t *testing.T, r *rst) {
	host := r.externalHost(t, r.a)
	label := "rst-epp-14-" + randomLabel(18)
	mixed := strings.ToUpper(label[:14]) + label[14:] + ".Example"
	created := data[*epp.DomainCreateData](t, r.a.do(t, newDomain{
		name: mixed, registrant: r.contact, hosts: []string{host},
		contacts: `<domain:contact type="admin">` + r.contact + `</domain:contact><domain:contact type="tech">rc-contact1</domain:contact>`,
	}.create()).want(t, 1000))
	if !strings.EqualFold(created.Name, mixed) || created.CrDate.IsZero() || !created.ExDate.Equal(created.CrDate.AddDate(1, 0, 0)) {
		t.Errorf("creData: %+v", created)
	}
	got := data[*epp.DomainInfoData](t, r.a.do(t, domainInfo(mixed)).want(t, 1000))
	if got.ClID != "registrar-a" || got.CrID != "registrar-a" || !strings.HasSuffix(got.ROID, "-ICANNRST") ||
		got.Registrant != r.contact || !slices.Equal(got.NS.HostObjs, []string{host}) || len(got.Contacts) != 2 ||
		!got.CrDate.Equal(created.CrDate) || !got.ExDate.Equal(created.ExDate) {
		t.Errorf("infData: %+v", got)
	}
	r.b.do(t, newDomain{name: label + ".example", registrant: "rc-contact1"}.create()).want(t, 2302)

	for _, tt := range badDomains(r.contact, host) {
		t.Run(tt.name, func(t *testing.T) {
			if tt.domain.name == "" {
				tt.domain.name = randomLabel(18) + ".example"
			}
			r.a.do(t, tt.domain.create()).refused(t)
			if len(tt.domain.name) < 80 {
				r.a.do(t, domainInfo(tt.domain.name)).refused(t)
			}
		})
	}
	for _, n := range []int{1, 10} {
		name := randomLabel(18) + ".example"
		d := data[*epp.DomainCreateData](t, r.b.do(t, newDomain{name: name, registrant: "rc-contact2", period: years(n)}.create()).want(t, 1000))
		if !d.ExDate.Equal(d.CrDate.AddDate(n, 0, 0)) {
			t.Errorf("%d years: from %v to %v", n, d.CrDate, d.ExDate)
		}
	}
	t.Run("IDN", func(t *testing.T) {
		// xn--mnchen-3ya is a Latin name, xn--1ca is one letter; the Cyrillic one is outside the table.
		name := "xn--mnchen-3ya.example"
		r.a.do(t, newDomain{name: name, registrant: r.contact}.create()).want(t, 1000)
		r.a.do(t, newDomain{name: "xn--80aswg.example", registrant: r.contact}.create()).want(t, 2306)
		r.a.do(t, newDomain{name: "xn--mnchen-3ya.trips", registrant: r.contact}.create()).want(t, 2306)
		r.a.do(t, newDomain{name: "münchen.example", registrant: r.contact}.create()).want(t, 2005)
	})
}

type badDomain struct {
	name   string
	domain newDomain
}

// badDomains are the rows of epp-14 that must be refused.
func badDomains(contact, host string) []badDomain {
	name := func(n string) newDomain { return newDomain{name: n, registrant: contact} }
	period := func(value, unit string) newDomain {
		return newDomain{registrant: contact, period: `<domain:period unit="` + unit + `">` + value + `</domain:period>`}
	}
	attr := `<domain:ns><domain:hostAttr><domain:hostName>ns1.example.icann</domain:hostName></domain:hostAttr></domain:ns>`
	return []badDomain{
		{"label of 64", name(strings.Repeat("a", 64) + ".example")},
		{"bad A-label", name("xn--" + randomLabel(59) + ".example")},
		{"hyphens in 3 and 4", name("xx--" + randomLabel(18) + ".example")},
		{"11 years", period("11", "y")},
		{"-1 years", period("-1", "y")},
		{"0 years", period("0", "y")},
		{"1.5 years", period("1.5", "y")},
		{"unit x", period("1", "x")},
		{"100 years", period("100", "y")},
		{"7 months", period("7", "m")},
		{"no registrant", newDomain{}},
		{"unknown registrant", newDomain{registrant: "nobody-" + randomLabel(9)}},
		{"empty registrant", newDomain{contacts: "<domain:registrant/>"}},
		{"unknown admin", newDomain{registrant: contact, contacts: `<domain:contact type="admin">nobody-here</domain:contact>`}},
		{"contact type", newDomain{registrant: contact, contacts: `<domain:contact type="owner">` + contact + `</domain:contact>`}},
		{"contact twice", newDomain{registrant: contact, contacts: strings.Repeat(`<domain:contact type="tech">`+contact+`</domain:contact>`, 2)}},
		{"host attributes", newDomain{registrant: contact, period: attr}},
		{"unknown host", newDomain{registrant: contact, hosts: []string{"ns1." + randomLabel(18) + ".icann"}}},
		{"host twice", newDomain{registrant: contact, hosts: []string{host, strings.ToUpper(host)}}},
		{"weak authInfo", newDomain{registrant: contact, authInfo: "<domain:authInfo><domain:pw>2fooBAR</domain:pw></domain:authInfo>"}},
		{"no authInfo", newDomain{registrant: contact, authInfo: " "}},
		{"below a name", name("a.taken.example")},
		{"the zone itself", name("example")},
		{"zone of nobody", name(randomLabel(18) + ".invalid")},
		{"empty name", name(" ")},
	}
}

// rstIntegrity is epp-15.
func rstIntegrity(t *testing.T, r *rst) {
	contact, tech, host := randomID("c"), randomID("c"), r.externalHost(t, r.a)
	r.a.do(t, goodContact(contact).create()).want(t, 1000)
	r.a.do(t, goodContact(tech).create()).want(t, 1000)
	name := randomLabel(18) + ".example"
	r.a.do(t, newDomain{
		name: name, registrant: contact, hosts: []string{host},
		contacts: `<domain:contact type="tech">` + tech + `</domain:contact>`,
	}.create()).want(t, 1000)
	r.a.do(t, contactDelete(contact)).want(t, 2305)
	r.a.do(t, contactDelete(tech)).want(t, 2305)
	r.a.do(t, hostDelete(host)).want(t, 2305)
	for _, id := range []string{contact, tech} {
		got := data[*epp.ContactInfoData](t, r.a.do(t, contactInfo(id))).Statuses
		if !slices.ContainsFunc(got, func(s epp.Status) bool { return s.Value == "linked" }) {
			t.Errorf("%s is not linked: %v", id, got)
		}
	}
	got := data[*epp.HostInfoData](t, r.a.do(t, hostInfo(host))).Statuses
	if !slices.ContainsFunc(got, func(s epp.Status) bool { return s.Value == "linked" }) {
		t.Errorf("%s is not linked: %v", host, got)
	}
}

// rstRenew is epp-18, without the RGP status, which waits for its extension.
func rstRenew(t *testing.T, r *rst) {
	name := r.domain(t)
	before := data[*epp.DomainInfoData](t, r.a.do(t, domainInfo(name)))
	day := before.ExDate.Format("2006-01-02")
	for _, tt := range []struct{ exp, period string }{
		{"2001-01-01", years(1)},
		{day, years(10)}, // eleven years from now in all
		{day, years(99)},
		{day, `<domain:period unit="y">0</domain:period>`},
		{day, `<domain:period unit="y">-1</domain:period>`},
		{day, `<domain:period unit="y">100</domain:period>`},
		{day, `<domain:period unit="x">1</domain:period>`},
		{"not-a-date", years(1)},
		{"", years(1)},
	} {
		r.a.do(t, domainRenew(name, tt.exp, tt.period)).refused(t)
	}
	r.b.do(t, domainRenew(name, day, years(1))).want(t, 2201)
	r.a.do(t, domainRenew(randomLabel(18)+".example", day, years(1))).want(t, 2303)
	if after := data[*epp.DomainInfoData](t, r.a.do(t, domainInfo(name))); !cmp.Equal(before, after) {
		t.Errorf("refused renewals changed the domain:\n%s", cmp.Diff(before, after))
	}
	for _, n := range []int{1, 8} {
		renewed := data[*epp.DomainRenewData](t, r.a.do(t, domainRenew(name, before.ExDate.Format("2006-01-02"), years(n))).want(t, 1000))
		after := data[*epp.DomainInfoData](t, r.a.do(t, domainInfo(name)))
		if want := before.ExDate.AddDate(n, 0, 0); !renewed.ExDate.Equal(want) || !after.ExDate.Equal(want) {
			t.Errorf("%d years: renData %v, info %v, want %v", n, renewed.ExDate, after.ExDate, want)
		}
		before = after
	}
	// Ten years are reached to the day: nothing more.
	r.a.do(t, domainRenew(name, before.ExDate.Format("2006-01-02"), years(1))).want(t, 2105)
	r.a.do(t, domainUpdate(name, status("domain", "clientRenewProhibited"), "", "")).want(t, 1000)
	r.a.do(t, domainRenew(name, before.ExDate.Format("2006-01-02"), years(1))).want(t, 2304)
	// Both grace periods run side by side (RFC 3915, erratum 8305): the renewals'
	// refund shows that.
	r.a.do(t, domainUpdate(name, "", status("domain", "clientRenewProhibited"), "")).want(t, 1000)
	balance := r.box.balance(t, "registrar-a")
	r.a.do(t, domainDelete(name)).want(t, 1000)
	if back := r.box.balance(t, "registrar-a") - balance; back != 10*1000 {
		t.Errorf("the delete gave back %d, want 10000 for ten years", back)
	}
}

// rstDomainDelete is epp-21: in the add grace period everything that belonged to
// the name can go.
func rstDomainDelete(t *testing.T, r *rst) {
	contact, host := randomID("c"), r.externalHost(t, r.a)
	r.a.do(t, goodContact(contact).create()).want(t, 1000)
	name := randomLabel(18) + ".example"
	r.a.do(t, newDomain{name: name, registrant: contact, hosts: []string{host}}.create()).want(t, 1000)
	r.box.eventually(t, name, fmt.Sprintf("%s. NS %s.", name, host))
	r.b.do(t, domainDelete(name)).want(t, 2201)
	r.a.do(t, domainUpdate(name, status("domain", "clientDeleteProhibited"), "", "")).want(t, 1000)
	r.a.do(t, domainDelete(name)).want(t, 2304)
	r.a.do(t, domainUpdate(name, "", status("domain", "clientDeleteProhibited"), "")).want(t, 1000)
	r.a.do(t, domainDelete(name)).want(t, 1000)
	r.a.do(t, domainInfo(name)).want(t, 2303)
	r.box.eventually(t, name)
	r.a.do(t, hostDelete(host)).want(t, 1000)
	r.a.do(t, hostInfo(host)).want(t, 2303)
	r.a.do(t, contactDelete(contact)).want(t, 1000)
	r.a.do(t, contactInfo(contact)).want(t, 2303)
	r.a.do(t, domainDelete(name)).want(t, 2303)
}
