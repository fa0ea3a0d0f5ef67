package server

import (
	"context"

	"cadastre/epp"
	"cadastre/registry"
)

// domainCheck is RFC 5731, Section 3.1.1.
func (s *session) domainCheck(ctx context.Context, actor registry.Actor, cmd *epp.DomainCheck, exts []epp.Extension) (*epp.Response, error) {
	if l, ok := epp.FindExtension[*epp.LaunchCheck](exts); ok {
		if resp, err := s.launchCheck(ctx, cmd, l); resp != nil || err != nil {
			return resp, err
		}
	}
	list, err := s.checkNames(ctx, actor, registry.DomainCheck{Names: cmd.Names, Fees: feeCheckIn(exts), Token: tokenIn(exts)})
	if err != nil {
		return nil, err
	}
	resp := epp.Success(&epp.DomainCheckData{Results: checkResults(list)})
	if ask, ok := epp.FindExtension[*epp.FeeCheck](exts); ok {
		resp.Extensions = append(resp.Extensions, feeCheckOut(ask, cmd.Names, list))
	}
	return resp, nil
}

// checkResults turns availabilities into the lines of a check response.
func checkResults(list []registry.Availability) []epp.CheckResult {
	out := make([]epp.CheckResult, len(list))
	for i, a := range list {
		out[i] = epp.CheckResult{Name: a.Name, Avail: a.Available, Reason: a.Reason}
	}
	return out
}

// checkNames asks both registries, each for its own names, and answers in the order of the
// question.
func (s *session) checkNames(ctx context.Context, actor registry.Actor, req registry.DomainCheck) ([]registry.Availability, error) {
	names := req.Names
	if err := registry.CheckCount(len(names), "domain:name"); err != nil {
		return nil, err
	}
	var targets, entries []string
	var targetAt, entryAt []int // their places in the question
	for i, name := range names {
		whitelisted, err := s.whitelisted(ctx, name)
		switch {
		case err != nil:
			return nil, err
		case whitelisted:
			entries, entryAt = append(entries, name), append(entryAt, i)
		default:
			targets, targetAt = append(targets, name), append(targetAt, i)
		}
	}
	if len(entries) == 0 {
		return s.srv.cfg.Registry.CheckDomains(ctx, actor, req)
	}
	out := make([]registry.Availability, len(names))
	list, err := s.srv.cfg.Whitelist.CheckNames(ctx, actor, entries)
	if err != nil {
		return nil, err
	}
	for i, a := range list {
		out[entryAt[i]] = a
	}
	if len(targets) == 0 {
		return out, nil
	}
	req.Names = targets
	if list, err = s.srv.cfg.Registry.CheckDomains(ctx, actor, req); err != nil {
		return nil, err
	}
	for i, a := range list {
		out[targetAt[i]] = a
	}
	return out, nil
}
