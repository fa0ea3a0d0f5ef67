package srs

import (
	"context"

	"cadastre/registry"
	"cadastre/registry/store"
)

// TransferContact carries out a transfer command on a contact (RFC 5733, Sections 3.1.3
// and 3.2.4). It costs nothing. What uses the contact goes on using it.
func (s *SRS) TransferContact(ctx context.Context, actor registry.Actor, cmd registry.TransferCommand) (*TransferResult, error) {
	var out *TransferResult
	var err error
	switch cmd.Op {
	case registry.TransferQueried:
		out, err = s.queryContactTransfer(ctx, actor, cmd)
	case registry.TransferRequested:
		out, err = s.requestContactTransfer(ctx, actor, cmd)
	default:
		out, err = s.endContactTransfer(ctx, actor, cmd)
	}
	return out, s.counted(ctx, actor, err)
}

// contact reads a contact as of this instant.
func (s *SRS) contact(ctx context.Context, handle string) (*registry.Contact, error) {
	now := s.Now()
	c, err := s.store.Contact(ctx, handle, now)
	if err != nil {
		return nil, err
	}
	state, _ := c.At(now)
	return state, nil
}

// lockContact locks a contact and writes down what fell due on it.
func lockContact(ctx context.Context, tx *store.Tx, handle string) (*registry.Contact, error) {
	c, err := tx.LockContact(ctx, handle)
	if err != nil {
		return nil, err
	}
	return tx.PersistContact(c)
}

func (s *SRS) queryContactTransfer(ctx context.Context, actor registry.Actor, cmd registry.TransferCommand) (*TransferResult, error) {
	c, err := s.contact(ctx, cmd.Name)
	if err != nil {
		return nil, err
	}
	party := actor.Operator || actor.Registrar == c.Registrar || c.Transfer.Party(actor.Registrar)
	switch {
	case !party && cmd.AuthInfo == nil:
		return nil, registry.Errorf(registry.KindAuthorization, "contact:id", c.Handle,
			"a transfer is shown to the registrars on both sides, and to others with the authorization information")
	case !party:
		if err := proveContact(ctx, c, *cmd.AuthInfo, s.store.Guesses, s.Now()); err != nil {
			return nil, err
		}
	}
	if c.Transfer == nil {
		return nil, registry.Errorf(registry.KindNotPendingTransfer, "contact:id", c.Handle, "no transfer was ever asked for")
	}
	return contactTransfer(c), nil
}

func contactTransfer(c *registry.Contact) *TransferResult {
	return &TransferResult{TransferView: c.Transfer.View("contact", c.Handle)}
}

func (s *SRS) requestContactTransfer(ctx context.Context, actor registry.Actor, cmd registry.TransferCommand) (out *TransferResult, err error) {
	if cmd.AuthInfo == nil {
		return nil, registry.Errorf(registry.KindMissing, "contact:authInfo", "", "a request needs the authorization information")
	}
	if actor.Registrar == "" {
		return nil, registry.Errorf(registry.KindAuthorization, "contact:id", cmd.Name, "a registrar asks for a transfer")
	}
	err = s.transact(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		c, err := lockContact(ctx, tx, cmd.Name)
		if err != nil {
			return err
		}
		if actor.Registrar != c.Registrar { // its own contact is refused whatever it brings
			if err := proveContact(ctx, c, *cmd.AuthInfo, tx.Guesses, tx.Now); err != nil {
				return err
			}
		}
		use, err := tx.GenuineUse(ctx, c.ID)
		if err != nil {
			return err
		}
		if err := c.RequestTransfer(actor, s.contactWindow, use.Proxy, tx.Now); err != nil {
			return err
		}
		out = contactTransfer(c)
		tx.NotifyTransfer(out.TransferView, tx.Now)
		return tx.SaveContact(c, "transfer-request")
	})
	return out, err
}

func (s *SRS) endContactTransfer(ctx context.Context, actor registry.Actor, cmd registry.TransferCommand) (out *TransferResult, err error) {
	to := cmd.Op.Outcome(actor)
	if to == "" {
		return nil, registry.Errorf(registry.KindValue, "op", string(cmd.Op), "request, query, approve, reject or cancel")
	}
	err = s.transact(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		c, err := lockContact(ctx, tx, cmd.Name)
		if err != nil {
			return err
		}
		before := *c
		if err := c.EndTransfer(actor, to, tx.Now); err != nil {
			return err
		}
		g := guarded{before.ID, "contact:pw", before.AuthInfo}
		if err := g.confirm(ctx, actor, before.Registrar, cmd.AuthInfo, tx); err != nil {
			return err
		}
		out = contactTransfer(c)
		tx.NotifyTransfer(out.TransferView, tx.Now)
		return tx.SaveContact(c, "transfer-"+string(cmd.Op))
	})
	return out, err
}
