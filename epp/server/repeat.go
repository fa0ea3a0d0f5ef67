package server

import (
	"context"
	"encoding/binary"
	"errors"

	"cadastre/epp"
	"cadastre/registry"
)

// A client that lost the answer to a command cannot know whether it was carried out. Where
// it sends the same octets again, with the same client transaction id (RFC 5730, Section
// 2.5), it gets the first answer again, and nothing is done twice. Only successes are kept:
// a command that was refused changed nothing, and is judged anew.

// carryOut dispatches a command, at most once if that can be told.
func (s *session) carryOut(ctx context.Context, c *call) (*epp.Response, error) {
	if s.srv.cfg.NoRepeats || c.clTRID == "" || !transforms(c.command.Body) {
		return s.dispatch(ctx, c)
	}
	c.once = &registry.Once{Digest: registry.OnceDigest(s.registrar, c.clTRID, c.frame)}
	reg := s.srv.cfg.Registry
	defer reg.AbandonOnce(c.once) // after an error, or a panic that the caller recovers
	for {
		resp, err := s.dispatch(ctx, c)
		if err != nil {
			return s.refused(ctx, c, err)
		}
		if !resp.Code().Success() {
			return resp, nil
		}
		unit := c.encodeResponse(resp, *c.out)
		first, again, err := reg.CommitOnce(ctx, c.once, registry.Answer{
			Code: int(c.code), SvTRID: c.svTRID, Frame: unit[frameHeader:],
		})
		switch {
		case again && err == nil:
			continue
		case err != nil:
			return s.refused(ctx, c, err)
		case first != nil:
			c.repeat(first)
			return nil, nil
		}
		if c.bill != nil {
			unit = withFunds(unit, c.bill.Funds)
		}
		c.unit = unit
		return resp, nil
	}
}

// refused looks whether a command was refused because it was carried out before. That of
// many who lose a name costs nothing more.
func (s *session) refused(ctx context.Context, c *call, err error) (*epp.Response, error) {
	var e *registry.Error
	if !errors.As(err, &e) || e.Foreign || !mayRepeat(e.Kind) {
		return nil, err
	}
	first, fault := s.srv.cfg.Registry.FirstAnswer(ctx, c.once)
	if fault != nil {
		return nil, errors.Join(fault, err)
	}
	if first == nil {
		return nil, err
	}
	c.repeat(first)
	return nil, nil
}

// repeat makes the first answer the answer.
func (c *call) repeat(first *registry.Answer) {
	c.code, c.reason, c.first = epp.Code(first.Code), "", first.SvTRID
	c.session.srv.cfg.Metrics.repeated.Inc()
	c.unit = binary.BigEndian.AppendUint32((*c.out)[:0], uint32(frameHeader+len(first.Frame)))
	c.unit = withFunds(append(c.unit, first.Frame...), first.Funds)
}

// transforms says whether a command changes something, if it is carried out.
func transforms(b epp.Body) bool {
	switch b := b.(type) {
	case *epp.DomainTransfer:
		return b.Op != epp.TransferQuery
	case *epp.ContactTransfer:
		return b.Op != epp.TransferQuery
	case *epp.PollAck:
		return true
	}
	switch b.Verb() {
	case epp.VerbCreate, epp.VerbUpdate, epp.VerbRenew, epp.VerbDelete:
		return true
	}
	return false
}

// mayRepeat says whether a command that succeeded could be refused so afterwards.
func mayRepeat(k registry.Kind) bool {
	switch k {
	case registry.KindSyntax, registry.KindUse, registry.KindMissing, registry.KindUnimplemented, registry.KindOption,
		registry.KindExtension, registry.KindService, registry.KindUnavailable:
		return false
	}
	return true
}
