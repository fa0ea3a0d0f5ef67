package desk

import (
	"context"

	"cadastre/registry/store"
)

// denyHeld denies every undecided application under a policy, with a reason.
func (d *Desk) denyHeld(ctx context.Context, tx *store.Tx, policy, reason string) error {
	panic("to be built")
}
