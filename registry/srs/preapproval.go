package srs

import (
	"context"
	"errors"

	"cadastre/registry"
	"cadastre/registry/store"
)

// Preapproval is asked before a target name goes to somebody new. It knows which
// registrations are under control, and finds out whether they were pre-approved.
type Preapproval interface {
	// Ask decides on a registration, outside any transaction and with nothing locked.
	// An error is the refusal. A nil Approval: the registration is under no control.
	Ask(ctx context.Context, actor registry.Actor, r Registration) (Approval, error)
}

// Approval is a pre-approval that was found, for the transaction that uses it.
type Approval interface {
	// Confirm proves within the transaction that the approval holds at tx.Now, and
	// keeps it from being removed until the transaction ends where the same database
	// has it. registrant is the contact as the transaction locked it, nil when there
	// is none. ErrAskAgain: what Ask was told is no longer so.
	Confirm(ctx context.Context, tx *store.Tx, registrant *registry.Contact) error
}

// Registration is a name about to go to a registrant.
type Registration struct {
	Name        string // canonical
	Registrar   string // account it will be sponsored by
	Registrant  string // contact id; "" when there is none
	Preapproval registry.Preapproval
	// Transfer says that the name is registered and changes hands, which policies that
	// bind at registration only leave alone.
	Transfer bool
}

// ErrAskAgain says that a registration changed between Ask and Confirm.
var ErrAskAgain = errors.New("srs: ask for the pre-approval again")
