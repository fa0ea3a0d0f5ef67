package gate_test

import (
	"fmt"
	"testing"
	"time"

	"cadastre/registry"
)

// TestProxies: behind a proxy it is the real contact that counts.
func TestProxies(t *testing.T) {
	w := newWorld(t)
	p := w.grant(`{}`)
	w.open()
	w.contact(ra, "r-one", identified("UID-1"))
	w.contact(ra, "r-two", identified("UID-2"))
	w.contact(ra, "r-bare", nil)
	w.contact(ra, "p-one", proxyOf("r-one"))
	w.contact(ra, "p-two", proxyOf("r-two"))
	w.contact(ra, "p-bare", proxyOf("r-bare"))
	w.contact(ra, "p-free", func(c *registry.ContactCreate) { c.Kind = registry.ProxyContact })
	for _, name := range []string{"a.trips", "b.trips"} {
		w.enter(p, entry{target: name, registrant: "UID-1"})
	}
	w.enter(p, entry{target: "c.trips", registrant: "r-bare"})
	w.refused(w.create(ra, "a.trips", "p-two", ""), registry.KindDataPolicy, "UID-2")
	w.refused(w.create(ra, "a.trips", "p-two", "UID-1"), registry.KindAuthInfo, "preapproval:registrant", "p-two")
	w.refused(w.create(ra, "a.trips", "p-bare", "UID-1"), registry.KindAuthInfo, "p-bare")
	w.must(w.create(ra, "a.trips", "p-one", ""))
	w.must(w.create(ra, "b.trips", "p-one", "uid-1"))
	// A real contact without an identifier is known by its id.
	w.refused(w.create(ra, "d.trips", "p-bare", ""), registry.KindDataPolicy, "r-bare")
	w.must(w.create(ra, "c.trips", "p-bare", ""))
	// Behind this one is nobody.
	w.refused(w.create(ra, "d.trips", "p-free", ""), registry.KindMissing, "preapproval:registrant")
}

// TestChangeOfRegistrant: a name does not go to somebody else by an update.
func TestChangeOfRegistrant(t *testing.T) {
	w := newWorld(t)
	p := w.grant(`{}`)
	once := w.grant(`{"id": "once-board", "binds": "registration", "scope": {"suffix": "management"}}`)
	w.open()
	w.contact(ra, "c-alice", identified("UID-alice"))
	w.contact(ra, "c-alice2", identified("uid-ALICE"))
	w.contact(ra, "c-bob", identified("UID-bob"))
	w.contact(ra, "c-plain", nil)
	w.enter(p, entry{target: "miami.trips", registrant: "UID-alice"})
	w.enter(once, entry{target: "miami.management", registrant: "UID-alice"})
	w.must(w.create(ra, "miami.trips", "c-alice", ""))
	w.must(w.create(ra, "miami.management", "c-alice", ""))
	w.must(w.create(ra, "free.example", "c-alice", ""))
	registrant := func(actor registry.Actor, name, to string) error {
		return w.UpdateDomain(w.ctx, actor, registry.DomainUpdate{Name: name, Registrant: &to})
	}
	t.Log("no entry, and no way to say who it is")
	w.refused(registrant(ra, "miami.trips", "c-bob"), registry.KindDataPolicy, "UID-bob", "Trips Board")
	w.refused(registrant(op, "miami.trips", "c-bob"), registry.KindDataPolicy, "UID-bob")
	w.refused(registrant(ra, "miami.trips", "c-plain"), registry.KindDataPolicy, "c-plain")
	t.Log("what the rules refuse is refused by them")
	w.refused(registrant(rb, "miami.trips", "c-bob"), registry.KindAuthorization)
	w.refused(registrant(ra, "nothing.trips", "c-bob"), registry.KindNotFound)
	w.refused(registrant(ra, "miami.trips", "nobody"), registry.KindNotFound, "nobody")
	w.refused(registrant(ra, "miami.trips", ""), registry.KindMissing, "registrant")
	t.Log("uncontrolled, or bound at registration only")
	w.must(registrant(ra, "free.example", "c-bob"))
	w.must(registrant(ra, "miami.management", "c-bob"))
	t.Log("the same person, even when the approval has expired; other changes")
	w.clock.Advance(400 * registry.Day)
	w.must(registrant(ra, "miami.trips", "c-alice2"))
	w.must(registrant(ra, "miami.trips", "c-alice"))
	w.must(w.UpdateDomain(w.ctx, ra, registry.DomainUpdate{Name: "miami.trips", AuthInfo: ptr("Ab3-Cd4-Ef5-Gh6-Ij7-Kl8-Mn9")}))
	t.Log("approved: it goes")
	w.enter(p, entry{target: "miami.trips", registrant: "UID-bob"})
	w.must(registrant(ra, "miami.trips", "c-bob"))
}

// TestChangeOfIdentifier: nor by an update of the registrant's contact.
func TestChangeOfIdentifier(t *testing.T) {
	w := newWorld(t)
	p := w.grant(`{}`)
	w.open()
	w.contact(ra, "c-alice", identified("UID-alice"))
	w.contact(ra, "p-alice", proxyOf("c-alice"))
	w.contact(ra, "c-bob", identified("UID-bob"))
	w.contact(ra, "c-alice2", identified("UID-alice"))
	w.contact(ra, "c-unused", identified("UID-x"))
	w.enter(p, entry{target: "a.trips", registrant: "UID-alice"})
	w.enter(p, entry{target: "b.trips", registrant: "UID-alice"})
	w.must(w.create(ra, "a.trips", "c-alice", ""))
	w.must(w.create(ra, "b.trips", "p-alice", ""))
	w.must(w.create(ra, "c.example", "c-bob", ""))
	identifier := func(handle, id string) error {
		return w.UpdateContact(w.ctx, ra, registry.ContactUpdate{Handle: handle, KindData: registry.KindChange{Identifier: &id}})
	}
	link := func(handle, to string) error {
		return w.UpdateContact(w.ctx, ra, registry.ContactUpdate{Handle: handle, KindData: registry.KindChange{RealContact: &to}})
	}
	t.Log("the person behind a name changes: by its identifier, by a proxy's link")
	w.refused(identifier("c-alice", "UID-bob"), registry.KindDataPolicy, "UID-bob", "Trips Board")
	w.refused(identifier("c-alice", ""), registry.KindDataPolicy, "c-alice")
	w.refused(link("p-alice", "c-bob"), registry.KindDataPolicy, "b.trips", "UID-bob")
	w.refused(link("p-alice", ""), registry.KindDataPolicy, "p-alice")
	t.Log("what the rules refuse is refused by them")
	w.refused(link("p-alice", "nobody"), registry.KindNotFound)
	w.refused(link("nobody", "c-bob"), registry.KindNotFound)
	w.refused(w.UpdateContact(w.ctx, rb, registry.ContactUpdate{Handle: "c-alice", KindData: registry.KindChange{Identifier: ptr("x")}}),
		registry.KindAuthorization)
	t.Log("the same person, or no name that is bound")
	w.must(identifier("c-alice", "uid-ALICE"))
	w.must(link("p-alice", "c-alice2"))
	w.must(identifier("c-bob", "UID-b"))
	w.must(identifier("c-unused", "UID-y"))
	w.must(w.UpdateContact(w.ctx, ra, registry.ContactUpdate{Handle: "c-alice", Email: ptr("new@mail.example")}))
	t.Log("approved for one of two names, then for both")
	w.must(link("p-alice", "c-alice"))
	w.enter(p, entry{target: "a.trips", registrant: "UID-eve"})
	w.refused(identifier("c-alice", "UID-eve"), registry.KindDataPolicy, "b.trips")
	w.enter(p, entry{target: "b.trips", registrant: "UID-eve"})
	w.must(identifier("c-alice", "UID-eve"))
}

// TestChangeOfCountry: nor by moving to a country that is under control, or to a contact
// of the same person there (C-13, X-12). Names that were under control are not asked
// about again.
func TestChangeOfCountry(t *testing.T) {
	w := newWorld(t)
	w.grant(`{"id": "ch-board", "scope": {"all": [{"suffix": "management"}, {"registrantCountry": "CH"}]}}`)
	p := w.grant(`{}`)
	w.open()
	both := func(country string) func(*registry.ContactCreate) {
		return func(c *registry.ContactCreate) { living(country)(c); identified("UID-alice")(c) }
	}
	w.contact(ra, "c-us", both("US"))
	w.contact(ra, "c-ch", both("CH"))
	w.contact(ra, "c-de", both("DE"))
	w.enter(p, entry{target: "miami.trips", registrant: "UID-alice"})
	w.must(w.create(ra, "miami.trips", "c-us", ""))
	w.must(w.create(ra, "miami.management", "c-us", ""))
	registrant := func(to string) error {
		return w.UpdateDomain(w.ctx, ra, registry.DomainUpdate{Name: "miami.management", Registrant: &to})
	}
	move := func(country string) error {
		return w.UpdateContact(w.ctx, ra, registry.ContactUpdate{
			Handle: "c-us", Postal: []registry.PostalChange{{Type: "int", Addr: &registry.PostalInfo{City: "Town", CC: country}}},
		})
	}
	w.clock.Advance(400 * registry.Day) // the entry of miami.trips has expired, which matters to nobody
	w.refused(registrant("c-ch"), registry.KindDataPolicy, "ch-board")
	w.refused(move("CH"), registry.KindDataPolicy, "ch-board", "miami.management")
	w.must(registrant("c-de"))
	w.must(registrant("c-us"))
	w.must(move("DE"))
}

// TestManyNames: a contact with very many names does not change hands in one go.
func TestManyNames(t *testing.T) {
	w := newWorld(t)
	w.open()
	w.contact(ra, "c-alice", identified("UID-alice"))
	for i := range 51 {
		w.must(w.create(ra, fmt.Sprintf("n%d.trips", i), "c-alice", ""))
	}
	change := func(id string) error {
		return w.UpdateContact(w.ctx, ra, registry.ContactUpdate{Handle: "c-alice", KindData: registry.KindChange{Identifier: &id}})
	}
	w.must(change("UID-free"))
	w.grant(`{}`)
	w.refused(change("UID-eve"), registry.KindAssociation, "more than 50 names")
	_, err := w.DeleteDomain(w.ctx, ra, "n0.trips")
	w.must(err)
	w.refused(change("UID-eve"), registry.KindDataPolicy, "UID-eve")
}

// TestNameAddedInBetween: a name that the contact got while it was asked about is
// asked about too.
func TestNameAddedInBetween(t *testing.T) {
	w := newWorld(t)
	p := w.grant(`{}`)
	w.open()
	w.contact(ra, "c-alice", identified("UID-alice"))
	for _, name := range []string{"a.trips", "b.trips"} {
		w.enter(p, entry{target: name, registrant: "UID-alice"})
	}
	w.enter(p, entry{target: "a.trips", registrant: "UID-eve"})
	w.must(w.create(ra, "a.trips", "c-alice", ""))
	s, b := w.interrupted()
	b.do = func() {
		b.do = nil
		w.must(w.create(ra, "b.trips", "c-alice", ""))
	}
	err := s.UpdateContact(w.ctx, ra, registry.ContactUpdate{Handle: "c-alice", KindData: registry.KindChange{Identifier: ptr("UID-eve")}})
	w.refused(err, registry.KindDataPolicy, "b.trips")
	t.Log("and the domain whose registrant changed in between is asked about anew")
	w.contact(ra, "c-same", identified("UID-alice"))
	w.contact(ra, "c-eve", identified("UID-eve"))
	w.enter(p, entry{target: "b.trips", registrant: "UID-eve"})
	asked := 0
	b.do = func() {
		if asked++; asked == 1 {
			w.must(w.UpdateDomain(w.ctx, ra, registry.DomainUpdate{Name: "b.trips", Registrant: ptr("c-eve")}))
			w.remove("valid.zone", "uid-alice.146.b.trips.valid.zone")
		}
	}
	err = s.UpdateDomain(w.ctx, ra, registry.DomainUpdate{Name: "b.trips", Registrant: ptr("c-same")})
	w.refused(err, registry.KindDataPolicy, "UID-alice")
	if asked != 2 {
		t.Errorf("asked %d times", asked)
	}
}

// TestScopes: what brings a registration under control (C-12 to C-16, C-89, C-96,
// C-106).
func TestScopes(t *testing.T) {
	for _, tc := range []struct {
		row, scope string
		bites      func(country, registrar, name string) bool
	}{
		{"C-12", `{"word": "bank"}`, func(_, _, name string) bool { return name == "mybank.trips" }},
		{"C-13", `{"registrantCountry": "CH"}`, func(country, _, _ string) bool { return country == "CH" }},
		{"C-13", `{"registrant": "uid-ch"}`, func(country, _, _ string) bool { return country == "CH" }},
		{"C-14", `{"registrarCountry": "CH"}`, func(_, registrar, _ string) bool { return registrar == "registrar-b" }},
		{"C-14", `{"registrar": "147"}`, func(_, registrar, _ string) bool { return registrar == "registrar-b" }},
		{"C-16", `{"all": [{"suffix": "trips"}, {"registrantCountry": "CH"}]}`, func(country, _, _ string) bool { return country == "CH" }},
		{"C-16", `{"any": [{"registrarCountry": "CH"}, {"registrantCountry": "CH"}]}`, func(country, registrar, _ string) bool {
			return country == "CH" || registrar == "registrar-b"
		}},
	} {
		t.Run(tc.row+tc.scope, func(t *testing.T) {
			w := newWorld(t)
			w.grant(`{"scope": ` + tc.scope + `}`)
			w.open()
			for _, country := range []string{"US", "CH"} {
				for _, actor := range []registry.Actor{ra, rb} {
					contact := "c-" + country + actor.Registrar[9:]
					w.contact(actor, contact, func(c *registry.ContactCreate) { living(country)(c); identified("UID-" + country)(c) })
					for _, name := range []string{"mybank.trips", "mybike.trips"} {
						err := w.create(actor, name, contact, "")
						if tc.bites(country, actor.Registrar, name) {
							w.refused(err, registry.KindDataPolicy, "Trips Board")
							continue
						}
						w.must(err)
						_, err = w.DeleteDomain(w.ctx, actor, name)
						w.must(err)
					}
				}
			}
		})
	}
}

// TestAddressesInTwoCountries: it is enough that one of them is under control.
func TestAddressesInTwoCountries(t *testing.T) {
	w := newWorld(t)
	w.grant(`{"scope": {"registrantCountry": "CH"}}`)
	w.open()
	w.contact(ra, "c-two", func(c *registry.ContactCreate) {
		c.Postal = append(c.Postal, registry.PostalInfo{Type: "loc", Name: "A Person", City: "Town", CC: "CH"})
	})
	w.refused(w.create(ra, "miami.trips", "c-two", "UID-2"), registry.KindDataPolicy, "UID-2")
}

// TestSeveralPolicies: every policy that bites must be satisfied; a policy that is
// withdrawn bites no more (C-18).
func TestSeveralPolicies(t *testing.T) {
	w := newWorld(t)
	p := w.grant(`{}`)
	q := w.grant(`{"id": "bank-board", "overseer": "Bank Office", "zone": "preapproved.works", "scope": {"word": "bank"}}`)
	w.open()
	w.contact(ra, "c-alice", identified("UID-alice"))
	w.refused(w.create(ra, "bank.trips", "c-alice", ""), registry.KindDataPolicy)
	w.enter(p, entry{target: "bank.trips", registrant: "UID-alice"})
	w.refused(w.create(ra, "bank.trips", "c-alice", ""), registry.KindDataPolicy, "Bank Office")
	w.enter(q, entry{target: "bank.trips", registrant: "UID-alice"})
	w.must(w.create(ra, "bank.trips", "c-alice", ""))
	w.refused(w.create(ra, "other.trips", "c-alice", ""), registry.KindDataPolicy, "Trips Board")
	w.withdraw("trips-board")
	w.must(w.create(ra, "other.trips", "c-alice", ""))
}

// TestRegistrarFacts: a registrar that has no identifier of the policy's kind cannot
// have an entry, and its details are seen within a second of their change.
func TestRegistrarFacts(t *testing.T) {
	w := newWorld(t)
	p := w.grant(`{"registrar_as": "name"}`)
	w.open()
	w.contact(ra, "c-alice", identified("UID-alice"))
	named := regA
	named.Name = "REGISTRAR-A"
	w.enter(p, entry{target: "miami.trips", registrant: "UID-alice", registrar: named})
	w.must(w.create(ra, "miami.trips", "c-alice", ""))
	w.grant(`{"scope": {"suffix": "trips"}}`)
	w.must(w.AddRegistrar(w.ctx, op, &registry.Registrar{ID: "nameless", Name: "Nameless", Currency: "USD"}, "secret-123"))
	nameless := registry.Actor{Registrar: "nameless", Channel: "epp", SvTRID: "test"}
	w.contact(nameless, "c-n", identified("UID-n"))
	deadline := time.Now().Add(20 * time.Second)
	for {
		err := w.create(nameless, "other.trips", "c-n", "")
		if registry.IsKind(err, registry.KindParamPolicy) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("got %v", err)
		}
		time.Sleep(20 * time.Millisecond)
	}
	w.refused(w.createWith(nameless, "other.trips", "c-n", registry.Preapproval{Registrar: "0"}), registry.KindAuthorization)
}
