package gate

import (
	"context"
	"slices"

	"cadastre/registry"
	"cadastre/registry/srs"
	"cadastre/whitelist"
)

// party is the registrant of a registration as it was read: the contact, and the
// person genuinely behind it.
type party struct {
	person  srs.Person
	contact *registry.Contact // nil: there is none, or the person was given
	behind  *registry.Contact // the real contact a proxy links to
}

// party reads who a registration is for; 2303 for an unknown contact.
func (g *Gate) party(ctx context.Context, r srs.Registration) (p party, err error) {
	if r.Person != nil {
		return party{person: *r.Person}, nil
	}
	return g.readParty(ctx, r.Registrant)
}

func (g *Gate) readParty(ctx context.Context, handle string) (p party, err error) {
	if handle == "" {
		return p, nil
	}
	if p.contact, err = g.store.Contact(ctx, handle, g.clock.Now()); err != nil {
		if registry.IsKind(err, registry.KindNotFound) {
			err = registry.Errorf(registry.KindNotFound, "domain:registrant", handle, "no such contact")
		}
		return p, err
	}
	if p.contact.RealID != 0 {
		if p.behind, err = g.store.Contact(ctx, p.contact.RealContact, g.clock.Now()); err != nil {
			return p, err
		}
	}
	p.person = srs.PersonBehind(p.contact, p.behind)
	return p, nil
}

// anew leaves of the policies those that say something new of a transfer which leaves
// the name with the person and the registrar that have it: the ones that did not
// control it so far, since the person was in other countries.
func (g *Gate) anew(ctx context.Context, a *approval, id identity) ([]*whitelist.Policy, error) {
	r := a.registration
	if !r.Transfer || r.FormerRegistrar != r.Registrar {
		return a.policies, nil
	}
	former := r.FormerPerson
	if former == nil {
		if r.FormerRegistrant == "" || a.party.contact == nil {
			return a.policies, nil
		}
		y, err := g.readParty(ctx, r.FormerRegistrant)
		if err != nil {
			return nil, err
		}
		former = &y.person
	}
	if !former.Same(a.party.person) {
		return a.policies, nil
	}
	before := identity{id: id.id, countries: former.Countries}
	return slices.DeleteFunc(slices.Clone(a.policies), func(p *whitelist.Policy) bool {
		_, controlled := controls(p, r.Name, a.agent, before)
		return controlled
	}), nil
}

// identity is whom a registration is for, as policies see it.
type identity struct {
	id        string
	countries []string
	// bare says that the id is no more than the registrant's contact id: nobody said
	// who the registrant is.
	bare bool
}

// identify tells whom a registration is for: the identifier sent, else the one of
// the genuine contact, else that contact's id. Where the contact carries an
// identifier, or stands behind a proxy, the identifier sent must be that one: if it
// is not, genuine is who the contact really stands for.
func (y party) identify(r srs.Registration) (id, genuine identity) {
	id = identity{countries: y.person.Countries}
	known := y.person.Identifier
	if known == "" && y.person.Proxied {
		known = y.person.Contact
	}
	sent := r.Preapproval.Registrant
	switch {
	case sent != "" && known != "" && !whitelist.SameIdentifier(sent, known):
		genuine = identity{id: known, countries: id.countries}
		id.id = sent
	case sent != "":
		id.id = sent
	case known != "":
		id.id = known
	default:
		id.id, id.bare = y.person.Contact, true
	}
	return id, genuine
}

// mistaken refuses (2202) a registration whose registrant is not who was sent, if one
// of the two is under a policy's control; nil when nothing controls either.
func mistaken(policies []*whitelist.Policy, r srs.Registration, agent whitelist.Registrar, who ...identity) error {
	for _, p := range policies {
		for _, id := range who {
			if _, controlled := controls(p, r.Name, agent, id); controlled {
				return registry.Errorf(registry.KindAuthInfo, "preapproval:registrant", r.Preapproval.Registrant,
					"pre-approval by %s (policy %s): this is not the person behind the registrant %s", p.Overseer, p.ID, r.Registrant)
			}
		}
	}
	return nil
}

// controls says whether a policy controls the registration, in whichever of the
// registrant's countries, and gives the registration as the policy sees it.
func controls(p *whitelist.Policy, target string, agent whitelist.Registrar, id identity) (whitelist.Registration, bool) {
	r := whitelist.Registration{Target: target, Registrant: whitelist.Registrant{ID: id.id}, Registrar: agent}
	if len(id.countries) == 0 {
		return r, p.Controls(r)
	}
	for _, c := range id.countries {
		r.Registrant.Country = c
		if p.Controls(r) {
			return r, true
		}
	}
	return r, false
}
