package srs

import (
	"context"
	"slices"

	"cadastre/registry"
	"cadastre/registry/store"
)

// maxMoved bounds how many names under control change hands with one contact: each
// is asked about.
const maxMoved = 50

// contactMove is what was asked about a change of a contact that puts another person
// behind its names. nil: the change does not, or nothing binds any name.
type contactMove struct {
	refused    bool // it looked as if the change would be refused
	version    int  // of the contact
	identifier string
	bound      func(name, registrar string) bool
	approvals  map[store.SponsoredName]Approval // nil: the person stays the same
}

// askMove asks for the pre-approval of every name that would have another person
// behind it after a change of a contact: a change must not be a way around
// pre-approval. What the rules refuse anyway is not asked about.
func (s *SRS) askMove(ctx context.Context, actor registry.Actor, u registry.ContactUpdate) (*contactMove, error) {
	if s.preapproval == nil || !mayMove(u) {
		return nil, nil
	}
	bound, err := s.preapproval.Bound(ctx)
	if err != nil || bound == nil {
		return nil, err
	}
	c, err := s.contact(ctx, u.Handle)
	if err != nil {
		return &contactMove{refused: true}, refusedLater(err)
	}
	m := &contactMove{version: c.Version, bound: bound}
	link, err := s.linkOutside(ctx, u)
	if err != nil {
		return nil, err
	}
	if link != nil {
		m.identifier = link.Identifier
	}
	after := *c
	if after.Update(actor, u, link, registry.GenuineUse{}, s.Now()) != nil {
		m.refused = true
		return m, nil
	}
	was, will, err := s.persons(ctx, c, &after, link)
	if err != nil || was.Alike(will) {
		return m, err
	}
	return m, s.askNames(ctx, actor, m, c, was, will)
}

// mayMove says whether a change can put another person behind a contact's names, or
// one in another country.
func mayMove(u registry.ContactUpdate) bool {
	return u.Kind != "" || u.KindData.Identifier != nil || u.KindData.RealContact != nil ||
		slices.ContainsFunc(u.Postal, func(p registry.PostalChange) bool { return p.Addr != nil })
}

// askNames asks for every name of a contact that will have another person behind it.
func (s *SRS) askNames(ctx context.Context, actor registry.Actor, m *contactMove, c *registry.Contact, was, will Person) error {
	names, err := s.store.RegistrantNames(ctx, c.ID, s.Now(), maxMoved+1, m.bound)
	if err != nil {
		return err
	}
	if len(names) > maxMoved {
		return tooManyNames(c.Handle)
	}
	m.approvals = map[store.SponsoredName]Approval{}
	for _, n := range names {
		m.approvals[n], err = s.ask(ctx, actor, Registration{
			Name: n.Name, Registrar: n.Registrar, Registrant: will.Contact, Transfer: true, Person: &will,
			FormerRegistrar: n.Registrar, FormerPerson: &was,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func tooManyNames(handle string) error {
	return registry.Errorf(registry.KindAssociation, "contact:id", handle,
		"the contact is registrant of more than %d names that need pre-approval, and this change would put another person behind them: change the registrant of each name instead",
		maxMoved)
}

// linkOutside reads the real contact a request names for a proxy, outside any
// transaction; nil when it names none, or one that does not exist.
func (s *SRS) linkOutside(ctx context.Context, u registry.ContactUpdate) (*registry.Contact, error) {
	to := u.KindData.RealContact
	if to == nil || *to == "" || *to == u.Handle {
		return nil, nil
	}
	link, err := s.contact(ctx, *to)
	if err != nil {
		return nil, refusedLater(err)
	}
	return link, nil
}

// persons tells who is behind a contact before and after a change of it. link is the
// real contact that the change names.
func (s *SRS) persons(ctx context.Context, before, after, link *registry.Contact) (was, will Person, err error) {
	var behind *registry.Contact
	if before.RealContact != "" {
		if behind, err = s.store.Contact(ctx, before.RealContact, s.Now()); err != nil {
			return was, will, err
		}
	}
	next := behind
	switch after.RealID {
	case before.RealID: // zero and zero too
	case 0:
		next = nil
	default:
		next = link
	}
	return PersonBehind(before, behind), PersonBehind(after, next), nil
}

// confirm holds a change of a contact, which is locked, against what was asked.
// version is the contact's before the change, link the locked real contact it names.
func (m *contactMove) confirm(ctx context.Context, tx *store.Tx, c *registry.Contact, version int, link *registry.Contact) error {
	switch {
	case m == nil:
		return nil
	case m.refused, m.version != version, link != nil && link.Identifier != m.identifier:
		return ErrAskAgain
	case m.approvals == nil:
		return nil
	}
	names, err := tx.RegistrantNames(ctx, c.ID, maxMoved+1, m.bound)
	if err != nil {
		return err
	}
	for _, n := range names {
		approval, asked := m.approvals[n]
		if !asked {
			return ErrAskAgain
		}
		if err := confirm(ctx, tx, approval, nil); err != nil {
			return err
		}
	}
	return nil
}
