package e2e

import (
	"strings"
	"testing"
	"time"
)

func applicationRows(t *testing.T, x *rowsA) {
	t.Run("C-22", x.c22)
	t.Run("C-23", x.c23)
	t.Run("C-24", x.c24)
	t.Run("C-25", x.c25)
	t.Run("C-26", x.c26)
	t.Run("C-27", x.c27)
	t.Run("C-29", x.c29)
	t.Run("C-30", x.c30)
	t.Run("C-31", x.c31)
	t.Run("C-32", x.c32)
	t.Run("C-33", x.c33)
	t.Run("C-34", x.c34)
	t.Run("C-35", x.c35)
	t.Run("C-36", x.c36)
}

// applyFor is an application for a target name, with what is inside its extension.
func applyFor(target, inside string) string {
	return newDomain{name: target}.with(preapproval("apply", inside))
}

// decided applies for a name that the outside verifier decides on, and returns the
// message about it.
func (x *rowsA) decided(t *testing.T, s *session, target, inside string) *reply {
	t.Helper()
	return s.toldOf(t, s.do(t, applyFor(target, inside)).want(t, 1001).value(t, "preapproval:application"))
}

// c22: a registrar applies with a create of the target name and the registrant's
// credential.
func (x *rowsA) c22(t *testing.T) {
	x.policy(t, policyDoc("avail-board", all(leaf("suffix", "domains"), leaf("word", "available")), nil))
	party := registrantID("UID5439394", "token", "c22-token")
	got := x.a.do(t, applyFor("availabledomain.domains", party)).want(t, 1000)
	if s := got.value(t, "preapproval:status"); s != "approved" {
		t.Errorf("status %s", s)
	}
	if n := got.value(t, "domain:name"); n != "availabledomain.domains" {
		t.Errorf("creData names %s", n)
	}
	if text := x.published(t, got.value(t, "preapproval:name")); !strings.Contains(text, "; cred=$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("the record has no credential to compare: %s", text)
	}
	// Under a policy where a person decides it waits.
	held := x.a.do(t, applyFor("available.management", party)).want(t, 1001)
	if s := held.value(t, "preapproval:status"); s != "pending" {
		t.Errorf("status %s", s)
	}
}

// c23: in one command or in several, the outcome is the same.
func (x *rowsA) c23(t *testing.T) {
	person := genuineContact("c23-person")
	person.kind = kindCreate("real", genuine("c23@second.example", "+1.2025550199")+el("kind:identifier", "UID-c23"))
	x.a.do(t, person.create()).want(t, 1000)
	party := registrantID("UID-c23", "", "")
	one := x.a.do(t, applyFor("sets-1.trips", party)).want(t, 1000)
	two := x.a.do(t, newDomain{name: "sets-2.trips", registrant: "c23-person", period: years(2)}.with(preapproval("apply", party))).want(t, 1000)
	if a, b := one.value(t, "preapproval:status"), two.value(t, "preapproval:status"); a != b {
		t.Errorf("status %s and %s", a, b)
	}
	cut := func(text string) string { // what is about the name and the second of the command
		text, _, _ = strings.Cut(text, "until=")
		return strings.NewReplacer("sets-1", "NAME", "sets-2", "NAME").Replace(text)
	}
	if a, b := cut(x.published(t, one.value(t, "preapproval:name"))), cut(x.published(t, two.value(t, "preapproval:name"))); a != b {
		t.Errorf("records %q and %q", a, b)
	}
}

// c24: credentials of the registrar go to the verifier too; without them the
// registrar is known from the session.
func (x *rowsA) c24(t *testing.T) {
	agent := `<preapproval:registrar id="146"><preapproval:credential type="token">c24-registrar</preapproval:credential></preapproval:registrar>`
	x.decided(t, x.a, "letter24.example", registrantID("UID1", "", "")+agent).wantReason(t, `paResult="1"`)
	if q := x.board.question(t, "letter24.example"); q.Registrar.ID != "146" || q.Registrar.Credential == nil || *q.Registrar.Credential != (credential{"token", "c24-registrar"}) {
		t.Errorf("the verifier was told of the registrar %+v", q.Registrar)
	}
	x.decided(t, x.a, "letter24-2.example", registrantID("UID1", "", "")).wantReason(t, `paResult="1"`)
	if q := x.board.question(t, "letter24-2.example"); q.Registrar.ID != "146" || q.Registrar.Credential != nil {
		t.Errorf("the verifier was told of the registrar %+v", q.Registrar)
	}
	x.a.do(t, applyFor("letter24-3.example", registrantID("UID1", "", "")+registrarID("147"))).want(t, 2201).wantReason(t, "preapproval:registrar")
}

// c25: five kinds of credentials reach the verifier as they are; others are refused.
func (x *rowsA) c25(t *testing.T) {
	for i, kind := range []string{"password", "token", "passport", "driversLicence", "governmentId"} {
		target := "letter25-" + string(rune('a'+i)) + ".example"
		x.decided(t, x.a, target, registrantID("UID1", kind, "c25 "+kind+" & value")).wantReason(t, `paResult="1"`)
		if q := x.board.question(t, target); q.Registrant.Credential == nil || *q.Registrant.Credential != (credential{kind, "c25 " + kind + " & value"}) {
			t.Errorf("the verifier was told of the registrant %+v", q.Registrant)
		}
	}
	x.a.do(t, applyFor("letter25-z.example", registrantID("UID1", "libraryCard", "c25"))).want(t, 2005).wantReason(t, "libraryCard")
	x.board.unasked(t, "letter25-z.example")
}

// c26: a policy asks for credentials that prove something, or takes an identifier
// as it is.
func (x *rowsA) c26(t *testing.T) {
	p := x.policy(t, policyDoc("proof-board", leaf("word", "proof"), document{"credentials": "verified"}))
	x.a.do(t, apply("proof.example", "UID1")).want(t, 2003).wantReason(t, "preapproval:credential").wantReason(t, "Overseers of "+p).wantReason(t, "policy "+p)
	x.a.do(t, domainInfo("uid1.146.proof.example.valid.zone")).want(t, 2303)
	x.approved(t, x.a, "proof.example", registrantID("UID1", "passport", "P1"))
	x.approved(t, x.a, "plain.trips", registrantID("UID1", "", "")) // uncertified
}

// c27: an application without the registrant is incomplete; nothing is held and
// nobody asked.
func (x *rowsA) c27(t *testing.T) {
	serial := x.serial(t, "valid.zone")
	for _, inside := range []string{"", registrarID("146")} {
		x.a.do(t, applyFor("letter27.example", inside)).want(t, 2003).wantReason(t, "preapproval:registrant")
	}
	var list []any
	x.whitelist.verb(t, &list, "whitelist", "list", "--status", "all", "--domain", "letter27.example")
	if len(list) > 0 || x.serial(t, "valid.zone") != serial {
		t.Errorf("an application without a registrant is kept: %v", list)
	}
	x.board.unasked(t, "letter27.example")
}

// c29: the verifier is not asked about a name that is registered.
func (x *rowsA) c29(t *testing.T) {
	const target = "letter29.example"
	p := policyDoc("letter-board", leaf("word", "letter"), document{"verifiers": x.board.chain()})
	x.withdraw(t, "letter-board", "for a moment")
	x.free(t, x.ta, target, "owner-1")
	x.policy(t, p)
	x.a.do(t, apply(target, "UID1")).want(t, 2302).wantReason(t, target)
	x.board.unasked(t, target)
}

// c30: for what is under no control no application is kept.
func (x *rowsA) c30(t *testing.T) {
	serial := x.serial(t, "valid.zone")
	x.a.do(t, apply("nobodys.example", "UID1")).want(t, 2306).wantReason(t, "no pre-approval is needed").wantReason(t, "nobodys.example")
	if now := x.serial(t, "valid.zone"); now != serial {
		t.Errorf("the whitelist zone went from serial %d to %d", serial, now)
	}
	x.a.do(t, domainInfo("uid1.146.nobodys.example.valid.zone")).want(t, 2303)
}

// c31: the verifier is asked because of the registrant alone, or the registrar alone.
func (x *rowsA) c31(t *testing.T) {
	x.policy(t, policyDoc("person-board", leaf("registrant", "UID-c31"), document{"verifiers": x.board.chain()}))
	x.decided(t, x.a, "because-of-a-person.example", registrantID("UID-c31", "", "")).wantReason(t, `paResult="1"`)
	x.board.question(t, "because-of-a-person.example")
	p := x.policy(t, policyDoc("agent-board", leaf("registrar", "148"), document{"verifiers": x.board.chain()}))
	x.decided(t, x.c, "because-of-an-agent.example", registrantID("UID1", "", "")).wantReason(t, `paResult="1"`)
	if q := x.board.question(t, "because-of-an-agent.example"); q.Registrar.ID != "148" {
		t.Errorf("the verifier was told of the registrar %+v", q.Registrar)
	}
	x.a.do(t, apply("because-of-an-agent2.example", "UID1")).want(t, 2306)
	x.withdraw(t, p, "shown")
}

// c32: the verifier is asked because of the name alone.
func (x *rowsA) c32(t *testing.T) {
	x.decided(t, x.b, "letter32.example", registrantID("anybody", "", "")).wantReason(t, `paResult="1"`)
	x.board.question(t, "letter32.example")
}

// c36: while the verifier cannot be reached nothing is approved; the application
// waits, and is asked about again.
func (x *rowsA) c36(t *testing.T) {
	const target, name = "letter36.example", "uid1.146.letter36.example.valid.zone"
	x.board.stop()
	id := x.a.do(t, apply(target, "UID1")).want(t, 1001).value(t, "preapproval:application")
	var shown struct {
		Status, Fault string
		Tries         int
	}
	for began := time.Now(); shown.Tries == 0 && time.Since(began) < answerLimit; time.Sleep(50 * time.Millisecond) {
		x.whitelist.verb(t, &shown, "whitelist", "show", id)
	}
	if shown.Status != "pending" || shown.Fault == "" {
		t.Errorf("with the verifier away: %+v", shown)
	}
	x.a.do(t, domainInfo(name)).want(t, 1000).wantReason(t, "pendingCreate").wantReason(t, "serverHold")
	x.absent(t, name)
	x.ta.do(t, register(target, "owner-1", "UID1")).want(t, 2308)
	x.board.restart(t)
	x.a.toldOf(t, id).wantReason(t, `paResult="1"`)
	x.published(t, name)
}
