package whitelist

import (
	"fmt"
	"strings"
	"testing"
)

// sandboxRules are the built-in rules of the sandbox's trips-board.
var sandboxRules = Verifier{
	Type: RulesVerifier, Words: []string{"offensiveword"}, Registrants: []string{"UID666", "John Doe"}, Registrars: []string{"148"},
}

// TestC41_AllThree approves exactly one of the eight combinations (C-38 to C-43).
func TestC41_AllThree(t *testing.T) {
	approved := 0
	for i := range 8 {
		r := Registration{Target: "miami.trips", Registrant: Registrant{ID: "UID5439394"}, Registrar: Registrar{Account: "registrar-a", IANA: 146}}
		part := ""
		if i&1 != 0 {
			r.Registrar, part = Registrar{Account: "registrar-c", IANA: 148}, "registrar" // C-40
		}
		if i&2 != 0 {
			r.Registrant.ID, part = "UID666", "registrant" // C-39
		}
		if i&4 != 0 {
			r.Target, part = "myoffensiveword.domains", "name" // C-38
		}
		v := sandboxRules.Rules(r)
		if v.Approved {
			approved++
		}
		if v.Part != part || v.Approved != (part == "") || v.Approved != (v.Reason == "") || !strings.HasPrefix(v.Reason, part) {
			t.Errorf("%d: %+v, want %q", i, v, part)
		}
	}
	if approved != 1 {
		t.Errorf("%d of 8 approved", approved)
	}
}

func TestRules(t *testing.T) {
	good := Registration{Target: "miami.trips", Registrant: Registrant{ID: "UID5439394"}, Registrar: Registrar{Account: "registrar-a", IANA: 146}}
	change := func(f func(r *Registration)) Registration {
		r := good
		f(&r)
		return r
	}
	for i, c := range []struct {
		v      Verifier
		r      Registration
		reason string // "" when approved
	}{
		{Verifier{}, good, ""},
		{sandboxRules, change(func(r *Registration) { r.Target = "xn--offensivewrd-ejb.trips" }), ""},
		{sandboxRules, change(func(r *Registration) { r.Target = "offensiveword.trips" }), `name: the word "offensiveword" is barred`},
		{sandboxRules, change(func(r *Registration) { r.Registrant.ID = "uid666" }), `registrant: "uid666" is barred`},
		{sandboxRules, change(func(r *Registration) { r.Registrant.ID = "UID6666" }), ""},
		// A barred registrant does not get through as one who has the same label.
		{sandboxRules, change(func(r *Registration) { r.Registrant.ID = "john_doe" }), `registrant: "john_doe" is barred`},
		{sandboxRules, change(func(r *Registration) { r.Registrant.ID = " John  Doe_" }), `registrant: " John  Doe_" is barred`},
		{sandboxRules, change(func(r *Registration) { r.Registrar.IANA = 148 }), `registrar: 148 is barred`},
		{Verifier{Registrars: []string{"registrar-a"}}, good, `registrar: "registrar-a" is barred`},
		// C-19: franchisees only.
		{Verifier{OnlyRegistrants: []string{"uid5439394"}}, good, ""},
		{Verifier{OnlyRegistrants: []string{"UID1"}}, good, `registrant: "UID5439394" is not on the policy's list`},
		{Verifier{OnlyRegistrants: []string{"John Doe"}}, change(func(r *Registration) { r.Registrant.ID = "John_Doe" }), `registrant: "John_Doe" is not on the policy's list`},
		{Verifier{OnlyRegistrars: []string{"146"}}, good, ""},
		{Verifier{OnlyRegistrars: []string{"registrar-a"}}, good, ""},
		{Verifier{OnlyRegistrars: []string{"147"}}, good, `registrar: 146 is not on the policy's list`},
		// C-62: an account that is called like a number is not the registrar of that number.
		{Verifier{OnlyRegistrars: []string{"146"}}, change(func(r *Registration) { r.Registrar = Registrar{Account: "146", IANA: 147} }), `registrar: 147 is not on the policy's list`},
		{Verifier{OnlyRegistrars: []string{"146"}}, change(func(r *Registration) { r.Registrar = Registrar{Account: "146"} }), `registrar: 146 is not on the policy's list`},
		{Verifier{Registrars: []string{"146"}}, change(func(r *Registration) { r.Registrar = Registrar{Account: "146"} }), `registrar: 146 is barred`},
	} {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			if got := c.v.Rules(c.r); got.Reason != c.reason || got.Approved != (c.reason == "") {
				t.Errorf("%+v, want %q", got, c.reason)
			}
		})
	}
}
