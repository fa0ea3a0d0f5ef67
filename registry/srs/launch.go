package srs

import (
	"context"
	"errors"
	"strings"
	"time"

	"cadastre/registry"
	"cadastre/registry/tmch"
)

// Clearinghouse gives the lists of the Trademark Database that are in force.
type Clearinghouse interface {
	Lists() tmch.Lists
}

// clockSkew is how far ahead of ours the clock of whoever accepted a notice may be.
const clockSkew = 5 * time.Minute

// noticeRules are what a notice has to keep: accepted within the last twelve months.
var noticeRules = tmch.Rules{AcceptedWithinMonths: 12, Skew: clockSkew}

// lists are empty without a clearinghouse.
func (s *SRS) lists() tmch.Lists {
	if s.clearinghouse == nil {
		return tmch.Lists{}
	}
	return s.clearinghouse.Lists()
}

// admitLaunch decides what the launch phases of a zone say of a create at an instant
// (RFC 8334, Section 3.3; RFC 9361, Sections 5.2.2 and 5.3.2). It returns how the
// domain came, nil for one that no phase concerned.
func (s *SRS) admitLaunch(z *registry.Zone, req registry.DomainCreate, now time.Time) (*registry.Launch, error) {
	phase := z.Launch.At(now)
	l := req.Launch
	if l == nil {
		l = &registry.LaunchRequest{Phase: phase.Phase}
	}
	if _, err := z.CheckPhase(l.Phase, l.Name, now); err != nil {
		return nil, err
	}
	if l.Type == "application" {
		return nil, registry.Errorf(registry.KindParamPolicy, "launch:phase", l.Phase, "this phase makes registrations, not applications")
	}
	label, _, _ := strings.Cut(req.Name, ".")
	out := &registry.Launch{Phase: phase.Phase, Name: phase.Name}
	switch {
	case phase.Phase == registry.PhaseSunrise:
		return out, s.admitSunrise(out, req.Name, label, l, now)
	case l.Mark != nil:
		return nil, registry.Errorf(registry.KindParamPolicy, "launch:phase", l.Phase, "a signed mark is for the sunrise")
	case phase.Phase == registry.PhaseClaims:
		return s.admitClaims(out, req.Name, label, l, now)
	case l.Notice != nil:
		return nil, registry.Errorf(registry.KindParamPolicy, "launch:noticeID", l.Notice.ID, "no claims are to be noticed in this phase")
	}
	return nil, nil
}

// admitSunrise wants a signed mark for the label that is not revoked.
func (s *SRS) admitSunrise(out *registry.Launch, name, label string, l *registry.LaunchRequest, now time.Time) error {
	switch {
	case l.Mark == nil:
		return registry.Errorf(registry.KindMissing, "launch:create", "", "in the sunrise a name is registered with a signed mark: smd:encodedSignedMark or smd:signedMark")
	case l.Notice != nil:
		return registry.Errorf(registry.KindParamPolicy, "launch:noticeID", l.Notice.ID, "no claims are to be noticed in the sunrise")
	}
	if err := l.Mark.CheckMark(name, label, now); err != nil {
		return err
	}
	revoked := s.lists().SMDRL
	if revoked == nil {
		return registry.Errorf(registry.KindUnavailable, "", "", "the list of revoked signed marks is not there: try again later")
	}
	if revoked.Revoked(l.Mark.ID) {
		return registry.Errorf(registry.KindParamPolicy, "domain:name", name, "the signed mark %s was revoked", l.Mark.ID)
	}
	out.SMD, out.Marks = l.Mark.ID, l.Mark.Marks
	return nil
}

// recentInsertion is how long a label may be registered without a notice after it came
// to the list (RFC 9361, Section 5.3.2).
const recentInsertion = 24 * time.Hour

// admitClaims wants an accepted notice for a label that claims exist for, and none for
// others.
func (s *SRS) admitClaims(out *registry.Launch, name, label string, l *registry.LaunchRequest, now time.Time) (*registry.Launch, error) {
	list, err := s.claims()
	if err != nil {
		return nil, err
	}
	inserted, claimed := list.Inserted(label)
	switch n := l.Notice; {
	case !claimed && n == nil:
		return nil, nil
	case !claimed:
		return nil, registry.Errorf(registry.KindParamPolicy, "launch:noticeID", n.ID, "there are no claims to %s", name)
	case n == nil && now.Before(inserted.Add(recentInsertion)):
		out.Notice = tmch.RecentInsertion
		return out, nil
	case n == nil:
		return nil, registry.Errorf(registry.KindMissing, "launch:notice", "",
			"there are claims to %s: a claims check gives the key of the notice that the registrant has to accept", name)
	case n.Validator != "" && n.Validator != validator:
		return nil, registry.Errorf(registry.KindParamPolicy, "launch:noticeID", n.ID, "notices of %s are accepted alone", validator)
	}
	n := tmch.Notice{ID: l.Notice.ID, NotAfter: l.Notice.NotAfter, Accepted: l.Notice.Accepted}
	if err := tmch.CheckNotice(label, n, now, noticeRules); err != nil {
		kind := registry.KindParamPolicy
		var why *tmch.NoticeError
		if errors.As(err, &why) && why.Problem == tmch.NoticeMalformed {
			kind = registry.KindValue
		}
		return nil, registry.Errorf(kind, "launch:noticeID", n.ID, "%v", err)
	}
	out.Notice, out.Accepted = n.ID, n.Accepted
	return out, nil
}

// validator is the Trademark Clearinghouse as RFC 8334, Section 2.2 calls it.
const validator = "tmch"

func (s *SRS) claims() (*tmch.DNL, error) {
	if list := s.lists().DNL; list != nil {
		return list, nil
	}
	return nil, registry.Errorf(registry.KindUnavailable, "", "", "the list of labels with claims is not there: try again later")
}

// Claim is an answer about claims to a name: Key finds the notice, and is empty when
// there are none.
type Claim struct{ Name, Key string }

// CheckClaims says for which names claims have to be noticed in a phase or, in the
// trademark form, whatever the phase, to which there are any (RFC 8334, Sections 3.1.1
// and 3.1.3).
func (s *SRS) CheckClaims(ctx context.Context, names []string, phase, subphase string, trademark bool) ([]Claim, error) {
	if err := registry.CheckCount(len(names), "domain:name"); err != nil {
		return nil, err
	}
	now := s.Now()
	out := make([]Claim, len(names))
	for i, raw := range names {
		name, err := registry.CanonicalName(raw, "domain:name")
		if err != nil {
			return nil, err
		}
		z, _, err := s.zoneOf(ctx, name, "domain:name")
		if err != nil {
			return nil, err
		}
		if !trademark {
			if _, err := z.CheckPhase(phase, subphase, now); err != nil {
				return nil, err
			}
		}
		out[i].Name = name
		if !trademark && phase != registry.PhaseClaims {
			continue
		}
		list, err := s.claims()
		if err != nil {
			return nil, err
		}
		label, _, _ := strings.Cut(name, ".")
		out[i].Key, _ = list.Lookup(label)
	}
	return out, nil
}

// CheckPhases refuses names in zones that are not in a phase (RFC 8334, Section 3.1.2).
func (s *SRS) CheckPhases(ctx context.Context, names []string, phase, subphase string) error {
	now := s.Now()
	for _, raw := range names {
		name, err := registry.CanonicalName(raw, "domain:name")
		if err != nil {
			continue // the check says so
		}
		z, _, err := s.zoneOf(ctx, name, "domain:name")
		if err != nil {
			continue
		}
		if _, err := z.CheckPhase(phase, subphase, now); err != nil {
			return err
		}
	}
	return nil
}

// LaunchMarks are the marks that a domain was registered with in the sunrise, as XML.
func (s *SRS) LaunchMarks(ctx context.Context, d *registry.Domain) ([]string, error) {
	return s.store.LaunchMarks(ctx, d.ID)
}
