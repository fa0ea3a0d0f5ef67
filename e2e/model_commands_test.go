package e2e

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// authOf is authorization information that may be set, one of a few.
func authOf(n int) string { return fmt.Sprintf("Xy7kPq2mZr9wTb4nLc8vHd3f%d", n%3) }

// bring is the authorization information that somebody brings: mostly the right one.
func bring(o *mSponsored, st step) *string {
	auth := authOf(st.N)
	switch {
	case st.Way == 11:
		return nil
	case st.Way == 10:
		auth = ""
	case st.Way == 9 && o != nil && o.auth == auth: // a wrong one
		auth = authOf(st.N + 1)
	case st.Way < 9 && o != nil && o.auth != "":
		auth = o.auth
	}
	return &auth
}

func authElement(mapping string, auth *string) string {
	if auth == nil {
		return ""
	}
	return withAuth(mapping, *auth)
}

// doDomain is a command on a domain.
func (w *modelWorld) doDomain(subject, verb string, st step, name string) {
	w.about = []string{name}
	if subject == "domain" && verb == "create" {
		w.doCreate(st, name)
		return
	}
	d := w.domains[name]
	var o *mSponsored
	sponsor := ""
	if d != nil {
		o, sponsor = &d.mSponsored, d.sponsor
	}
	who := w.who(st, sponsor)
	full := subject + " " + verb
	send := func(words, frame string, v verdict) {
		v.billed = full != "domain info"
		w.send(who, full, strings.TrimSpace(name+" "+words), frame, name, v)
	}
	switch full {
	case "domain check":
		names := []string{name, of(modelDomains, st.Another)}
		w.checkDomains(who, st, names)
	case "domain info":
		v := verdict{ok: 1000}
		if d == nil {
			v = unknown()
		}
		send("", domainInfo(name), v)
		w.compareDomainAs(name, who)
		return
	case "domain renew":
		years := of([]int{1, 1, 1, 2, 3, 5, 9, 10, 11, 0}, st.N)
		if years == 0 {
			years = d.toTen(w.now)
		}
		until := "2030-01-01"
		if d != nil && st.Way > 0 {
			until = d.expires.Format(time.DateOnly)
		}
		v := w.renewDomain(who, name, until, years)
		frame, agreed := v.offered(domainRenew(name, until, yearsOf(years)), "renew", st, false)
		send(fmt.Sprintf("that expires %s by %d years%s", until, years, agreed), frame, v)
	case "domain delete":
		send("", domainDelete(name), w.deleteDomain(who, name))
	case "domain status", "domain hosts", "domain contacts", "domain authinfo", "domain secdns":
		c := w.change(verb, st, d)
		v := w.updateDomain(who, name, c)
		frame, agreed := v.offered(c.frame(name), "update", st, false)
		send(c.words()+agreed, frame, v)
		w.signed[name] = w.signed[name] || c.addDS > 0
	case "transfer request":
		who = w.other(st, sponsor)
		auth, years := bring(o, st), 0
		if st.Another%5 == 0 {
			years = 1 + st.N%2
		}
		period := ""
		if years > 0 {
			period = yearsOf(years)
		}
		v := w.requestDomain(who, name, auth, years)
		v.billed = true
		frame, agreed := v.offered(domainTransfer("request", name, period+authElement("domain", auth)), "transfer", st, name == premium)
		r := w.send(who, full, fmt.Sprintf("%s with %s, %d years%s", name, told(auth), years, agreed), frame, name, v)
		w.compareTransfer(r, o)
	case "transfer query":
		auth := bring(o, st)
		r := w.send(who, full, name+" with "+told(auth), domainTransfer("query", name, authElement("domain", auth)), "", w.queryDomain(who, name, auth))
		w.compareTransfer(r, o)
	case "transfer approve", "transfer reject", "transfer cancel":
		if verb == "cancel" && d != nil && d.pending() && st.Who < 4 && st.N%4 > 0 {
			who = d.transfer.gaining
		}
		r := w.send(who, full, name, domainTransfer(verb, name, ""), name, w.answerDomain(who, name, verb))
		w.compareTransfer(r, o)
	case "restore request":
		v := w.requestRestore(who, name)
		frame, agreed := v.offered(restoreRequest(name), "update", st, false)
		send(agreed, frame, v)
	case "restore report":
		v := w.reportRestore(who, name)
		frame, agreed := v.offered(restoreReport(name), "update", st, false)
		send(agreed, frame, v)
	}
	w.compareDomain(name)
}

// yearsOf is a period element.
func yearsOf(n int) string { return fmt.Sprintf(`<domain:period unit="y">%d</domain:period>`, n) }

func told(auth *string) string {
	if auth == nil {
		return "no authInfo"
	}
	return fmt.Sprintf("authInfo %q", *auth)
}

// other is mostly a registrar that does not sponsor an object.
func (w *modelWorld) other(st step, sponsor string) string {
	if st.Who > 4 {
		return of(modelRegistrars, st.Who)
	}
	rest := slices.DeleteFunc(slices.Clone(modelRegistrars), func(r string) bool { return r == sponsor })
	return of(rest, st.Who)
}

// toTen is by how many years a registration can be renewed, at least one.
func (d *mDomain) toTen(now time.Time) int {
	years := maxYears
	for d != nil && years > 1 && plusYears(d.expires, years).After(plusYears(now, maxYears)) {
		years--
	}
	return years
}
