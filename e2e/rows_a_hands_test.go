package e2e

import (
	"testing"
)

func handsRows(t *testing.T, x *rowsA) {
	t.Run("X-11", x.x11)
	t.Run("X-12", x.x12)
	t.Run("C-124", x.c124)
	t.Run("C-126", x.c126)
}

// person makes a real contact of registrar-a with an identifier, at the target registry.
func (x *rowsA) person(t *testing.T, id, identifier string) {
	t.Helper()
	c := genuineContact(id)
	c.kind = kindCreate("real", genuine(id+"@second.example", "+1.2025550199")+el("kind:identifier", identifier))
	x.contact(t, x.ta, c)
}

// x11: behind a proxy the real contact counts.
func (x *rowsA) x11(t *testing.T) {
	x.person(t, "x11-real1", "UID-R1")
	x.person(t, "x11-real2", "UID-R2")
	x.contact(t, x.ta, proxyContact("x11-proxy1", "x11-real1"))
	x.contact(t, x.ta, proxyContact("x11-proxy2", "x11-real2"))
	for _, target := range []string{"proxied.trips", "proxied2.trips"} {
		x.approved(t, x.a, target, registrantID("UID-R1", "", ""))
	}
	plain := newDomain{name: "proxied.trips", registrant: "x11-proxy2"}
	x.ta.do(t, plain.create()).want(t, 2308).wantReason(t, "UID-R2").wantReason(t, "Trips Board").wantReason(t, "policy trips-board")
	// Saying that it is the other does not help.
	x.ta.do(t, register("proxied.trips", "x11-proxy2", "UID-R1")).want(t, 2202).wantReason(t, "preapproval:registrant").wantReason(t, "Trips Board")
	plain.registrant = "x11-proxy1"
	x.ta.do(t, plain.create()).want(t, 1000)
	x.ta.do(t, register("proxied2.trips", "x11-proxy1", "UID-R1")).want(t, 1000)
	// Under no control nobody minds.
	x.ta.do(t, register("proxied.example", "x11-proxy2", "UID-R1")).want(t, 1000)
	// Nor does turning the proxy to somebody else afterwards.
	x.ta.do(t, kindChange("x11-proxy1", "", el("kind:realContact", "x11-real2"))).want(t, 2308).wantReason(t, "Trips Board")
}

// x12: a controlled name goes to nobody who was not approved, unless the policy
// binds at registration alone.
func (x *rowsA) x12(t *testing.T) {
	x.person(t, "x12-alice", "UID-alice")
	x.person(t, "x12-bob", "UID-bob")
	x.person(t, "x12-alice2", "uid-ALICE")
	x.policy(t, policyDoc("first-board", leaf("word", "atfirst"), document{"binds": "registration"}))
	for _, target := range []string{"moved.trips", "atfirst.example"} {
		x.approved(t, x.a, target, registrantID("UID-alice", "", ""))
		x.ta.do(t, newDomain{name: target, registrant: "x12-alice"}.create()).want(t, 1000)
	}
	x.ta.do(t, registrant("moved.trips", "x12-bob")).want(t, 2308).wantReason(t, "Trips Board").wantReason(t, "policy trips-board").wantReason(t, "UID-bob")
	x.ta.do(t, kindChange("x12-alice", "", el("kind:identifier", "UID-bob"))).want(t, 2308).wantReason(t, "Trips Board")
	x.ta.do(t, registrant("moved.trips", "x12-alice2")).want(t, 1000) // another contact of hers
	x.ta.do(t, registrant("atfirst.example", "x12-bob")).want(t, 1000)
}

// c124: of two who ask at the same time for a name under no control one gets it.
func (x *rowsA) c124(t *testing.T) {
	codes := (&races{}).together(t, []*session{x.ta, x.tb},
		newDomain{name: "first-come.example", registrant: "owner-1"}.create(), newDomain{name: "first-come.example", registrant: "owner-b"}.create())
	oneOf(t, codes, []int{1000, 2302}, []int{2302, 1000})
}

// c126: names below the second level are registered, delegated in their TLD's zone,
// and controlled.
func (x *rowsA) c126(t *testing.T) {
	const target = "cafe.seattle.community"
	x.ta.do(t, register(target, "owner-1", "UID1")).want(t, 2308).wantReason(t, "City of Seattle Board").wantReason(t, "policy seattle-board")
	x.approved(t, x.a, target, registrantID("UID1", "", ""))
	d := newDomain{name: target, registrant: "owner-1", hosts: []string{"ns1.dns.icann"}}
	x.ta.do(t, d.with(preapproval("", registrantID("UID1", "", "")))).want(t, 1000)
	x.target.eventually(t, target, target+". NS ns1.dns.icann.")
}
