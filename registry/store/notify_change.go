package store

import (
	"encoding/json"
	"fmt"

	"cadastre/registry"
)

// NotifyDomain tells the sponsor of d what the registry did to it: in words, and with the
// whole object as RFC 8590 has it. c says what was done and when, and whether d is the
// domain as it was before.
func (tx *Tx) NotifyDomain(d *registry.Domain, text string, c registry.Change) error {
	c.Object, c.Name = "domain", d.Name
	return tx.notifyChange(d.Registrar, text, c, recorded(d))
}

// NotifyContact is NotifyDomain of a contact.
func (tx *Tx) NotifyContact(d *registry.Contact, text string, c registry.Change) error {
	c.Object, c.Name = "contact", d.Handle
	return tx.notifyChange(d.Registrar, text, c, recordedContact(d))
}

// NotifyHost is NotifyDomain of a host.
func (tx *Tx) NotifyHost(h *registry.Host, text string, c registry.Change) error {
	c.Object, c.Name = "host", h.Name
	return tx.notifyChange(h.Registrar, text, c, h)
}

func (tx *Tx) notifyChange(registrar, text string, c registry.Change, state any) (err error) {
	if c.State, err = json.Marshal(state); err != nil {
		return fmt.Errorf("message about %s: %w", c.Name, err)
	}
	a := tx.Actor
	c.SvTRID, c.Who, c.Reason, c.Case = a.SvTRID, a.ID(), a.Reason, a.Case
	tx.NotifyData(registrar, c.At, text, registry.PollData{Change: &c})
	return nil
}
