package e2e

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cadastre/epp"
)

// rstDomainUpdate is epp-16, without DNSSEC.
func rstDomainUpdate(t *testing.T, r *rst) {
	name := r.domain(t)
	statuses := func(add, rem string) string { return domainUpdate(name, add, rem, "") }
	rows := []statusRow{
		{false, "clientDeleteProhibited", true},
		{false, "clientHold", true},
		{false, "clientRenewProhibited", true},
		{false, "clientTransferProhibited", true},
		{false, "clientUpdateProhibited", true},
		{false, "clientHold", false},
		{true, "clientUpdateProhibited", true},
	}
	for _, st := range []string{
		"linked", "ok", "inactive", "pendingCreate", "pendingDelete", "pendingRenew", "pendingTransfer", "pendingUpdate", "serverDeleteProhibited",
		"serverHold", "serverRenewProhibited", "serverTransferProhibited", "serverUpdateProhibited", "unknown",
	} {
		rows = append(rows, statusRow{false, st, false}, statusRow{true, st, false})
	}
	for _, st := range []string{"clientDeleteProhibited", "clientHold", "clientRenewProhibited", "clientTransferProhibited"} {
		rows = append(rows, statusRow{true, st, true})
	}
	applyStatuses(t, r.a, rows, "domain", statuses)

	missing := "ns1." + randomLabel(18) + ".icann"
	r.a.do(t, domainUpdate(name, delegation(missing), "", "")).want(t, 2303)
	r.a.do(t, hostCreate(missing)).want(t, 1000)
	r.a.do(t, domainUpdate(name, delegation(missing), "", "")).want(t, 1000)
	r.a.do(t, domainUpdate(name, delegation(missing), "", "")).refused(t)
	r.a.do(t, domainUpdate(name, "", delegation(missing), "")).want(t, 1000)
	r.a.do(t, domainUpdate(name, "", delegation(missing), "")).refused(t)
	attr := `<domain:ns><domain:hostAttr><domain:hostName>ns1.example.icann</domain:hostName></domain:hostAttr></domain:ns>`
	r.a.do(t, domainUpdate(name, attr, "", "")).refused(t)

	other := randomID("c")
	r.a.do(t, goodContact(other).create()).want(t, 1000)
	r.a.do(t, domainUpdate(name, "", "", el("domain:registrant", "nobody-here"))).want(t, 2303)
	r.a.do(t, domainUpdate(name, "", "", el("domain:registrant", other))).want(t, 1000)
	r.a.do(t, domainUpdate(name, "", "", "<domain:registrant/>")).refused(t)
	tech := `<domain:contact type="tech">` + r.contact + `</domain:contact>`
	r.a.do(t, domainUpdate(name, tech, "", "")).want(t, 1000)
	r.a.do(t, domainUpdate(name, tech, "", "")).refused(t)
	r.a.do(t, domainUpdate(name, "", tech, "")).want(t, 1000)
	r.a.do(t, domainUpdate(name, "", tech, "")).refused(t)
	r.a.do(t, domainUpdate(name, "", "", "<domain:authInfo><domain:pw>2fooBAR</domain:pw></domain:authInfo>")).want(t, 2202)
	r.a.do(t, domainUpdate(name, "", "", "")).refused(t)
	r.b.do(t, domainUpdate(name, status("domain", "clientHold"), "", "")).want(t, 2201)
	r.a.do(t, domainUpdate(randomLabel(18)+".example", status("domain", "clientHold"), "", "")).want(t, 2303)

	got := data[*epp.DomainInfoData](t, r.a.do(t, domainInfo(name)))
	if diff := cmp.Diff([]epp.Status{{Value: "inactive"}}, got.Statuses); diff != "" || len(got.NS.HostObjs) != 0 || got.Registrant != other || len(got.Contacts) != 0 {
		t.Errorf("at the end: %+v\n%s", got, diff)
	}
	t.Run("authInfo", func(t *testing.T) { rstAuthInfo(t, r, name) })
}

// rstAuthInfo sets, uses and removes authorization information (RFC 9154).
func rstAuthInfo(t *testing.T, r *rst, name string) {
	const secret = "LuQ7Bu@w9?%+_HK3cayg$55$LSft3MPP"
	set := func(inside string) string {
		return domainUpdate(name, "", "", "<domain:authInfo>"+inside+"</domain:authInfo>")
	}
	info := func(pw string) string {
		return command(object("info", "domain", el("domain:name", name)+"<domain:authInfo>"+el("domain:pw", pw)+"</domain:authInfo>"))
	}
	r.a.do(t, set(el("domain:pw", secret))).want(t, 1000)
	mine := r.a.do(t, domainInfo(name)).want(t, 1000)
	if strings.Contains(string(mine.frame), "LuQ7Bu") {
		t.Error("the answer shows the authorization information")
	}
	if data[*epp.DomainInfoData](t, mine).AuthInfo == nil {
		t.Error("the sponsor is not told that authorization information is set")
	}
	theirs := data[*epp.DomainInfoData](t, r.b.do(t, domainInfo(name)).want(t, 1000))
	if theirs.AuthInfo != nil || theirs.Registrant != "" {
		t.Errorf("a stranger sees %+v", theirs)
	}
	r.b.do(t, info("not-the-secret-"+randomLabel(20))).want(t, 2202)
	if got := data[*epp.DomainInfoData](t, r.b.do(t, info(secret)).want(t, 1000)); got.Registrant == "" {
		t.Error("the secret does not open the full view")
	}
	r.a.do(t, set("<domain:null/>")).want(t, 1000)
	r.b.do(t, info(secret)).want(t, 2202)
	r.b.do(t, info("")).want(t, 2202)
	if data[*epp.DomainInfoData](t, r.a.do(t, domainInfo(name))).AuthInfo != nil {
		t.Error("unset authorization information is still shown as set")
	}
}
