package srs

import (
	"context"

	"cadastre/registry"
	"cadastre/registry/store"
)

// CheckContacts says of each id whether a contact can be created under it
// (RFC 5733, Section 3.1.1).
func (s *SRS) CheckContacts(ctx context.Context, _ registry.Actor, handles []string) ([]registry.Availability, error) {
	if err := registry.CheckCount(len(handles), "contact:id"); err != nil {
		return nil, err
	}
	taken, err := s.store.TakenContacts(ctx, handles)
	if err != nil {
		return nil, err
	}
	out := make([]registry.Availability, len(handles))
	for i, h := range handles {
		out[i] = registry.Availability{Name: h, Available: true}
		if registry.CheckHandle(h, "contact:id") != nil {
			out[i] = registry.Availability{Name: h, Reason: "Invalid id"}
		} else if taken[h] {
			out[i] = registry.Availability{Name: h, Reason: "In use"}
		}
	}
	return out, nil
}

// InfoContact shows a contact to its sponsor, or to whom has its authorization
// information; others get 2201 (RFC 5733, Section 3.1.2).
func (s *SRS) InfoContact(ctx context.Context, actor registry.Actor, handle string, authInfo *string) (*registry.ContactView, error) {
	c, err := s.contact(ctx, handle)
	if err != nil {
		return nil, err
	}
	sponsor := actor.Operator || actor.Registrar == c.Registrar
	switch {
	case authInfo != nil && sponsor:
		if err := c.CheckAuthInfo(*authInfo); err != nil {
			return nil, err
		}
	case authInfo != nil:
		if err := proveContact(ctx, c, *authInfo, s.store.Guesses, s.Now()); err != nil {
			return nil, s.counted(ctx, actor, err)
		}
	}
	if !sponsor && authInfo == nil {
		return nil, registry.Errorf(registry.KindAuthorization, "contact:id", handle, "the contact is sponsored by another registrar")
	}
	return &registry.ContactView{
		Contact: c, ROID: s.ROID('C', c.ID), Sponsor: sponsor, AuthInfoSet: sponsor && c.AuthInfo.IsSet(),
	}, nil
}

// CreateContact creates a contact (RFC 5733, Section 3.2.1).
func (s *SRS) CreateContact(ctx context.Context, actor registry.Actor, req registry.ContactCreate) (*registry.Contact, error) {
	var c *registry.Contact
	err := s.transact(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		link, err := s.linked(ctx, tx, req.Handle, req.KindData)
		if err != nil {
			return err
		}
		if c, err = registry.NewContact(actor, req, link, tx.Now); err != nil {
			return err
		}
		return tx.InsertContact(ctx, c)
	})
	return c, err
}

// UpdateContact changes a contact (RFC 5733, Section 3.2.5).
func (s *SRS) UpdateContact(ctx context.Context, actor registry.Actor, u registry.ContactUpdate) error {
	return s.asking(func() error {
		m, err := s.askMove(ctx, actor, u)
		if err != nil {
			return err
		}
		judges, err := s.judges(ctx)
		if err != nil {
			return err
		}
		return s.transact(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
			c, err := s.updateContact(ctx, tx, u, m)
			if err != nil {
				return err
			}
			return checkLinked(ctx, tx, c, judges)
		})
	})
}

// updateContact locks a contact, writes a change of it and returns it.
func (s *SRS) updateContact(ctx context.Context, tx *store.Tx, u registry.ContactUpdate, m *contactMove) (*registry.Contact, error) {
	c, err := lockContact(ctx, tx, u.Handle)
	if err != nil {
		return nil, err
	}
	link, err := s.linked(ctx, tx, u.Handle, u.KindData)
	if err != nil {
		return nil, err
	}
	use, err := tx.GenuineUse(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	version := c.Version
	if err := c.Update(tx.Actor, u, link, use, tx.Now); err != nil {
		return nil, err
	}
	if err := m.confirm(ctx, tx, c, version, link); err != nil {
		return nil, err
	}
	if tx.Actor.Operator {
		change := registry.Change{Operation: registry.ChangeUpdate, At: tx.Now}
		if err := tx.NotifyContact(c, c.Handle+" was changed by the registry", change); err != nil {
			return nil, err
		}
	}
	return c, tx.SaveContact(c, "update")
}

// DeleteContact deletes a contact nothing uses (RFC 5733, Section 3.2.2).
func (s *SRS) DeleteContact(ctx context.Context, actor registry.Actor, handle string) error {
	return s.settled(ctx, func() error { return s.deleteContact(ctx, actor, handle) })
}

func (s *SRS) deleteContact(ctx context.Context, actor registry.Actor, handle string) error {
	return s.transact(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		c, err := lockContact(ctx, tx, handle)
		if err != nil {
			return err
		}
		use, err := tx.ContactUsers(ctx, c.ID)
		if err != nil {
			return err
		}
		names, err := users(use)
		if err != nil {
			return err
		}
		if err := c.CheckDelete(actor, names); err != nil {
			return err
		}
		if actor.Operator {
			gone := registry.Change{Operation: registry.ChangeDelete, Op: registry.OpPurge, At: tx.Now, Before: true}
			if err := tx.NotifyContact(c, c.Handle+" was deleted by the registry", gone); err != nil {
				return err
			}
		}
		return tx.DeleteContact(c)
	})
}

// linked looks up the real contact a request names for a proxy; nil when it
// names none, or one that does not exist.
func (s *SRS) linked(ctx context.Context, tx *store.Tx, self string, k registry.KindChange) (*registry.Contact, error) {
	if k.RealContact == nil || *k.RealContact == "" || *k.RealContact == self {
		return nil, nil
	}
	refs, err := tx.LockReferences(ctx, nil, []string{*k.RealContact})
	return refs.Contacts[*k.RealContact], err
}
