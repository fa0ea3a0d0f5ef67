package e2e

import (
	"testing"
)

// TestRowsA shows the rows about the parts of the environment, applications,
// verification, holds, direct dealing with verifiers, changes of hands and pruning,
// with two registries and with one that is both.
func TestRowsA(t *testing.T) {
	t.Parallel()
	const at = "2026-11-21T00:00:00Z"
	t.Run("two", func(t *testing.T) {
		t.Parallel()
		r, w := recordedRegistries(t, at)
		rowsOfBoth(t, newRowsA(t, r, w))
	})
	t.Run("combined", func(t *testing.T) {
		t.Parallel()
		rowsOfBoth(t, newRowsA(t, oneRegistry(t, at), nil))
	})
}

// rowsOfBoth goes through the rows. Pruning moves the clock by years, and C-1 stops
// the registries, so they come last.
func rowsOfBoth(t *testing.T, x *rowsA) {
	environmentRows(t, x)
	controlRows(t, x)
	applicationRows(t, x)
	verificationRows(t, x)
	holdRows(t, x)
	directRows(t, x)
	handsRows(t, x)
	pruningRows(t, x)
	x.checkWorlds(t)
	t.Run("C-1", x.c1)
}
