package server

import (
	"context"

	"cadastre/epp"
	"cadastre/registry"
)

// domainCheck is RFC 5731, Section 3.1.1.
func (s *session) domainCheck(ctx context.Context, actor registry.Actor, cmd *epp.DomainCheck) (*epp.Response, error) {
	list, err := s.checkNames(ctx, actor, cmd.Names)
	if err != nil {
		return nil, err
	}
	return epp.Success(&epp.DomainCheckData{Results: checkResults(list)}), nil
}

// checkResults turns availabilities into the lines of a check response.
func checkResults(list []registry.Availability) []epp.CheckResult {
	out := make([]epp.CheckResult, len(list))
	for i, a := range list {
		out[i] = epp.CheckResult{Name: a.Name, Avail: a.Available, Reason: a.Reason}
	}
	return out
}
