package e2e

import (
	"fmt"
	"slices"
	"strings"
)

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
		if w.leads && st.N%2 == 0 { // one below the domain itself
			h = picked(modelHosts, st.N, func(n string) bool { return w.hosts[n] != nil && superordinateOf(n) == w.focus })
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
		case d != nil && slices.Contains(d.ds, c.addDS) != (st.Way < 4):
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
