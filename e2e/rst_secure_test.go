package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"cadastre/epp"
)

// secureRows are the bad values of epp-14 and epp-16, as records of one interface.
func secureRows(form string) map[string]string {
	digest, key := strings.Repeat("AB", 32), ed448('k')
	ds := func(tag, alg, digestType, digest string) string {
		return "<secDNS:dsData>" + el("secDNS:keyTag", tag) + el("secDNS:alg", alg) + el("secDNS:digestType", digestType) + el("secDNS:digest", digest) + "</secDNS:dsData>"
	}
	k := func(flags, protocol, alg, pub string) string {
		return "<secDNS:keyData>" + el("secDNS:flags", flags) + el("secDNS:protocol", protocol) + el("secDNS:alg", alg) + el("secDNS:pubKey", pub) + "</secDNS:keyData>"
	}
	rows := map[string]string{}
	if form == "dsData" {
		rows["the other interface"], rows["keyTag empty"], rows["digest empty"] = k("257", "3", "16", key), ds("", "16", "2", digest), ds("1", "16", "2", "")
		for _, v := range []string{"", "-1", "A", "123"} {
			rows["alg "+v] = ds("1", v, "2", digest)
		}
		for _, v := range []string{"", "-1", "A", "255"} {
			rows["digestType "+v] = ds("1", "16", v, digest)
		}
		return rows
	}
	rows["the other interface"] = ds("1", "16", "2", digest)
	for _, v := range []string{"", "-1", "A", "1", "256"} {
		rows["flags "+v] = k(v, "3", "16", key)
	}
	for _, v := range []string{"", "256", "-1", "A", "1"} {
		rows["protocol "+v] = k("257", v, "16", key)
	}
	for _, v := range []string{"", "-1", "A", "123"} {
		rows["alg "+v] = k("257", "3", v, key)
	}
	rows["pubKey empty"], rows["pubKey text"] = k("257", "3", "16", ""), k("257", "3", "16", "this is not a DNSKEY.")
	return rows
}

// rstSecure goes through the DNSSEC rows of epp-14 and epp-16 on zones of both
// interfaces, for both registrars.
func rstSecure(t *testing.T, r *rst) {
	cadastre(t, "zone", "add", "rstkey", "--dir", r.box.dir, "--host-model", "attributes", "--secdns", "keyData", "--data-model", "minimum")
	for _, z := range []struct{ zone, form, registrant string }{{"example", "dsData", r.contact}, {"rstkey", "keyData", ""}} {
		for _, sess := range []*session{r.a, r.b} {
			fresh := func() newDomain {
				return newDomain{name: "rst-epp-14-" + randomLabel(18) + "." + z.zone, registrant: z.registrant}
			}
			d := fresh()
			tag, digest := signerOf(t, strings.ToLower(d.name), 16, ed448('k'))
			good := dsData(tag, 16, 2, digest, "")
			if z.form == "keyData" {
				good = keyData(257, 3, 16, ed448('k'))
			}
			sess.do(t, with(d.create(), secDNS("create", good))).want(t, 1000)
			update := func(verb, record string) string {
				return with(domainUpdate(d.name, "", "", ""), secDNS("update", "<secDNS:"+verb+">"+record+"</secDNS:"+verb+">"))
			}
			for what, bad := range secureRows(z.form) {
				t.Run(fmt.Sprintf("%s %s %s", z.zone, sess.who, what), func(t *testing.T) {
					sess.do(t, with(fresh().create(), secDNS("create", bad))).refused(t)
					sess.do(t, update("add", bad)).refused(t)
					sess.do(t, update("rem", bad)).refused(t)
				})
			}
			info := sess.do(t, domainInfo(d.name)).want(t, 1000)
			if got := strings.Count(string(info.frame), "<secDNS:"+z.form+">"); got != 1 {
				t.Errorf("%s: %d records are shown", d.name, got)
			}
			sess.do(t, update("add", good)).want(t, 2306)
			sess.do(t, update("rem", good)).want(t, 1000)
			sess.do(t, update("rem", good)).want(t, 2306)
			sess.do(t, update("add", good)).want(t, 1000)
		}
	}
	rstAttributes(t, r)
}

// rstAttributes goes through the host rows of epp-14 and epp-16 in a zone of host
// attributes without contacts.
func rstAttributes(t *testing.T, r *rst) {
	create := func(name string, hosts ...[]string) string {
		return newDomain{name: name, period: attrNS(hosts...)}.create()
	}
	fresh := func() string { return "rst-epp-14-" + randomLabel(18) + ".rstkey" }
	r.a.do(t, newDomain{name: fresh(), registrant: r.contact}.create()).refused(t)
	r.a.do(t, newDomain{name: fresh(), hosts: []string{r.externalHost(t, r.a)}}.create()).refused(t)
	for _, bad := range []string{"", "208.77.190", "a.b.c.d", "256.1.1.1", "1.2.3.4.5", "127.0.0.1", "::", "::1", "::X", "NOT::HEX::"} {
		name := fresh()
		r.a.do(t, create(name, []string{"ns1." + name, bad})).refused(t)
	}
	name := fresh()
	r.a.do(t, create(name, []string{"ns1." + name})).refused(t)
	r.a.do(t, create(name, []string{"ns1." + name, "208.77.190.193", "2602:800:900e:1257::1"}, []string{"ns1." + randomLabel(9) + ".icann"})).want(t, 1000)
	got := data[*epp.DomainInfoData](t, r.a.do(t, domainInfo(name)))
	if len(got.NS.HostAttrs) != 2 || !slices.ContainsFunc(got.NS.HostAttrs, func(h epp.HostAttr) bool { return len(h.Addrs) == 2 }) {
		t.Errorf("shown are %+v", got.NS)
	}
	one := attrNS([]string{"ns2." + randomLabel(9) + ".icann"})
	r.a.do(t, domainUpdate(name, one, "", "")).want(t, 1000)
	r.a.do(t, domainUpdate(name, one, "", "")).refused(t)
	r.a.do(t, domainUpdate(name, "", one, "")).want(t, 1000)
	r.a.do(t, domainUpdate(name, "", one, "")).refused(t)
	r.a.do(t, domainUpdate(name, attrNS([]string{"ns2." + name}), "", "")).refused(t)
	r.b.do(t, domainUpdate(name, one, "", "")).want(t, 2201)
}
