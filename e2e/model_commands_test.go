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
		if verb == "cancel" && d != nil && d.pending() && st.Who < 4 {
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

func (w *modelWorld) doCreate(st step, name string) {
	if st.Way > 2 && !w.leads { // mostly one that is free
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
	if r.registrant == "" && st.Way > 3 {
		r.registrant = w.newcomer(r.who)
		w.about = []string{name}
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
	case 8:
		r.ds = []int{1 + st.Another%3}
	}
	if w.leads && !strong(r.auth) {
		r.auth = authOf(st.N)
	}
	c := newDomain{name: name, period: yearsOf(r.years), registrant: r.registrant, authInfo: withAuth("domain", r.auth)}
	if r.host != "" {
		c.hosts = []string{r.host}
	}
	if r.contact != "" {
		c.contacts = `<domain:contact type="admin">` + r.contact + `</domain:contact>`
	}
	frame := c.create()
	for _, n := range r.ds {
		element, _ := dsOf(n)
		frame = withExtension(frame, secDNS("create", element))
		w.signed[name] = true
	}
	v := w.createDomain(r)
	v.billed = true
	frame, agreed := v.offered(frame, "create", st, name == premium)
	w.send(r.who, "domain create", fmt.Sprintf("%s for %d years, registrant %q, admin %q, name server %q, DS %v, authInfo %q%s",
		name, r.years, r.registrant, r.contact, r.host, r.ds, r.auth, agreed), frame, name, v)
	w.compareDomain(name)
}

// newcomer creates a contact that may be a registrant everywhere; "" if there is no room.
func (w *modelWorld) newcomer(who string) string {
	id := picked(modelContacts, 0, func(id string) bool { return w.contacts[id] == nil })
	if w.contacts[id] != nil {
		return ""
	}
	w.about = []string{id}
	w.createContactAs(who, id, authOf(0), true)
	return id
}

// toTen is by how many years a registration can be renewed, at least one.
func (d *mDomain) toTen(now time.Time) int {
	years := maxYears
	for d != nil && years > 1 && plusYears(d.expires, years).After(plusYears(now, maxYears)) {
		years--
	}
	return years
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
	case "secdns":
		c.addDS = 1 + st.N%4
		switch {
		case st.Way < 2:
			c.remAll = true
			if st.N%3 > 0 {
				c.addDS = 0
			}
		case d != nil && slices.Contains(d.ds, c.addDS) != (st.Way == 2):
			c.addDS, c.remDS = 0, c.addDS
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
	secure := ""
	if c.secures() {
		secure = fmt.Sprintf("DS: all away %v, away %d, add %d", c.remAll, c.remDS, c.addDS)
	}
	return strings.Join(slices.DeleteFunc([]string{
		secure,
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
	frame := domainUpdate(name, part(c.addHost, c.addContact, c.addStatus), part(c.remHost, c.remContact, c.remStatus), chg)
	if !c.secures() {
		return frame
	}
	rem, add := "", ""
	if c.remAll {
		rem = "<secDNS:rem><secDNS:all>true</secDNS:all></secDNS:rem>"
	} else if c.remDS > 0 {
		element, _ := dsOf(c.remDS)
		rem = "<secDNS:rem>" + element + "</secDNS:rem>"
	}
	if c.addDS > 0 {
		element, _ := dsOf(c.addDS)
		add = "<secDNS:add>" + element + "</secDNS:add>"
	}
	return withExtension(frame, secDNS("update", rem+add))
}

// secures reports whether delegation signer records change.
func (c mChange) secures() bool { return c.remAll || c.remDS > 0 || c.addDS > 0 }
