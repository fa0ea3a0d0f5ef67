package srs

import (
	"context"
	"strconv"

	"cadastre/registry"
	"cadastre/registry/store"
)

// PollRequest returns the registrar's oldest service message and how many wait;
// nil when there is none (RFC 5730, Section 2.9.2.3).
func (s *SRS) PollRequest(ctx context.Context, actor registry.Actor) (*registry.PollMessage, int, error) {
	msg, count, err := s.store.PollHead(ctx, actor.Registrar)
	switch {
	case err != nil || msg == nil:
	case msg.Data.Change != nil:
		msg.Object, err = s.changed(msg.Data.Change)
	case msg.Data.Expiry != nil:
		e := msg.Data.Expiry
		msg.Object = &registry.DomainView{Domain: &registry.Domain{ID: e.ID, Name: e.Name, Registrar: e.Registrar, Expires: e.Expires}, ROID: s.ROID('D', e.ID)}
	}
	return msg, count, err
}

// PollAck removes a message and returns how many are left; 2303 when the registrar has no message of that id.
func (s *SRS) PollAck(ctx context.Context, actor registry.Actor, id int64) (count int, err error) {
	err = s.transact(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		left, found, err := tx.AckPoll(ctx, actor.Registrar, id)
		if err == nil && !found {
			return registry.Errorf(registry.KindNotFound, "msgID", strconv.FormatInt(id, 10), "no such message")
		}
		count = left
		return err
	})
	return count, err
}
