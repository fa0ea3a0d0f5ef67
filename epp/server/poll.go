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
	if t := msg.Data.Transfer; t != nil {
		resp.ResData = transferOut(*t)
	}
	if msg.Data.Change != nil {
		s.changed(resp, msg)
	}
	if n := msg.Data.Maintenance; n != nil && slices.Contains(s.srv.cfg.Objects, epp.NSMaintenance) {
		resp.ResData = maintenanceData(&n.State, n.Event)
	}
	if v, ok := msg.Object.(*registry.DomainView); ok && msg.Data.Expiry != nil {
		resp.ResData = &epp.DomainInfoData{Name: v.Name, ROID: v.ROID, ClID: v.Registrar, ExDate: v.Expires}
	}
	s.onlyChosen(resp)
	return resp, nil
}

// onlyChosen moves what the login did not choose where it does no harm (RFC 9038, Section
// 6); where the greeting does not offer that, it is left out.
func (s *session) onlyChosen(resp *epp.Response) {
	resp.MoveUnhandled(s.objects, s.extensions)
	if !slices.Contains(s.srv.cfg.Extensions, epp.NSUnhandledNamespaces) {
		resp.Results[0].Values = nil
	}
}

// changed shows what the registry did to an object, and the object (RFC 8590, Section
// 3.1.2).
func (s *session) changed(resp *epp.Response, msg *registry.PollMessage) {
	if !slices.Contains(s.srv.cfg.Extensions, epp.NSChangePoll) {
		return
	}
	switch v := msg.Object.(type) {
	case *registry.DomainView:
		resp.ResData = domainData(v, epp.HostsAll)
		s.tellGrace(resp, v)
		resp.Extensions = append(resp.Extensions, s.domainRecords(v, nil)...)
	case *registry.HostView:
		resp.ResData = hostData(v)
	case *registry.ContactView:
		resp.ResData = contactData(v)
		if slices.Contains(s.extensions, epp.NSContactKind) {
			resp.Extensions = append(resp.Extensions, kindData(v))
		}
	}
	resp.Extensions = append(resp.Extensions, changeOut(msg.Data.Change))
}

// changeOut tells a change that the registry made.
func changeOut(c *registry.Change) *epp.ChangePollData {
	d := &epp.ChangePollData{
		State: epp.ChangeAfter, Operation: c.Operation, Op: c.Op, Date: c.At, SvTRID: c.SvTRID, Who: c.Who, Reason: c.Reason,
	}
	if c.Before {
		d.State = epp.ChangeBefore
	}
	if c.Case != nil {
		d.Case = &epp.ChangeCase{Type: c.Case.Type, ID: c.Case.ID}
		if d.Case.Type != epp.ChangeCaseUDRP && d.Case.Type != epp.ChangeCaseURS {
			d.Case.Type, d.Case.Name = epp.ChangeCaseCustom, c.Case.Type
		}
	}
	return d
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
