package desk_test

import (
	"testing"
	"time"

	"cadastre/registry"
)

// TestApartC33: what one verifier approves never passes for the approval of another
// one whose policy makes the same names.
func TestApartC33(t *testing.T) {
	w := newWorld(t)
	w.grant(nil) // trips-board controls trips
	w.grant(map[string]any{"id": "other-board", "overseer": "Other Board", "scope": map[string]any{"word": "miami"}})
	const both = "uid1.146.miami.trips.valid.zone"
	_, err := w.enter(v2, both)
	w.refused(err, registry.KindParamPolicy, "make the same whitelist name")
	announced := request("miami.trips", "UID1")
	announced.Preapproval.Registrar = "146"
	_, err = w.Announce(w.ctx, v2, "other-board", announced)
	w.refused(err, registry.KindParamPolicy, "make the same whitelist name")
	_, err = w.Apply(w.ctx, ra, request("miami.trips", "UID1"))
	w.refused(err, registry.KindParamPolicy, "make the same whitelist name")
	// Where one of them alone controls the name, nothing stands in the way.
	_, err = w.enter(v2, "uid1.146.miami.domains.valid.zone")
	w.must(err)
	_, err = w.enter(vs, "uid1.146.tokyo.trips.valid.zone")
	w.must(err)
}

// TestLeftovers: names of a policy that is not in force any more go where they would
// pass for approvals under another one, and stay where they would not.
func TestLeftovers(t *testing.T) {
	w := newWorld(t)
	w.grant(nil)
	const passing, other = "uid1.146.miami.trips.valid.zone", "uid1.146.tokyo.trips.valid.zone"
	for _, name := range []string{passing, other} {
		_, err := w.enter(vs, name)
		w.must(err)
	}
	_, err := w.WithdrawPolicy(w.ctx, op, "trips-board", "")
	w.must(err)
	w.grant(map[string]any{"id": "other-board", "overseer": "Other Board", "scope": map[string]any{"word": "miami"}})
	_, err = w.InfoName(w.ctx, op, passing, nil)
	w.refused(err, registry.KindNotFound, "does not exist")
	_, err = w.InfoName(w.ctx, op, other, nil)
	w.must(err)

	// The same when the first policy goes after the second one came.
	_, err = w.GrantPolicy(w.ctx, op, "trips-board")
	w.must(err)
	w.clock.Advance(time.Hour)
	_, err = w.enter(v2, "uid2.146.miami.domains.valid.zone")
	w.must(err)
	w.grant(map[string]any{"id": "third-board", "overseer": "Third Board", "account": "other-board", "scope": map[string]any{"suffix": "domains"}})
	_, err = w.WithdrawPolicy(w.ctx, op, "other-board", "")
	w.must(err)
	_, err = w.InfoName(w.ctx, op, "uid2.146.miami.domains.valid.zone", nil)
	w.refused(err, registry.KindNotFound, "does not exist")
}

// TestScopeOfRegistrantAndCountryC113: a verifier that says who a name is for, but not
// where that person lives, gains no more by it than the countries of its scope.
func TestScopeOfRegistrantAndCountryC113(t *testing.T) {
	w := newWorld(t)
	w.grant(map[string]any{"scope": map[string]any{"any": []any{
		map[string]any{"registrant": "UIDZ"},
		map[string]any{"all": []any{map[string]any{"suffix": "trips"}, map[string]any{"registrantCountry": "XX"}}},
	}}})
	_, err := w.enter(vs, "UID1.146.miami.domains.valid.zone")
	w.refused(err, registry.KindAuthorization, "scope")
	for _, name := range []string{"UIDZ.146.miami.domains.valid.zone", "UID1.146.miami.trips.valid.zone"} {
		_, err := w.enter(vs, name)
		w.must(err)
	}
}

// TestExistenceAloneC33: a policy that asks no more than whether a name exists is not
// satisfied by what another one's verifier wrote for other parties.
func TestExistenceAloneC33(t *testing.T) {
	w := newWorld(t)
	scope := func(iana string) map[string]any {
		return map[string]any{"all": []any{map[string]any{"suffix": "domains"}, map[string]any{"registrar": iana}}}
	}
	w.grant(map[string]any{"forms": []string{"{domain}"}, "scope": scope("146")})
	w.grant(map[string]any{"id": "other-board", "forms": []string{"{domain}"}, "scope": scope("147"), "compare": "existence"})
	_, err := w.enter(vs, "miami.domains.valid.zone", "miami.domains", "UID1", "146")
	w.refused(err, registry.KindParamPolicy, "make the same whitelist name")
	_, err = w.Apply(w.ctx, ra, request("miami.domains", "UID1"))
	w.refused(err, registry.KindParamPolicy, "make the same whitelist name")
	_, err = w.enter(v2, "miami.domains.valid.zone", "miami.domains", "UID1", "147")
	w.must(err) // the other policy compares
}
