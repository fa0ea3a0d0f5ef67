package e2e

import (
	"fmt"
	"slices"
)

// doHost is a command on a host.
func (w *modelWorld) doHost(verb string, st step) {
	name := of(modelHosts, st.Object)
	if own, ok := w.hostOfCourse(verb, st); ok {
		name = own
	} else if verb != "create" && st.Another > 4 {
		name = picked(modelHosts, st.Object, func(n string) bool { return w.hosts[n] != nil })
	} else if verb == "create" && st.Way > 0 {
		name = picked(modelHosts, st.Object, func(n string) bool {
			above := superordinateOf(n)
			return w.hosts[n] == nil && (above == "" || w.domains[above] != nil && !w.domains[above].deleted())
		})
	}
	h := w.hosts[name]
	may := ""
	if h != nil {
		may = h.sponsor
	} else if d := w.domains[superordinateOf(name)]; d != nil {
		may = d.sponsor
	}
	who := w.who(st, may)
	full := "host " + verb
	w.about = []string{name}
	switch verb {
	case "check":
		names := []string{name, of(modelHosts, st.Another)}
		available(w, w.send(who, full, fmt.Sprint(names), hostCheck(names...), "", verdict{ok: 1000}), names, w.hosts)
	case "create":
		var addrs, elements []string
		if (superordinateOf(name) != "") == (st.Way > 1) {
			for i := range 1 + st.N%2 {
				addrs = append(addrs, of(modelAddrs, st.Another+i))
				elements = append(elements, v4(of(modelAddrs, st.Another+i)))
			}
		}
		w.send(who, full, fmt.Sprint(name, " ", addrs), hostCreate(name, elements...), name, w.createHost(who, name, addrs))
	case "update":
		c := hostChange(h, st)
		w.send(who, full, fmt.Sprintf("%s %+v", name, c), c.frame(name), name, w.updateHost(who, name, c))
	case "rename":
		c := mHostChange{name: of(modelHosts, st.Another)}
		if st.Way > 2 { // mostly a name that can be had
			c.name = picked(modelHosts, st.Another, func(n string) bool {
				d := w.domains[superordinateOf(n)]
				return w.hosts[n] == nil && (superordinateOf(n) == "" || d != nil && !d.deleted() && d.sponsor == may)
			})
		}
		if c.name == name {
			return
		}
		v := w.updateHost(who, name, c)
		where := c.name
		w.about = append(w.about, c.name)
		w.send(who, full, name+" to "+c.name, hostRename(name, c.name), where, v)
		w.compareHost(c.name)
		for _, d := range w.usersOf(c.name) {
			w.compareDomain(d.name)
		}
	case "delete":
		w.send(who, full, name, hostDelete(name), "", w.deleteHost(who, name))
	}
	w.compareHost(name)
}

// hostChange picks an update of a host.
func hostChange(h *mHost, st step) (c mHostChange) {
	addr := of(modelAddrs, st.N)
	if st.Way < 5 {
		s := of([]string{"clientDeleteProhibited", "clientUpdateProhibited"}, st.N)
		if c.addStatus = s; h != nil && h.has(s) != (st.Way == 0) {
			c.addStatus, c.remStatus = "", s
		}
		return c
	}
	if h != nil && len(h.addrs) > 0 && st.Way < 9 {
		addr = of(h.addrs, st.N)
	}
	if c.addAddr = addr; h != nil && slices.Contains(h.addrs, addr) != (st.Way == 5) {
		c.addAddr, c.remAddr = "", addr
	}
	return c
}

func (c mHostChange) frame(name string) string {
	part := func(st, addr string) string {
		out := ""
		if addr != "" {
			out = addrElement(addr)
		}
		if st != "" {
			out += status("host", st)
		}
		return out
	}
	return hostUpdate(name, part(c.addStatus, c.addAddr), part(c.remStatus, c.remAddr), "")
}

func addrElement(addr string) string {
	if slices.Contains([]byte(addr), ':') {
		return v6(addr)
	}
	return v4(addr)
}

// doContact is a command on a contact.
func (w *modelWorld) doContact(verb string, st step) {
	id := of(modelContacts, st.Object)
	if d := w.domains[w.focus]; w.leads && d != nil && verb != "create" {
		id = d.registrant
	} else if st.Another > 4 {
		id = picked(modelContacts, st.Object, func(id string) bool {
			c := w.contacts[id]
			return c != nil != (verb == "create") && (verb != "answer" || c.pending()) && (verb != "transfer" || c.auth != "")
		})
	}
	c := w.contacts[id]
	may := ""
	var o *mSponsored
	if c != nil {
		may, o = c.sponsor, &c.mSponsored
	}
	who := w.who(st, may)
	full := "contact " + verb
	w.about = []string{id}
	switch verb {
	case "check":
		ids := []string{id, of(modelContacts, st.Another)}
		available(w, w.send(who, full, fmt.Sprint(ids), contactCheck(ids...), "", verdict{ok: 1000}), ids, w.contacts)
	case "create":
		w.createContactAs(who, id, of([]string{authOf(0), authOf(1), authOf(2), authOf(0), "", "2fooBAR"}, st.N), st.Way%3 > 0)
	case "update":
		w.changeContact(who, id, c, st)
	case "delete":
		w.send(who, full, id, contactDelete(id), "", w.deleteContact(who, id))
	case "transfer":
		who = w.other(st, may)
		auth := bring(o, st)
		r := w.send(who, full, id+" with "+told(auth), contactTransfer("request", id, authElement("contact", auth)), id, w.requestContact(who, id, auth))
		w.compareTransfer(r, o)
	case "answer":
		op := of([]string{"approve", "cancel", "reject", "cancel"}, st.N)
		if op == "cancel" && c != nil && c.pending() && st.Who < 4 && st.N%8 > 0 {
			who = c.transfer.gaining
		}
		r := w.send(who, "contact "+op, id, contactTransfer(op, id, ""), id, w.answerContact(who, id, op))
		w.compareTransfer(r, o)
	}
	w.compareContact(id)
}

func (w *modelWorld) createContactAs(who, id, auth string, genuine bool) {
	n := goodContact(id)
	if genuine {
		n = genuineContact(id)
	}
	n.voice, n.voiceX = "+1.7035555555", ""
	n.authInfo = el("contact:pw", auth)
	w.send(who, "contact create", fmt.Sprintf("%s, genuine %v, authInfo %q", id, genuine, auth), n.create(), id, w.createContact(who, id, auth, genuine))
}

// hostOfCourse is the host of a leg: one below the course's domain, or one that it uses.
func (w *modelWorld) hostOfCourse(verb string, st step) (string, bool) {
	if !w.leads {
		return "", false
	}
	i := slices.IndexFunc(modelHosts, func(n string) bool {
		return superordinateOf(n) == w.focus && (w.hosts[n] == nil) == (verb == "create")
	})
	if i >= 0 {
		return modelHosts[i], true
	}
	if d := w.domains[w.focus]; d != nil && len(d.hosts) > 0 {
		return of(d.hosts, st.N), true
	}
	return "", false
}

func (w *modelWorld) changeContact(who, id string, c *mContact, st step) {
	var add, rem, chg, words, voice string
	var auth *string
	switch {
	case st.Way < 5:
		s := of([]string{"clientDeleteProhibited", "clientTransferProhibited", "clientUpdateProhibited"}, st.N)
		if add = s; c != nil && c.has(s) != (st.Way == 0) {
			add, rem = "", s
		}
		words = prefixed("add ", add) + prefixed("rem ", rem)
	case st.Way < 8:
		a := of([]string{authOf(st.N), authOf(st.N), authOf(st.N), "", "2fooBAR"}, st.Another)
		auth, chg, words = &a, withAuth("contact", a), told(&a)
	default:
		voice = fmt.Sprintf("+1.70355555%02d", st.N)
		chg, words = el("contact:voice", voice), voice
	}
	element := func(s string) string {
		if s == "" {
			return ""
		}
		return status("contact", s)
	}
	w.send(who, "contact update", id+" "+words, contactUpdate(id, element(add), element(rem), chg, ""), id,
		w.updateContact(who, id, add, rem, voice, auth))
}
