package srs

import (
	"context"
	"strings"

	"cadastre/registry"
	"cadastre/registry/store"
)

// UpdateDomain changes a domain (RFC 5731, Section 3.2.5). A change the registry
// makes itself is told to the sponsor.
func (s *SRS) UpdateDomain(ctx context.Context, actor registry.Actor, u registry.DomainUpdate) error {
	var err error
	if u.AddHosts, err = canonicalHosts(u.AddHosts); err != nil {
		return err
	}
	if u.RemHosts, err = canonicalHosts(u.RemHosts); err != nil {
		return err
	}
	return s.asking(func() error {
		h, err := s.askHandover(ctx, actor, u)
		if err != nil {
			return err
		}
		return s.changeDomainWith(ctx, actor, u.Name, (*store.Tx).LockDomainAndHosts, func(ctx context.Context, tx *store.Tx, c *domainChange) error {
			return s.updateDomain(ctx, tx, c, u, h)
		})
	})
}

// updateDomain writes a change of a locked domain.
func (s *SRS) updateDomain(ctx context.Context, tx *store.Tx, c *domainChange, u registry.DomainUpdate, h *handover) error {
	// The rules come first: what is prohibited is not looked up.
	if err := c.domain.Update(tx.Actor, c.zone, u, tx.Now); err != nil {
		return err
	}
	if err := placeAttributes(ctx, tx, c.zones, c.before, c.domain); err != nil {
		return err
	}
	registrant := ""
	if u.Registrant != nil {
		registrant = *u.Registrant
	}
	handles := contactHandles(registrant, u.AddContacts)
	refs, err := tx.LockReferences(ctx, u.AddHosts, append(handles, present(c.before.Registrant)...))
	if err != nil {
		return err
	}
	if err := checkReferences(u.AddHosts, registrant, u.AddContacts, refs); err != nil {
		return err
	}
	if err := checkElements(ctx, tx, c.zone, registrant, u.AddContacts, refs); err != nil {
		return err
	}
	if registrant != "" && registrant != c.before.Registrant {
		if err := s.checkRegistrant(ctx, tx, c.zone, refs.Contacts[registrant], refs.Contacts[c.before.Registrant]); err != nil {
			return err
		}
	}
	if c.domain.Registrant != c.before.Registrant {
		if err := h.confirm(ctx, tx, c.before, refs.Contacts[registrant]); err != nil {
			return err
		}
	}
	if err := keepVariantsTogether(ctx, tx, c); err != nil {
		return err
	}
	if tx.Actor.Operator {
		text := c.domain.Name + " was changed by the registry" + statusText(u.Status)
		if err := tx.NotifyDomain(c.domain, text, registry.Change{Operation: registry.ChangeUpdate, At: tx.Now}); err != nil {
			return err
		}
	}
	return tx.SaveDomain(c.before, c.domain, refs, "update")
}

func present(handle string) []string {
	if handle == "" {
		return nil
	}
	return []string{handle}
}

// statusText tells a change of statuses in a service message.
func statusText(c registry.StatusChange) string {
	var parts []string
	for _, st := range c.Add {
		text := string(st) + " set"
		if why := c.Texts[st].Text; why != "" {
			text += " (" + why + ")"
		}
		parts = append(parts, text)
	}
	for _, st := range c.Rem {
		parts = append(parts, string(st)+" removed")
	}
	if len(parts) == 0 {
		return ""
	}
	return ": " + strings.Join(parts, ", ")
}
