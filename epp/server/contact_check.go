package server

import (
	"context"

	"cadastre/epp"
	"cadastre/registry"
)

// contactCheck is RFC 5733, Section 3.1.1.
func (s *session) contactCheck(ctx context.Context, actor registry.Actor, cmd *epp.ContactCheck) (*epp.Response, error) {
	list, err := s.srv.cfg.Registry.CheckContacts(ctx, actor, cmd.IDs)
	if err != nil {
		return nil, err
	}
	return epp.Success(&epp.ContactCheckData{Results: checkResults(list)}), nil
}
