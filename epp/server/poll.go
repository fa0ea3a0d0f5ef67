package server

import (
	"context"
	"slices"
	"strconv"

	"cadastre/epp"
	"cadastre/registry"
)

// pollRequest shows the oldest message (RFC 5730, Section 2.9.2.3), with the data of a
// pending action that has ended.
func (s *session) pollRequest(ctx context.Context, actor registry.Actor) (*epp.Response, error) {
	msg, count, err := s.srv.cfg.Registry.PollRequest(ctx, actor)
	if err != nil {
		return nil, err
	}
	if msg == nil {
		return &epp.Response{Results: []epp.Result{{Code: epp.CodeOKNoMessages}}}, nil
	}
	resp := &epp.Response{
		Results: []epp.Result{{Code: epp.CodeOKAckToDequeue}},
		MsgQ: &epp.MsgQ{
			Count: uint64(count), ID: strconv.FormatInt(msg.ID, 10),
			QDate: msg.Queued, Msg: msg.Text, Lang: msg.Lang,
		},
	}
	s.decided(resp, msg.Pending)
	if t := msg.Data.Transfer; t != nil && slices.Contains(s.objects, objectURI(t.Object)) {
		resp.ResData = transferOut(*t)
	}
	return resp, nil
}

// pollAck removes a message. The answer names the message that was acknowledged and counts
// those that are left (RFC 5730, Section 2.9.2.3); it has no msgQ when none is (Section 2.6).
func (s *session) pollAck(ctx context.Context, actor registry.Actor, cmd *epp.PollAck) (*epp.Response, error) {
	id, err := strconv.ParseInt(cmd.MsgID, 10, 64)
	if err != nil || strconv.FormatInt(id, 10) != cmd.MsgID {
		return nil, registry.Errorf(registry.KindNotFound, "msgID", cmd.MsgID, "there is no message with this id")
	}
	count, err := s.srv.cfg.Registry.PollAck(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	resp := epp.Success(nil)
	if count > 0 {
		resp.MsgQ = &epp.MsgQ{Count: uint64(count), ID: cmd.MsgID}
	}
	return resp, nil
}
