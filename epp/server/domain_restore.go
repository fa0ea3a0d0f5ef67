package server

import (
	"context"
	"slices"

	"cadastre/epp"
	"cadastre/registry"
)

// domainRestore is an update that restores a deleted domain (RFC 3915, Section 4.2.5).
// It changes nothing else: the elements of the update are empty or absent.
func (s *session) domainRestore(ctx context.Context, actor registry.Actor, cmd *epp.DomainUpdate, exts []epp.Extension) (*epp.Response, error) {
	restore, _ := epp.FindExtension[*epp.RGPUpdate](exts)
	if changes(cmd) || slices.ContainsFunc(exts, besidesRestore) {
		return nil, registry.Errorf(registry.KindParamPolicy, "domain:update", "",
			"an update that restores a domain changes nothing else: send an empty chg (RFC 3915, Section 4.2.5)")
	}
	req := registry.DomainRestore{Name: cmd.Name}
	switch {
	case restore.Op == epp.RGPReport && restore.Report == nil:
		return nil, registry.Errorf(registry.KindMissing, "rgp:report", "", "op=\"report\" needs a report (RFC 3915, Section 4.2.5)")
	case restore.Op == epp.RGPReport:
		req.Report = reportIn(restore.Report)
	case restore.Report != nil:
		return nil, registry.Errorf(registry.KindParamPolicy, "rgp:restore", restore.Op, "a report comes with op=\"report\" only (RFC 3915, Section 4.2.5)")
	}
	_, done, err := s.srv.cfg.Registry.RestoreDomain(ctx, actor, req)
	if err != nil {
		return nil, err
	}
	resp := epp.Success(nil)
	if !done.Done {
		resp.Extensions = append(resp.Extensions, &epp.RGPUpdateData{Statuses: []epp.Status{{Value: epp.RGPPendingRestore}}})
	}
	return resp, nil
}

// besidesRestore reports whether an extension asks for more than the restore of a domain.
// What it costs may be said with it (RFC 8748, Section 5.2.5).
func besidesRestore(x epp.Extension) bool {
	return x.ExtensionURI() != epp.NSRGP && x.ExtensionURI() != epp.NSFee
}

// changes reports whether an update asks for anything.
func changes(cmd *epp.DomainUpdate) bool {
	for _, part := range []*epp.DomainAddRem{cmd.Add, cmd.Rem} {
		if part != nil && (len(part.NS.HostObjs)+len(part.NS.HostAttrs) > 0 || len(part.Contacts) > 0 || len(part.Statuses) > 0) {
			return true
		}
	}
	return cmd.Chg != nil && (cmd.Chg.Registrant != nil || cmd.Chg.AuthInfo != nil)
}

// reportIn turns the report of a restore into the registry's.
func reportIn(r *epp.RestoreReport) *registry.RestoreReport {
	out := &registry.RestoreReport{
		PreData: r.PreData, PostData: r.PostData, Deleted: r.DelTime.UTC(), Requested: r.ResTime.UTC(),
		Reason: registry.StatusText{Lang: r.ResReason.Lang, Text: r.ResReason.Text}, Other: r.Other,
	}
	for _, st := range r.Statements {
		out.Statements = append(out.Statements, registry.StatusText{Lang: st.Lang, Text: st.Text})
	}
	return out
}

// tellGrace adds the grace periods a domain is in to an info answer (RFC 3915, Section
// 4.1.2), for sessions that know the extension. There is no element for none.
func (s *session) tellGrace(resp *epp.Response, v *registry.DomainView) {
	statuses := v.RGPStatuses()
	if len(statuses) == 0 || !slices.Contains(s.extensions, epp.NSRGP) {
		return
	}
	data := &epp.RGPInfoData{}
	for _, st := range statuses {
		data.Statuses = append(data.Statuses, epp.Status{Value: string(st)})
	}
	resp.Extensions = append(resp.Extensions, data)
}
