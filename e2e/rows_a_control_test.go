package e2e

import (
	"strings"
	"testing"
)

func controlRows(t *testing.T, x *rowsA) {
	t.Run("C-12", x.c12)
	t.Run("C-13", x.c13)
	t.Run("C-14", x.c14)
	t.Run("C-15", x.c15)
	t.Run("C-16", x.c16)
	t.Run("C-17", x.c17)
	t.Run("C-18", x.c18)
	t.Run("C-19", x.c19)
	t.Run("C-20", x.c20)
	t.Run("C-21", x.c21)
}

// free creates a target name that nothing controls, for a contact.
func (x *rowsA) free(t *testing.T, s *session, name, contact string) {
	t.Helper()
	s.do(t, newDomain{name: name, registrant: contact}.create()).want(t, 1000)
}

// controlled creates a target name for a contact, which the policy refuses: it
// needs a pre-approval that is not there.
func (x *rowsA) controlled(t *testing.T, s *session, name, contact, policy string) {
	t.Helper()
	r := s.do(t, register(name, contact, "UID-"+contact)).want(t, 2308)
	r.wantReason(t, "Overseers of "+policy).wantReason(t, "(policy "+policy).wantReason(t, ">"+name+"</domain:name>")
	s.do(t, newDomain{name: name, registrant: contact}.create()).want(t, 2003).wantReason(t, "preapproval:registrant").wantReason(t, "policy "+policy)
}

// contactFrom makes a contact of a country at the target registry.
func (x *rowsA) contactFrom(t *testing.T, s *session, id, country string) {
	t.Helper()
	c := goodContact(id)
	c.cc = country
	x.contact(t, s, c)
}

// c12: control by what the name contains.
func (x *rowsA) c12(t *testing.T) {
	p := x.policy(t, policyDoc("money-board", leaf("word", "bank"), nil))
	x.controlled(t, x.ta, "mybank.example", "owner-1", p)
	x.free(t, x.ta, "mybike.example", "owner-1")
}

// c13: control by who the registrant is: its identifier, or its country.
func (x *rowsA) c13(t *testing.T) {
	x.contactFrom(t, x.ta, "owner-is", "IS")
	p := x.policy(t, policyDoc("watch-board", oneOfThese(leaf("registrant", "UID-listed"), leaf("registrantCountry", "IS")), nil))
	x.ta.do(t, register("who.example", "owner-1", "UID-LISTED")).want(t, 2308).wantReason(t, "policy "+p)
	x.controlled(t, x.ta, "who.example", "owner-is", p)
	x.ta.do(t, register("who.example", "owner-1", "UID-other")).want(t, 1000)
	x.withdraw(t, p, "shown")
}

// c14: control by the registrar, here by its country.
func (x *rowsA) c14(t *testing.T) {
	x.everywhere(t, "registrar", "set", "registrar-b", "--country", "LI")
	x.everywhere(t, "registrar", "set", "registrar-a", "--country", "FO")
	p := x.policy(t, policyDoc("liecht-board", leaf("registrarCountry", "LI"), nil))
	x.controlled(t, x.tb, "by-b.example", "owner-b", p)
	x.free(t, x.ta, "by-a.example", "owner-1")
	x.approved(t, x.b, "by-b.example", registrantID("UID1", "", ""))
	x.tb.do(t, register("by-b.example", "owner-b", "UID1")).want(t, 1000)
	x.withdraw(t, p, "shown")
	x.free(t, x.tb, "by-b-too.example", "owner-b")
}

// c15: control by suffix: a whole TLD, and names below it.
func (x *rowsA) c15(t *testing.T) {
	p := x.policy(t, policyDoc("king-board", leaf("suffix", "east.kingcounty.community"), nil))
	x.controlled(t, x.ta, "fair.east.kingcounty.community", "owner-1", p)
	for target, policy := range map[string]string{"fair.management": "manual-board", "fair.seattle.community": "seattle-board"} {
		x.ta.do(t, register(target, "owner-1", "UID1")).want(t, 2308).wantReason(t, "(policy "+policy)
	}
	// Beside them nothing is controlled, nor are longer names that end alike.
	x.free(t, x.ta, "fair.community", "owner-1")
	x.free(t, x.ta, "greatseattle.community", "owner-1")
	x.free(t, x.ta, "management.example", "owner-1")
}

// c16: any combination of conditions.
func (x *rowsA) c16(t *testing.T) {
	x.contactFrom(t, x.ta, "owner-mt", "MT")
	p := x.policy(t, policyDoc("both-board", all(leaf("suffix", "domains"), leaf("registrantCountry", "MT")), nil))
	x.controlled(t, x.ta, "mix.domains", "owner-mt", p)
	x.free(t, x.ta, "mix1.domains", "owner-1")
	x.free(t, x.ta, "mix1.example", "owner-mt")
	x.free(t, x.ta, "mix2.example", "owner-1")
	x.withdraw(t, p, "shown")
	p = x.policy(t, policyDoc("either-board", oneOfThese(leaf("suffix", "domains"), leaf("registrantCountry", "MT")), nil))
	x.controlled(t, x.ta, "mix.domains", "owner-mt", p)
	x.controlled(t, x.ta, "mix3.domains", "owner-1", p)
	x.controlled(t, x.ta, "mix3.example", "owner-mt", p)
	x.free(t, x.ta, "mix4.example", "owner-1")
	x.withdraw(t, p, "shown")
}

// c17: what is under no control is registered at once, and nobody is asked.
func (x *rowsA) c17(t *testing.T) {
	checks := x.target.counted(t, "cadastre_preapproval_checks_total")
	serial := x.serial(t, "valid.zone")
	x.ta.do(t, register("free.example", "owner-1", "UID1")).want(t, 1000)
	x.ta.do(t, newDomain{name: "free2.example", registrant: "owner-1"}.create()).want(t, 1000)
	if now := x.target.counted(t, "cadastre_preapproval_checks_total"); now != checks {
		t.Errorf("the whitelist was asked %v times", now-checks)
	}
	x.board.unasked(t, "free.example")
	x.absent(t, "uid1.146.free.example.valid.zone")
	if now := x.serial(t, "valid.zone"); now != serial {
		t.Errorf("the whitelist zone went from serial %d to %d", serial, now)
	}
}

// pizza makes the zone pizza, with dominos.pizza as a registration suffix, once.
func (x *rowsA) pizza(t *testing.T) {
	t.Helper()
	if strings.Contains(cadastre(t, "zone", "list", "--dir", x.target.dir), "pizza") {
		return
	}
	cadastre(t, "zone", "add", "pizza", "--kind", "target", "--suffix", "dominos.pizza", "--dir", x.target.dir)
}

// c18: a would-be overseer controls nothing until the operator grants it, who can
// refuse, and withdraw.
func (x *rowsA) c18(t *testing.T) {
	x.pizza(t)
	p := x.propose(t, policyDoc("dominos", leaf("suffix", "dominos.pizza"), nil))
	x.free(t, x.ta, "one.dominos.pizza", "owner-1")
	x.withdraw(t, p, "no proof of the mark")
	var shown struct{ State, Reason string }
	x.whitelist.verb(t, &shown, "policy", "show", p)
	if shown.State != "refused" || shown.Reason != "no proof of the mark" {
		t.Errorf("a refused policy is shown as %+v", shown)
	}
	x.free(t, x.ta, "two.dominos.pizza", "owner-1")
	x.grant(t, p)
	x.controlled(t, x.ta, "three.dominos.pizza", "owner-1", p)
	x.free(t, x.ta, "three.pizza", "owner-1")
	x.withdraw(t, p, "the mark was sold")
	x.free(t, x.ta, "three.dominos.pizza", "owner-1")
}

// c19: names below a protected suffix for those on the overseer's list alone.
func (x *rowsA) c19(t *testing.T) {
	x.pizza(t)
	p := x.policy(t, policyDoc("franchise", leaf("suffix", "dominos.pizza"), document{
		"verifiers": rulesChain(document{"onlyRegistrants": []string{"FR-1", "FR-2"}}),
	}))
	x.a.do(t, apply("stranger.dominos.pizza", "FR-3")).want(t, 2308).wantReason(t, "Overseers of franchise").wantReason(t, "(policy "+p).
		wantReason(t, "registrant: ").wantReason(t, "FR-3")
	r := x.a.do(t, apply("oslo.dominos.pizza", "FR-2")).want(t, 1000, 1001)
	if int(r.Code()) == 1001 { // until the other registry has told of its new zone
		x.a.toldOf(t, r.value(t, "preapproval:application"))
	}
	x.published(t, "fr-2.146.oslo.dominos.pizza.valid.zone")
	x.ta.do(t, register("stranger.dominos.pizza", "owner-1", "FR-3")).want(t, 2308)
	x.ta.do(t, register("oslo.dominos.pizza", "owner-1", "FR-2")).want(t, 1000)
	x.withdraw(t, p, "shown")
}

// ledgerLine is a line of an account's ledger.
type ledgerLine struct {
	Amount         int64
	Reason, Object string
}

// ledger are the newest lines of an account.
func (s *sandbox) ledger(t *testing.T, kind, account string) []ledgerLine {
	t.Helper()
	var shown struct{ Ledger []ledgerLine }
	s.verb(t, &shown, kind, "show", account)
	return shown.Ledger
}

// c20: the operator's fees, for the grant and for each name, are in the ledger.
func (x *rowsA) c20(t *testing.T) {
	verifiers, registrars := x.whitelist.ledger(t, "verifier", "trips-board"), x.whitelist.ledger(t, "registrar", "registrar-a")
	x.policy(t, policyDoc("gratis-board", leaf("word", "gratis"), document{"account": "trips-board"}))
	x.approved(t, x.a, "gratis.example", registrantID("UID1", "", ""))
	if now := x.whitelist.ledger(t, "verifier", "trips-board"); len(now) == 0 || now[0] != verifiers[0] {
		t.Errorf("a grant without a fee is in the ledger: %+v", now)
	}
	if now := x.whitelist.ledger(t, "registrar", "registrar-a"); len(now) == 0 || now[0] != registrars[0] && now[0].Object == "gratis.example" {
		t.Errorf("a name without a fee is in the ledger: %+v", now)
	}
	x.policy(t, policyDoc("fee-board", leaf("word", "dear"), document{
		"account": "trips-board", "fees": document{"grant": "25.00", "name": "1.50"},
	}))
	if got := x.whitelist.ledger(t, "verifier", "trips-board")[0]; got != (ledgerLine{-2500, "policy granted", "fee-board"}) {
		t.Errorf("the verifier's newest line is %+v", got)
	}
	x.approved(t, x.a, "dear.example", registrantID("UID1", "", ""))
	if got := x.whitelist.ledger(t, "registrar", "registrar-a")[0]; got != (ledgerLine{-150, "pre-approval", "dear.example"}) {
		t.Errorf("the registrar's newest line is %+v", got)
	}
}

// c21: a policy's ground and overseer are on record, and in every refusal.
func (x *rowsA) c21(t *testing.T) {
	var shown struct {
		Document struct{ Overseer, Ground string }
	}
	x.whitelist.verb(t, &shown, "policy", "show", "trips-board")
	if d := shown.Document; d.Overseer != "Trips Board" || d.Ground != "Travel Names Act, s. 4" {
		t.Errorf("on record: %+v", d)
	}
	for _, r := range []*reply{
		x.ta.do(t, register("ground.trips", "owner-1", "UID1")).want(t, 2308),
		x.a.do(t, apply("offensiveword.trips", "UID1")).want(t, 2308),
	} {
		r.wantReason(t, "Trips Board").wantReason(t, "trips-board").wantReason(t, "Travel Names Act, s. 4")
	}
}
