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
		w.send(who, full, strings.TrimSpace(name+" "+words), frame, name, v)
	}
	switch full {
	case "domain check":
		names := []string{name, of(modelDomains, st.Another)}
		r := w.send(who, full, fmt.Sprint(names), domainCheck(names...), "", verdict{ok: 1000})
		available(w, r, names, w.domains)
	case "domain info":
		v := verdict{ok: 1000}
		if d == nil {
			v = unknown()
		}
		send("", domainInfo(name), v)
		w.compareDomainAs(name, who)
		return
	case "domain renew":
		years := of([]int{1, 1, 1, 2, 3, 5, 9, 10, 11}, st.N)
		until := "2030-01-01"
		if d != nil && st.Way > 0 {
			until = d.expires.Format(time.DateOnly)
		}
		send(fmt.Sprintf("that expires %s by %d years", until, years), domainRenew(name, until, yearsOf(years)), w.renewDomain(who, name, until, years))
	case "domain delete":
		send("", domainDelete(name), w.deleteDomain(who, name))
	case "domain status", "domain hosts", "domain contacts", "domain authinfo":
		c := w.change(verb, st, d)
		send(c.words(), c.frame(name), w.updateDomain(who, name, c))
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
		r := w.send(who, full, fmt.Sprintf("%s with %s, %d years", name, told(auth), years),
			domainTransfer("request", name, period+authElement("domain", auth)), name, w.requestDomain(who, name, auth, years))
		w.compareTransfer(r, o)
	case "transfer query":
		auth := bring(o, st)
		r := w.send(who, full, name+" with "+told(auth), domainTransfer("query", name, authElement("domain", auth)), "", w.queryDomain(who, name, auth))
		w.compareTransfer(r, o)
	case "transfer approve", "transfer reject", "transfer cancel":
		if verb == "cancel" && d != nil && d.pending() && st.Who < 4 {
			who = d.transfer.gaining
		}
		r := w.send(who, full, name, domainTransfer(verb, name, ""), name, w.answerDomain(who, name, verb))
		w.compareTransfer(r, o)
	case "restore request":
		send("", restoreRequest(name), w.requestRestore(who, name))
	case "restore report":
		send("", restoreReport(name), w.reportRestore(who, name))
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

func (w *modelWorld) doCreate(st step, name string) {
	if st.Way > 2 { // mostly one that is free
		name = picked(modelDomains, st.Object, func(n string) bool { return w.domains[n] == nil })
	}
	r := mRegistration{who: of(modelRegistrars, st.Who), name: name, years: of([]int{1, 1, 1, 2, 3, 9, 10}, st.N)}
	if st.Way > 3 {
		r.auth = authOf(st.N)
	}
	for i := range modelContacts { // mostly a registrant that may be
		id := of(modelContacts, st.Another+i)
		if c := w.contacts[id]; c != nil && (!zoneOfModel(name).genuine || c.genuine && c.sponsor == r.who) {
			r.registrant = id
			break
		}
	}
	switch st.Way {
	case 0:
		r.registrant = ""
	case 1:
		r.years = 11
	case 2:
		r.registrant = of(modelContacts, st.Another)
	case 4, 5:
		r.host = picked(modelHosts, st.N, func(n string) bool { return w.hosts[n] != nil })
	case 6:
		r.contact = of(modelContacts, st.Another)
	case 7:
		r.auth = "2fooBAR"
	}
	c := newDomain{name: name, period: yearsOf(r.years), registrant: r.registrant, authInfo: withAuth("domain", r.auth)}
	if r.host != "" {
		c.hosts = []string{r.host}
	}
	if r.contact != "" {
		c.contacts = `<domain:contact type="admin">` + r.contact + `</domain:contact>`
	}
	w.send(r.who, "domain create", fmt.Sprintf("%s for %d years, registrant %q, admin %q, name server %q, authInfo %q", name, r.years, r.registrant, r.contact, r.host, r.auth),
		c.create(), name, w.createDomain(r))
	w.compareDomain(name)
}

// change picks an update of a domain.
func (w *modelWorld) change(verb string, st step, d *mDomain) (c mChange) {
	switch verb {
	case "status":
		s := of(modelStatuses, st.N)
		if c.addStatus = s; d != nil && d.has(s) != (st.Way == 0) {
			c.addStatus, c.remStatus = "", s
		}
	case "hosts":
		h := picked(modelHosts, st.N, func(n string) bool { return w.hosts[n] != nil || st.Way == 11 })
		if d != nil && len(d.hosts) > 0 && st.Way < 4 {
			h = of(d.hosts, st.N)
		}
		if c.addHost = h; d != nil && slices.Contains(d.hosts, h) != (st.Way == 0) {
			c.addHost, c.remHost = "", h
		}
	case "contacts":
		id := picked(modelContacts, st.N, func(id string) bool { return w.contacts[id] != nil || st.Way == 11 })
		if st.Way < 4 {
			c.registrant = id
			break
		}
		s := of([]string{"admin ", "tech "}, st.Another) + id
		if c.addContact = s; d != nil && slices.Contains(d.contacts, s) != (st.Way == 4) {
			c.addContact, c.remContact = "", s
		}
	case "authinfo":
		auth := authOf(st.N)
		if st.Way == 0 {
			auth = "2fooBAR"
		} else if st.Way == 1 {
			auth = ""
		}
		c.auth = &auth
	}
	return c
}

func (c mChange) words() string {
	auth := ""
	if c.auth != nil {
		auth = told(c.auth)
	}
	return strings.Join(slices.DeleteFunc([]string{
		prefixed("add ", c.addStatus, c.addHost, c.addContact), prefixed("rem ", c.remStatus, c.remHost, c.remContact),
		prefixed("registrant ", c.registrant), auth,
	}, func(s string) bool { return s == "" }), ", ")
}

func prefixed(prefix string, any ...string) string {
	for _, s := range any {
		if s != "" {
			return prefix + s
		}
	}
	return ""
}

func (c mChange) frame(name string) string {
	part := func(host, contact, st string) string {
		out := ""
		if host != "" {
			out += delegation(host)
		}
		if role, id, found := strings.Cut(contact, " "); found {
			out += `<domain:contact type="` + role + `">` + id + `</domain:contact>`
		}
		if st != "" {
			out += status("domain", st)
		}
		return out
	}
	chg := ""
	if c.registrant != "" {
		chg = el("domain:registrant", c.registrant)
	}
	if c.auth != nil {
		chg += withAuth("domain", *c.auth)
	}
	return domainUpdate(name, part(c.addHost, c.addContact, c.addStatus), part(c.remHost, c.remContact, c.remStatus), chg)
}
