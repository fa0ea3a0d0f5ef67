package srs_test

import (
	"testing"

	"cadastre/registry"
)

// TestCalledTheSame: policies know registrars by IANA number or name, so no account
// takes another one's. Accounts without a number are as many as there are.
func TestCalledTheSame(t *testing.T) {
	w := newWorld(t)
	add := func(id, name string, iana int) error {
		return w.AddRegistrar(w.ctx, op, &registry.Registrar{ID: id, Name: name, IANA: iana, Currency: "USD"}, "a-password")
	}
	w.must(add("first", "First Names", 7001))
	for _, tc := range []struct {
		id, name string
		iana     int
		want     string
	}{
		{"second", "Second Names", 7001, "IANA number"},
		{"second", "first_names", 7002, "called so"},
	} {
		if err := add(tc.id, tc.name, tc.iana); !registry.IsKind(err, registry.KindExists) {
			t.Errorf("%s %d: %v, want %s", tc.name, tc.iana, err, tc.want)
		}
	}
	w.must(add("second", "Second Names", 0))
	w.must(add("third", "Third Names", 0))
}
