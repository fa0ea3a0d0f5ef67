package server

import (
	"context"

	"cadastre/epp"
	"cadastre/registry"
	"cadastre/whitelist/desk"
)

// Whitelist is what the front end needs of the whitelist registry; *desk.Desk satisfies
// it. Errors are those of Registry.
type Whitelist interface {
	// Runs says whether a name in lower case lies at or below a whitelist zone. It is
	// asked for every domain command, so it must be cheap.
	Runs(ctx context.Context, name string) (bool, error)
	// Apply applies for pre-approval, under each policy that controls the name.
	Apply(ctx context.Context, actor registry.Actor, req desk.ApplyRequest) ([]*desk.Application, error)
	// Enter writes a whitelist name without an application.
	Enter(ctx context.Context, actor registry.Actor, req desk.EnterRequest) (*desk.Name, error)
	// DeleteName removes a whitelist name.
	DeleteName(ctx context.Context, actor registry.Actor, name string) error
	// InfoName shows a whitelist name; credential, where there is one, must match.
	InfoName(ctx context.Context, actor registry.Actor, name string, credential *string) (*desk.Name, error)
	// CheckNames says which whitelist names are neither held nor published.
	CheckNames(ctx context.Context, actor registry.Actor, names []string) ([]registry.Availability, error)
}

// whitelisted says whether a name, as a client sent it, lies in a whitelist zone.
func (s *session) whitelisted(ctx context.Context, name string) (bool, error) {
	if s.srv.cfg.Whitelist == nil {
		return false, nil
	}
	return s.srv.cfg.Whitelist.Runs(ctx, registry.Fold(name))
}

// onlyTargets refuses a whitelist name in a command that is not for such names.
func (s *session) onlyTargets(ctx context.Context, name string, kind registry.Kind) error {
	whitelisted, err := s.whitelisted(ctx, name)
	if err != nil || !whitelisted {
		return err
	}
	return registry.Errorf(kind, "domain:name", name,
		"a whitelist name is not changed or renewed: it is deleted and entered anew, or applied for again")
}

// verifierMay refuses with 2201 what a verifier's account is not for. Whose whitelist
// names they are is the whitelist registry's business.
func (s *session) verifierMay(ctx context.Context, cmd *epp.Command) error {
	if !s.verifier {
		return nil
	}
	var name string
	switch b := cmd.Body.(type) {
	case *epp.PollRequest, *epp.PollAck, *epp.DomainCheck, *epp.MaintenanceInfo:
		return nil
	case *epp.DomainCreate:
		if preapprovalOp(cmd) == epp.PreapprovalApply {
			return registry.Errorf(registry.KindAuthorization, "preapproval:create", epp.PreapprovalApply,
				"a verifier does not apply over EPP: registrars do, or it announces an application over HTTPS (POST /api/v1/applications)")
		}
		name = b.Name
	case *epp.DomainInfo:
		name = b.Name
	case *epp.DomainDelete:
		name = b.Name
	case *epp.DomainUpdate:
		name = b.Name
	case *epp.DomainRenew:
		name = b.Name
	default:
		field := map[string]string{epp.NSDomain: "domain:name", epp.NSContact: "contact:id", epp.NSHost: "host:name"}[b.Object()]
		name, _ = subject(cmd)
		return registry.Errorf(registry.KindAuthorization, field, name,
			"a verifier's account is for whitelist names (check, info, create, delete), poll messages and maintenance only")
	}
	whitelisted, err := s.whitelisted(ctx, name)
	if err != nil || whitelisted {
		return err
	}
	return registry.Errorf(registry.KindAuthorization, "domain:name", name,
		"a verifier's account is for names in whitelist zones only")
}
