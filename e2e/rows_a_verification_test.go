package e2e

import (
	"fmt"
	"strings"
	"testing"
)

func verificationRows(t *testing.T, x *rowsA) {
	x.policy(t, policyDoc("ruled-board", leaf("word", "ruled"), document{"verifiers": rulesChain(document{
		"words": []string{"offensive"}, "registrants": []string{"G-1", "G-2"}, "onlyRegistrars": []string{"146"},
	})}))
	t.Run("C-37", x.c37)
	t.Run("C-38", x.c38)
	t.Run("C-39", x.c39)
	t.Run("C-40", x.c40)
	t.Run("C-41", x.c41)
	t.Run("C-42", x.c42)
	t.Run("C-43", x.c43)
}

// verdict asks the built-in verifier about a name, a registrant and a registrar.
func (x *rowsA) verdict(t *testing.T, name, registrant, registrar string) string {
	t.Helper()
	var list []struct{ Verdict string }
	x.whitelist.verb(t, &list, "policy", "test", "ruled-board", "--domain", name, "--registrant", registrant, "--registrar", registrar)
	if len(list) != 1 {
		t.Fatalf("%d results for one policy", len(list))
	}
	return list[0].Verdict
}

// c37: the built-in verifier takes all three, and says yes, or no with a reason.
func (x *rowsA) c37(t *testing.T) {
	if v := x.verdict(t, "ruled.example", "good", "146"); v != "the rules approve" {
		t.Errorf("of the good ones it says %q", v)
	}
	for reason, c := range map[string][3]string{
		`name: the word "offensive" is barred`:       {"ruled-offensive.example", "good", "146"},
		`registrant: "G-1" is barred`:                {"ruled.example", "G-1", "146"},
		`registrar: 147 is not on the policy's list`: {"ruled.example", "good", "147"},
	} {
		if v := x.verdict(t, c[0], c[1], c[2]); !strings.HasSuffix(v, reason) || v == reason {
			t.Errorf("of %v it says %q, want %q", c, v, reason)
		}
	}
}

// ruledOut applies for a name that the rules deny at once, with a reason that names
// one part and no other.
func (x *rowsA) ruledOut(t *testing.T, s *session, target, registrant, part string) *reply {
	t.Helper()
	r := s.do(t, apply(target, registrant)).want(t, 2308).
		wantReason(t, "denied by Overseers of ruled-board (policy ruled-board, Names Act, s. 7 (ruled-board)): "+part+": ")
	for _, other := range []string{"name: ", "registrant: ", "registrar: "} {
		if other != part+": " && strings.Contains(string(r.frame), " "+other) {
			t.Errorf("the reason speaks of the %stoo\n%s", other, r.frame)
		}
	}
	x.whitelistHasNot(t, target, registrant)
	return r
}

// whitelistHasNot demands that no whitelist name came to be.
func (x *rowsA) whitelistHasNot(t *testing.T, target, registrant string) {
	t.Helper()
	for _, iana := range []string{"146", "147", "148"} {
		x.a.do(t, domainInfo(registrant+"."+iana+"."+target+".valid.zone")).want(t, 2303)
	}
}

// c38: the name comes first; with a barred word nothing else is looked at.
func (x *rowsA) c38(t *testing.T) {
	x.ruledOut(t, x.c, "my-offensive-ruled.domains", "G-1", "name").wantReason(t, "offensive")
}

// c39: members of a group are barred, others are not.
func (x *rowsA) c39(t *testing.T) {
	x.ruledOut(t, x.a, "ruled39.example", "G-2", "registrant").wantReason(t, "G-2")
	x.ruledOut(t, x.a, "ruled39.example", "g-1", "registrant")
	x.a.do(t, apply("ruled39.example", "H-1")).want(t, 1000)
}

// c40: a registrar that is not on the policy's list.
func (x *rowsA) c40(t *testing.T) {
	x.ruledOut(t, x.b, "ruled40.example", "H-1", "registrar").wantReason(t, "147")
	x.a.do(t, apply("ruled40.example", "H-1")).want(t, 1000)
}

// c41: of the eight combinations of good and bad one is approved.
func (x *rowsA) c41(t *testing.T) {
	approved := 0
	for i := range 8 {
		target, registrant, s := fmt.Sprintf("ruled41-%d.example", i), "H-1", x.a
		if i&1 > 0 {
			target = "offensive-" + target
		}
		if i&2 > 0 {
			registrant = "G-1"
		}
		if i&4 > 0 {
			s = x.b
		}
		if code := int(s.do(t, apply(target, registrant)).want(t, 1000, 2308).Code()); code == 1000 {
			approved++
			if i != 0 {
				t.Errorf("combination %03b is approved", i)
			}
		}
	}
	if approved != 1 {
		t.Errorf("%d of 8 are approved", approved)
	}
}

// c43: approval covers both parties.
func (x *rowsA) c43(t *testing.T) {
	x.ruledOut(t, x.b, "ruled43.example", "H-1", "registrar")
	x.ruledOut(t, x.a, "ruled43.example", "G-1", "registrant")
}

// c42: a person decides from a list; rules may come before.
func (x *rowsA) c42(t *testing.T) {
	listed := func() map[string]string { // application to what it waits for
		var list []struct{ Application, Waiting string }
		x.whitelist.verb(t, &list, "whitelist", "list")
		out := map[string]string{}
		for _, a := range list {
			out[a.Application] = a.Waiting
		}
		return out
	}
	yes := x.a.do(t, apply("yes42.management", "UID1")).want(t, 1001).value(t, "preapproval:application")
	no := x.a.do(t, apply("no42.management", "UID1")).want(t, 1001).value(t, "preapproval:application")
	if l := listed(); l[yes] != "a person" || l[no] != "a person" {
		t.Errorf("the list says %v", l)
	}
	cadastre(t, "whitelist", "approve", yes, "--dir", x.whitelist.dir)
	x.a.toldOf(t, yes).wantReason(t, `paResult="1">yes42.management<`)
	x.published(t, "yes42.management.preapproved.works")
	cadastre(t, "whitelist", "deny", no, "--reason", "no such managers", "--dir", x.whitelist.dir)
	x.a.toldOf(t, no).wantReason(t, `paResult="0">no42.management<`).wantReason(t, "no such managers")
	if l := listed(); l[yes] != "" || l[no] != "" {
		t.Errorf("decided, and still on the list: %v", l)
	}
	cadastreRefuses(t, "whitelist", "approve", no, "--dir", x.whitelist.dir) // a decision stands

	x.policy(t, policyDoc("chain-board", leaf("word", "chained"), document{
		"verifiers": append(rulesChain(document{"words": []string{"offensive"}}), document{"type": "manual", "persons": 2}),
	}))
	x.a.do(t, apply("offensive-chained.example", "UID1")).want(t, 2308).wantReason(t, "offensive")
	id := x.a.do(t, apply("chained.example", "UID1")).want(t, 1001).value(t, "preapproval:application")
	cadastre(t, "whitelist", "approve", id, "--by", "ann", "--dir", x.whitelist.dir)
	if l := listed(); l[id] != "a second person" {
		t.Errorf("after one of two persons it waits for %q", l[id])
	}
	cadastreRefuses(t, "whitelist", "approve", id, "--by", "ann", "--dir", x.whitelist.dir)
	cadastre(t, "whitelist", "approve", id, "--by", "bob", "--dir", x.whitelist.dir)
	x.a.toldOf(t, id).wantReason(t, `paResult="1">chained.example<`)
}

// c33: the application goes to the verifier of its policy, and to no other.
func (x *rowsA) c33(t *testing.T) {
	other := newBoard(t)
	x.policy(t, policyDoc("north-board", leaf("word", "northern"), document{"verifiers": x.board.chain()}))
	p := x.policy(t, policyDoc("south-board", leaf("word", "southern"), document{"verifiers": other.chain()}))
	x.decided(t, x.a, "northern.example", registrantID("UID1", "passport", "N1"))
	x.decided(t, x.b, "southern.example", registrantID("UID2", "token", "S2"))
	for _, c := range []struct {
		right, wrong                          *board
		target, policy, registrant, registrar string
		credential                            credential
	}{
		{x.board, other, "northern.example", "north-board", "UID1", "146", credential{"passport", "N1"}},
		{other, x.board, "southern.example", "south-board", "UID2", "147", credential{"token", "S2"}},
	} {
		q := c.right.question(t, c.target)
		if q.Policy != c.policy || q.Registrant.ID != c.registrant || q.Registrar.ID != c.registrar || q.Registrant.Credential == nil || *q.Registrant.Credential != c.credential {
			t.Errorf("about %s the verifier was told %+v", c.target, q)
		}
		c.wrong.unasked(t, c.target)
	}
	x.withdraw(t, p, "shown") // its server ends with this row
}

// c34: one overseer looks at the registrant's papers and at the name, the other at
// the name alone.
func (x *rowsA) c34(t *testing.T) {
	strict, lax := newBoard(t), newBoard(t)
	name := func(q asked) (string, string) {
		if strings.Contains(q.Domain, "rude") {
			return "deny", "the name is rude"
		}
		return "approve", ""
	}
	lax.decide = name
	strict.decide = func(q asked) (string, string) {
		if c := q.Registrant.Credential; c == nil || c.Type != "passport" {
			return "deny", "show your passport"
		}
		return name(q)
	}
	p := x.policy(t, policyDoc("strict-board", leaf("word", "strict"), document{"verifiers": strict.chain()}))
	q := x.policy(t, policyDoc("lax-board", leaf("word", "laxly"), document{"verifiers": lax.chain()}))
	x.decided(t, x.a, "strict.example", registrantID("UID1", "", "")).wantReason(t, `paResult="0"`).wantReason(t, "show your passport")
	x.decided(t, x.a, "laxly.example", registrantID("UID1", "", "")).wantReason(t, `paResult="1"`)
	x.decided(t, x.a, "strict.example", registrantID("UID1", "passport", "P1")).wantReason(t, `paResult="1"`)
	x.decided(t, x.a, "strict-rude.example", registrantID("UID1", "passport", "P1")).wantReason(t, `paResult="0"`).wantReason(t, "rude")
	x.decided(t, x.a, "laxly-rude.example", registrantID("UID1", "passport", "P1")).wantReason(t, `paResult="0"`).wantReason(t, "rude")
	x.withdraw(t, p, "shown")
	x.withdraw(t, q, "shown")
}

// c35: a denial is told with the verifier's reason, at once or by a message, and no
// whitelist name comes to be.
func (x *rowsA) c35(t *testing.T) {
	told := x.decided(t, x.a, "letter35-deny.example", registrantID("UID1", "", ""))
	told.wantReason(t, `paResult="0">letter35-deny.example<`).wantReason(t, "letters like this one are not wanted")
	if s := told.value(t, "preapproval:status"); s != "denied" || len(told.values("preapproval:name")) > 0 {
		t.Errorf("status %s, names %v", s, told.values("preapproval:name"))
	}
	x.whitelistHasNot(t, "letter35-deny.example", "uid1")
	x.absent(t, "uid1.146.letter35-deny.example.valid.zone")
	x.a.do(t, apply("offensiveword.trips", "UID1")).want(t, 2308).wantReason(t, "offensiveword").wantReason(t, "Trips Board")
	x.absent(t, "uid1.146.offensiveword.trips.valid.zone")
}
