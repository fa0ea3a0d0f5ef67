package server

import (
	"context"

	"cadastre/epp"
	"cadastre/registry"
)

// contactDelete is RFC 5733, Section 3.2.2.
func (s *session) contactDelete(ctx context.Context, actor registry.Actor, cmd *epp.ContactDelete) (*epp.Response, error) {
	if err := s.srv.cfg.Registry.DeleteContact(ctx, actor, cmd.ID); err != nil {
		return nil, err
	}
	return epp.Success(nil), nil
}
