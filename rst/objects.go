package rst

import (
	"context"
	"slices"
	"strings"
)

// goodContact is a contact with every supported element.
func (r *run) goodContact() contact {
	c := contact{id: newID(), noVoice: true, noFax: true, email: word(10) + "@example.com", pw: r.createSecret()}
	kinds := []string{"int"}
	switch r.in.PostalInfoTypes {
	case "loc":
		kinds = []string{"loc"}
	case "both":
		kinds = []string{"int", "loc"}
	}
	for _, kind := range kinds {
		p := postal{kind: kind, name: "John " + word(8), city: "Los Angeles", cc: "US"}
		if r.in.supports("org") {
			p.org = word(8) + " Ltd"
		}
		if r.in.supports("street") {
			p.street = []string{"12025 Waterfront Drive", "Suite 300"}
		}
		if r.in.supports("sp") {
			p.sp = "CA"
		}
		if r.in.supports("pc") {
			p.pc = "90094"
		}
		c.postal = append(c.postal, p)
	}
	if r.in.supports("voice") {
		c.voice, c.noVoice = "+1.3103015800", false
		if r.in.supports("voice:ext") {
			c.voiceX = "123"
		}
	}
	if r.in.supports("fax") {
		c.fax, c.noFax = "+1.3108238649", false
		if r.in.supports("fax:ext") {
			c.faxX = "456"
		}
	}
	return c
}

// createSecret is what a create carries as authorisation information: nothing where
// it is set only for transfers (RFC 9154, Section 4).
func (r *run) createSecret() string {
	if r.announces(nsSecureAuth) {
		return ""
	}
	return secret()
}

// newContact makes a contact and returns its id.
func (r *run) newContact(ctx context.Context, a *actor) (string, error) {
	c := r.goodContact()
	return c.id, r.need(ctx, a, c.create())
}

// newHost makes a host and returns its name.
func (r *run) newHost(ctx context.Context, a *actor, name string, list ...address) (string, error) {
	return name, r.need(ctx, a, hostCreate(name, list...))
}

// goodDomain is a domain that an account can create: what it refers to is made.
func (r *run) goodDomain(ctx context.Context, a *actor, prefix string) (domain, error) {
	d := domain{name: r.in.domainName(prefix), period: "1", unit: "y", noRegistrant: true, pw: r.createSecret()}
	if a.thick {
		if a.contact == "" {
			id, err := r.newContact(ctx, a)
			if err != nil {
				return d, err
			}
			a.contact = id
		}
		d.ownedBy(a.contact, r.in.RequiredContactTypes)
	}
	for range 2 {
		s, err := r.newServer(ctx, a)
		if err != nil {
			return d, err
		}
		d.servers = append(d.servers, s)
	}
	d.extension = r.idnExtension(d.name)
	return d, nil
}

// ownedBy makes a contact the registrant and every contact that is required.
func (d *domain) ownedBy(id string, types []string) {
	d.registrant, d.noRegistrant, d.contacts = id, false, nil
	for _, t := range types {
		d.contacts = append(d.contacts, [2]string{t, id})
	}
}

// newServer is a name server outside the TLD, in the form of the zone's host model.
func (r *run) newServer(ctx context.Context, a *actor) (server, error) {
	s := server{name: externalHost(), attr: r.in.HostModel == Attributes}
	if s.attr {
		return s, nil
	}
	_, err := r.newHost(ctx, a, s.name)
	return s, err
}

// newDomain creates a domain.
func (r *run) newDomain(ctx context.Context, a *actor, prefix string) (domain, error) {
	d, err := r.goodDomain(ctx, a, prefix)
	if err != nil {
		return d, err
	}
	return d, r.need(ctx, a, d.create())
}

// idnExtension is what a create of an internationalised name carries.
func (r *run) idnExtension(name string) string {
	if r.in.IDN == nil || !strings.HasPrefix(strings.ToLower(name), "xn--") {
		return ""
	}
	return strings.ReplaceAll(r.in.IDN.Extension, "<!-- tag -->", r.in.IDN.Tag)
}

// statusRow adds or removes a status; ok says whether that must be accepted.
type statusRow struct {
	op, status string
	ok         bool
}

// statuses runs such rows. invalid is the code for a status that no client may set.
func (r *run) statuses(ctx context.Context, object, key, invalid string, rows []statusRow) {
	for _, row := range rows {
		r.judge("%s %s", row.op, row.status)
		got := r.do(ctx, statusChange(object, key, row.op, row.status))
		switch {
		case row.ok:
			r.accept(got, "EPP_UNEXPECTED_COMMAND_FAILURE")
		case strings.HasPrefix(row.status, "client") && row.status != "clientHold":
			r.reject(got, "EPP_UNEXPECTED_COMMAND_SUCCESS")
		default:
			r.reject(got, invalid)
		}
	}
}

// each makes one row for each of several statuses.
func each(op string, ok bool, statuses ...string) []statusRow {
	var out []statusRow
	for _, s := range statuses {
		out = append(out, statusRow{op, s, ok})
	}
	return out
}

// objectStatuses are the rows that contacts and hosts have in common: a client may
// set what begins with "client" alone, adding a status that is there is refused, and
// so is removing one that is not.
func objectStatuses() []statusRow {
	const update, remove = "clientUpdateProhibited", "clientDeleteProhibited"
	never := []string{
		"clientHold", "linked", "ok", "pendingCreate", "pendingDelete", "pendingTransfer", "pendingUpdate",
		"serverDeleteProhibited", "serverUpdateProhibited", "rstUnknown",
	}
	return slices.Concat(
		each("add", true, update), each("add", false, update), each("rem", true, update),
		each("add", true, remove), each("add", false, remove),
		each("add", false, never...),
		each("rem", false, update), each("rem", true, remove), each("rem", false, remove),
		each("rem", false, never[1:]...),
	)
}

// left are the statuses that an object still shows.
func (r *run) left(ctx context.Context, object, key string) (reply, []string) {
	got := r.do(ctx, ask("info", object, key))
	return got, got.root.marks(object, "status", "s")
}
