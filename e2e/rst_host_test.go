package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cadastre/epp"
)

// badAddresses are the address rows of epp-11 and epp-13. Elements, so that a row
// may lie about the version.
func badAddresses() []string {
	var out []string
	for _, a := range []string{"", "2602:800:900e:1257::2", "208.77.190", "a.b.c.d", "256.1.1.1", "1.2.3.4.5", "127.0.0.1"} {
		out = append(out, v4(a))
	}
	for _, a := range []string{"", "208.77.190.194", "::", "::1", "::X", "NOT::HEX::"} {
		out = append(out, v6(a))
	}
	return append(out, `<host:addr ip="v5">208.77.190.194</host:addr>`)
}

// rstHostCreate is epp-11: deep names, whose superordinate domain is the
// registrable one.
func rstHostCreate(t *testing.T, r *rst) {
	r.externalHost(t, r.a)
	r.a.do(t, hostCreate("!.icann")).refused(t)
	r.a.do(t, hostCreate("ns1.epp-11.rst."+randomLabel(18)+".example", v4("208.77.190.194"))).want(t, 2303)

	domain := r.domain(t)
	deep := "ns1.epp-11.rst." + domain
	mixed := "NS1.Epp-11.RST." + strings.ToUpper(domain[:6]) + domain[6:]
	r.a.do(t, hostCreate(mixed, v4("208.77.190.194"), v6("2602:800:900e:1257::2"))).want(t, 1000)
	got := data[*epp.HostInfoData](t, r.a.do(t, hostInfo(deep)).want(t, 1000))
	if !strings.EqualFold(got.Name, deep) || got.ClID != "registrar-a" || got.CrID != "registrar-a" || got.CrDate.IsZero() ||
		!strings.HasSuffix(got.ROID, "-ICANNRST") || !slices.Equal(addresses(got), []string{"v4 208.77.190.194", "v6 2602:800:900e:1257::2"}) {
		t.Errorf("info: %+v", got)
	}
	r.a.do(t, hostCreate(deep)).want(t, 2302)
	sub := data[*epp.DomainInfoData](t, r.a.do(t, domainInfo(domain))).Hosts
	if !slices.Equal(sub, []string{deep}) {
		t.Errorf("subordinate hosts of %s: %v", domain, sub)
	}
	for i, addr := range badAddresses() {
		name := "bad" + string(rune('a'+i)) + "." + domain
		r.a.do(t, hostCreate(name, addr)).refused(t)
		r.a.do(t, hostInfo(name)).want(t, 2303)
	}
	// A host of ours without glue may be made; nothing can be delegated to it yet.
	r.a.do(t, hostCreate("glueless."+domain)).want(t, 1000)
	// An external host's addresses are its own zone's (RFC 5732, Section 1.1).
	r.a.do(t, hostCreate("ns1."+randomLabel(18)+".icann", v4("208.77.190.194"))).refused(t)
}

// addresses writes a host's addresses as text, sorted.
func addresses(h *epp.HostInfoData) []string {
	var out []string
	for _, a := range h.Addrs {
		out = append(out, a.IP+" "+a.Addr)
	}
	slices.Sort(out)
	return out
}

// rstHostAccess is epp-12.
func rstHostAccess(t *testing.T, r *rst) {
	name := r.externalHost(t, r.a)
	r.b.do(t, hostUpdate(name, status("host", "clientUpdateProhibited"), "", "")).want(t, 2201)
	r.b.do(t, hostRename(name, "ns2."+randomLabel(18)+".icann")).want(t, 2201)
	r.b.do(t, hostDelete(name)).want(t, 2201)
	r.b.do(t, hostInfo(name)).want(t, 1000) // host data are public
}

// rstHostUpdate is epp-13.
func rstHostUpdate(t *testing.T, r *rst) {
	name := "ns1.epp-13.rst." + r.domain(t)
	r.a.do(t, hostCreate(name, v4("208.77.190.194"))).want(t, 1000)
	r.a.do(t, hostUpdate(name, v4("208.77.190.195")+v6("2602:800:900e:1257::3"), "", "")).want(t, 1000)
	r.a.do(t, hostUpdate(name, "", v4("208.77.190.194"), "")).want(t, 1000)
	r.a.do(t, hostUpdate(name, "", v4("208.77.190.194"), "")).refused(t)
	r.a.do(t, hostUpdate(name, v4("208.77.190.195"), "", "")).refused(t)
	before := data[*epp.HostInfoData](t, r.a.do(t, hostInfo(name)))
	if !slices.Equal(addresses(before), []string{"v4 208.77.190.195", "v6 2602:800:900e:1257::3"}) {
		t.Errorf("addresses %v", addresses(before))
	}
	for _, addr := range badAddresses() {
		r.a.do(t, hostUpdate(name, addr, "", "")).refused(t)
		r.a.do(t, hostUpdate(name, "", addr, "")).refused(t)
	}
	if after := data[*epp.HostInfoData](t, r.a.do(t, hostInfo(name))); !cmp.Equal(before, after) {
		t.Errorf("refused updates changed the host:\n%s", cmp.Diff(before, after))
	}
	var rows []statusRow
	for _, st := range []string{"clientUpdateProhibited", "clientDeleteProhibited"} {
		rows = append(rows, statusRow{false, st, true})
		if st == "clientUpdateProhibited" {
			rows = append(rows, statusRow{false, "clientDeleteProhibited", false}) // prohibited now
		}
		rows = append(rows, statusRow{false, st, false}, statusRow{true, st, true}, statusRow{true, st, false})
	}
	for _, st := range []string{
		"clientHold", "linked", "ok", "pendingCreate", "pendingDelete", "pendingTransfer", "pendingUpdate",
		"serverDeleteProhibited", "serverUpdateProhibited", "unknown",
	} {
		rows = append(rows, statusRow{false, st, false}, statusRow{true, st, false})
	}
	applyStatuses(t, r.a, rows, "host", func(add, rem string) string { return hostUpdate(name, add, rem, "") })
	r.a.do(t, hostUpdate(name, status("host", "clientDeleteProhibited"), "", "")).want(t, 1000)
	r.a.do(t, hostDelete(name)).want(t, 2304)
	r.a.do(t, hostUpdate(name, "", "", "")).refused(t)
}

// rstHostRename is epp-23.
func rstHostRename(t *testing.T, r *rst) {
	own := r.domain(t)
	foreign := r.domain(t)
	name := r.externalHost(t, r.a)
	r.a.do(t, hostRename(name, "!.invalid")).refused(t)
	external := "ns2." + randomLabel(18) + ".icann"
	r.a.do(t, hostRename(name, external)).want(t, 1000)
	r.a.do(t, hostInfo(name)).want(t, 2303)
	r.a.do(t, hostInfo(external)).want(t, 1000)
	r.a.do(t, hostRename(external, "ns9.epp-23.rst.taken.example")).want(t, 2201)
	r.a.do(t, hostRename(external, "ns1.epp-23."+randomLabel(18)+".example")).want(t, 2303)
	r.a.do(t, hostRename(external, "ns1.example")).refused(t)
	r.a.do(t, hostRename(external, "ns1.taken.example")).refused(t) // exists, and another's
	internal := "ns1.epp-23." + own
	r.a.do(t, hostRename(external, internal)).want(t, 1000)
	got := data[*epp.HostInfoData](t, r.a.do(t, hostInfo(internal)).want(t, 1000))
	if !strings.EqualFold(got.Name, internal) || got.ClID != "registrar-a" {
		t.Errorf("info: %+v", got)
	}
	// Internal with addresses to external: leftover addresses do not stand in the way.
	r.a.do(t, hostUpdate(internal, v4("208.77.190.196"), "", "")).want(t, 1000)
	r.a.do(t, hostRename(internal, name)).want(t, 1000)
	if got := data[*epp.HostInfoData](t, r.a.do(t, hostInfo(name)).want(t, 1000)); len(got.Addrs) != 0 {
		t.Errorf("an external host kept addresses: %+v", got)
	}
	// RFC 5732, Section 3.2.5: not while another client's objects use it.
	linked := r.externalHost(t, r.b)
	r.a.do(t, domainUpdate(foreign, delegation(linked), "", "")).want(t, 1000)
	r.b.do(t, hostRename(linked, "ns3."+randomLabel(18)+".icann")).want(t, 2305)
	r.a.do(t, hostRename("ns1."+randomLabel(18)+".icann", "ns4.x.icann")).want(t, 2303)
}

// rstHostDelete is epp-24.
func rstHostDelete(t *testing.T, r *rst) {
	name := r.externalHost(t, r.a)
	r.a.do(t, hostDelete(name)).want(t, 1000)
	r.a.do(t, hostInfo(name)).want(t, 2303)
	r.a.do(t, hostDelete(name)).want(t, 2303)
}

// rstSubordinateHost is epp-25 (and epp-26): a host below a domain of another
// registrar.
func rstSubordinateHost(t *testing.T, r *rst) {
	domain := r.domain(t)
	r.b.do(t, hostCreate("ns1."+domain, v4("208.77.190.197"))).want(t, 2201)
	glueless := "ns2." + domain
	if reply := r.b.do(t, hostCreate(glueless)); reply.Code().Success() {
		if got := data[*epp.HostInfoData](t, r.b.do(t, hostInfo(glueless))); got.ClID != "registrar-a" {
			t.Errorf("clID %s, want the sponsor of the superordinate domain", got.ClID)
		}
	}
}

// rstGlueless is epp-27: nothing is delegated to a host of ours without addresses.
func rstGlueless(t *testing.T, r *rst) {
	domain := r.domain(t)
	name := "ns1." + domain
	r.a.do(t, hostCreate(name)).want(t, 1000)
	r.a.do(t, domainUpdate(domain, delegation(name), "", "")).refused(t)
	r.a.do(t, newDomain{name: randomLabel(18) + ".example", registrant: r.contact, hosts: []string{name}}.create()).refused(t)
	r.a.do(t, hostUpdate(name, v4("208.77.190.198"), "", "")).want(t, 1000)
	r.a.do(t, domainUpdate(domain, delegation(name), "", "")).want(t, 1000)
	// And the last address stays while something is delegated to it.
	r.a.do(t, hostUpdate(name, "", v4("208.77.190.198"), "")).refused(t)
}
