package server

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cadastre/epp"
	"cadastre/epp/smd"
	"cadastre/registry"
)

// MarkVerifier verifies signed marks as package smd does, with the trust anchors and
// revocation lists of now.
type MarkVerifier interface {
	Verify(input []byte, at time.Time) (*smd.SignedMark, error)
}

// launchIn gives what a create says of a launch phase, with its signed mark verified, nil
// without the extension (RFC 8334, Section 3.3).
func (s *session) launchIn(ext []epp.Extension) (*registry.LaunchRequest, error) {
	l, ok := epp.FindExtension[*epp.LaunchCreate](ext)
	if !ok {
		return nil, nil
	}
	out := &registry.LaunchRequest{Phase: l.Phase.Value, Name: l.Phase.Name, Type: l.Type}
	if len(l.CodeMarks) > 0 {
		return nil, registry.Errorf(registry.KindOption, "launch:phase", l.Phase.Value,
			"marks are proved by signed marks alone, not by codes (RFC 8334, Section 2.6)")
	}
	if n := len(l.SignedMarks) + len(l.EncodedSignedMarks); n > 1 {
		return nil, registry.Errorf(registry.KindParamPolicy, "launch:phase", l.Phase.Value, "one signed mark is enough")
	} else if n == 1 {
		mark, err := s.markIn(l)
		if err != nil {
			return nil, err
		}
		out.Mark = mark
	}
	if len(l.Notices) > 1 {
		return nil, registry.Errorf(registry.KindParamPolicy, "launch:noticeID", l.Notices[1].ID, "one notice is enough")
	}
	for _, n := range l.Notices {
		out.Notice = &registry.ClaimsNotice{ID: n.ID, Validator: n.ValidatorID, NotAfter: n.NotAfter, Accepted: n.Accepted}
	}
	return out, nil
}

// markIn verifies the signed mark of a create (RFC 9361, Section 5.2.2).
func (s *session) markIn(l *epp.LaunchCreate) (*registry.SignedMark, error) {
	var input []byte
	for _, m := range l.EncodedSignedMarks {
		input = []byte(m)
	}
	for _, m := range l.SignedMarks {
		input = []byte(m.String())
	}
	m, err := s.srv.cfg.Marks.Verify(input, s.srv.cfg.Registry.Now())
	if registry.IsKind(err, registry.KindUnavailable) {
		return nil, err
	}
	if err != nil {
		kind := registry.KindParamPolicy
		if errors.Is(err, smd.ErrMalformed) {
			kind = registry.KindValue
		}
		return nil, registry.Errorf(kind, "launch:phase", l.Phase.Value, "%v", err)
	}
	out := &registry.SignedMark{ID: m.ID, Labels: m.Labels, NotBefore: m.NotBefore, NotAfter: m.NotAfter}
	marks, err := epp.FindFragments(m.Bytes, epp.Name{Space: epp.NSMark, Local: "mark"})
	if err != nil {
		return nil, registry.Errorf(registry.KindValue, "launch:phase", l.Phase.Value, "the signed mark cannot be kept: %v", err)
	}
	for _, f := range marks {
		out.Marks = append(out.Marks, f.String())
	}
	return out, nil
}

// launchCheck answers the forms of a check that ask for claims, and holds that of
// availability against the phase (RFC 8334, Section 3.1); nil goes on as a plain check.
func (s *session) launchCheck(ctx context.Context, cmd *epp.DomainCheck, l *epp.LaunchCheck) (*epp.Response, error) {
	reg := s.srv.cfg.Registry
	if l.Type == epp.LaunchCheckAvail {
		return nil, reg.CheckPhases(ctx, cmd.Names, l.Phase.Value, l.Phase.Name)
	}
	trademark := l.Type == epp.LaunchCheckTrademark
	if !trademark && l.Phase.Value == "" {
		return nil, registry.Errorf(registry.KindMissing, "launch:phase", "", "a claims check names the phase")
	}
	claims, err := reg.CheckClaims(ctx, cmd.Names, l.Phase.Value, l.Phase.Name, trademark)
	if err != nil {
		return nil, err
	}
	data := &epp.LaunchCheckData{Phase: l.Phase}
	for _, c := range claims {
		r := epp.LaunchCheckResult{Name: c.Name, Exists: c.Key != ""}
		if r.Exists {
			r.Keys = []epp.LaunchClaimKey{{Key: c.Key, ValidatorID: "tmch"}}
		}
		data.Results = append(data.Results, r)
	}
	resp := epp.Success(nil)
	resp.Extensions = append(resp.Extensions, data)
	return resp, nil
}

// launchOut shows the phase that a domain was registered in to whoever asks for it, its marks
// to the sponsor and whoever knows the authInfo (RFC 8334, Section 3.2). Of names that no
// phase asked anything of, the phase follows from when they were created.
func (s *session) launchOut(ctx context.Context, resp *epp.Response, v *registry.DomainView, ext []epp.Extension) error {
	l, ok := epp.FindExtension[*epp.LaunchInfo](ext)
	if !ok {
		return nil
	}
	if l.ApplicationID != "" {
		return registry.Errorf(registry.KindNotFound, "launch:applicationID", l.ApplicationID, "no such application: launch phases here make registrations")
	}
	d := v.Launch
	if d == nil {
		at := v.Settings.Launch.At(v.Created)
		d = &registry.Launch{Phase: at.Phase, Name: at.Name}
	}
	if d.Phase != l.Phase.Value || l.Phase.Name != "" && d.Name != l.Phase.Name {
		return registry.Errorf(registry.KindParamPolicy, "launch:phase", l.Phase.Value, "the domain was not registered in this phase")
	}
	data := &epp.LaunchInfoData{
		Phase: epp.LaunchPhase{Value: d.Phase, Name: d.Name}, Status: &epp.LaunchStatus{Value: epp.LaunchAllocated},
	}
	if l.IncludeMark && v.Full {
		marks, err := s.srv.cfg.Registry.LaunchMarks(ctx, v.Domain)
		if err != nil {
			return err
		}
		for _, m := range marks {
			f, err := epp.ParseFragment([]byte(m))
			if err != nil {
				return fmt.Errorf("marks of %s: %w", v.Name, err)
			}
			data.Marks = append(data.Marks, f)
		}
	}
	resp.Extensions = append(resp.Extensions, data)
	return nil
}

// noApplications refuses updates and deletes of applications (RFC 8334, Sections 3.4 and
// 3.5): launch phases make registrations.
func noApplications(ext []epp.Extension) error {
	id := ""
	if u, ok := epp.FindExtension[*epp.LaunchUpdate](ext); ok {
		id = u.ApplicationID
	} else if d, ok := epp.FindExtension[*epp.LaunchDelete](ext); ok {
		id = d.ApplicationID
	} else {
		return nil
	}
	return registry.Errorf(registry.KindOption, "launch:applicationID", id, "launch phases here make registrations, not applications (RFC 8334, Sections 3.4 and 3.5)")
}
