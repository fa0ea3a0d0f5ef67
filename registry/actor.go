package registry

import "context"

// Actor is who gives a command, and the ids under which it is recorded.
type Actor struct {
	Registrar string // id of the registrar; empty for the registry itself
	Operator  bool   // the registry's own staff or machinery
	Verifier  bool   // Registrar is a verifier's account: it writes whitelist names of its own policies and nothing else
	Channel   string // "epp", "cli", "system"
	ClTRID    string // the client's transaction id (RFC 5730, Section 2.5)
	SvTRID    string // the server's transaction id
	Reason    string // why the registry acts; told to the sponsor
	Case      *Case  // the dispute it acts in; nil: none
	Once      *Once  // nil: the command is carried out as often as it is sent
	Bill      *Bill  // the money of the command; nil: nobody wants to know
	Lane      Lane   // that creates which lose go through; nil: there is none
}

// Lane lets creates that are expected to lose on a few at a time, so that all other commands
// find a processor.
type Lane interface {
	// Enter waits to be let in, where the caller is not inside. Its only error is that of ctx.
	Enter(ctx context.Context) error
	// Leave lets the next one in, where the caller is inside.
	Leave()
}

// LeaveLane takes a create out of the lane: it may succeed, or has to wait.
func (a Actor) LeaveLane() {
	if a.Lane != nil {
		a.Lane.Leave()
	}
}

// EnterLane puts a create into the lane: another one has taken its name.
func (a Actor) EnterLane(ctx context.Context) error {
	if a.Lane == nil {
		return nil
	}
	return a.Lane.Enter(ctx)
}

// System is the registry acting by itself: sweeps of what has fallen due.
func System(svTRID string) Actor {
	return Actor{Operator: true, Channel: "system", SvTRID: svTRID}
}

// ID names the actor in crID, upID and history: the registrar, else "registry".
func (a Actor) ID() string {
	if a.Registrar != "" {
		return a.Registrar
	}
	return "registry"
}

// owns refuses with 2201 an actor that is neither the sponsor nor the operator.
func (a Actor) owns(sponsor, field, value string) error {
	if a.Operator || a.Registrar == sponsor {
		return nil
	}
	return Errorf(KindAuthorization, field, value, "the object is sponsored by another registrar")
}
