package e2e

import "cadastre/epp"

// restoring is an update that changes nothing but what rgp-1.0 says (RFC 3915, Section 4.2.5).
func restoring(name, restore string) string {
	return extended(object("update", "domain", el("domain:name", name)+"<domain:chg/>"),
		`<rgp:update xmlns:rgp="`+epp.NSRGP+`">`+restore+`</rgp:update>`)
}

func restoreRequest(name string) string { return restoring(name, `<rgp:restore op="request"/>`) }

// restoreReport holds markup where the schema lets it.
func restoreReport(name string) string {
	return restoring(name, `<rgp:restore op="report">`+report("Deleted by mistake.")+`</rgp:restore>`)
}

func report(reason string) string {
	return `<rgp:report><rgp:preData>Registrant: al-holder <dns xmlns="urn:test:data">ns1.dns.icann</dns></rgp:preData>` +
		`<rgp:postData>The same.</rgp:postData>` +
		`<rgp:delTime>2026-06-01T00:00:00.0Z</rgp:delTime><rgp:resTime>2026-06-03T00:00:00.0Z</rgp:resTime>` +
		el("rgp:resReason", reason) +
		`<rgp:statement>We have not restored the name to use or sell it ourselves or for others.</rgp:statement>` +
		`<rgp:statement lang="de">Nach bestem Wissen richtig.</rgp:statement><rgp:other>Ticket 4711</rgp:other></rgp:report>`
}

// rgpIn gives the grace period statuses that an info answer shows.
func rgpIn(r *reply) (list []string) {
	if d, ok := epp.FindExtension[*epp.RGPInfoData](r.Extensions); ok {
		for _, st := range d.Statuses {
			list = append(list, st.Value)
		}
	}
	return list
}
