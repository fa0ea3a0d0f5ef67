package e2e

import "fmt"

// doCreate registers a domain, mostly one that is free.
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
