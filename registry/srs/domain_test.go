package srs_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cadastre/registry"
)

func TestDomainLife(t *testing.T) {
	w := newWorld(t)
	w.contact(ra, "c-one", nil)
	w.host(ra, "ns1.other.test")
	d := w.domain(ra, "Miami.EXAMPLE", "c-one", "ns1.other.test")
	if d.Name != "miami.example" || !d.Expires.Equal(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)) {
		t.Fatalf("created %+v", d)
	}
	if got := w.balance("registrar-a"); got != 99_000 {
		t.Errorf("balance %d after create", got)
	}
	if got := w.inZone("example"); !slices.Equal(got, []string{"miami.example"}) {
		t.Errorf("in zone: %v", got)
	}
	_, err := w.CreateDomain(w.ctx, rb, registry.DomainCreate{Name: "miami.example", Registrant: "nobody"})
	w.refused(err, registry.KindExists, "miami.example")

	// Deleted in the add grace period: gone, refunded, free for another.
	w.clock.Advance(5*registry.Day - time.Second)
	gone, err := w.DeleteDomain(w.ctx, ra, "miami.example")
	w.must(err)
	if !gone || w.balance("registrar-a") != 100_000 || len(w.inZone("example")) != 0 {
		t.Errorf("gone %v, balance %d, zone %v", gone, w.balance("registrar-a"), w.inZone("example"))
	}
	w.contact(rb, "c-two", nil)
	w.domain(rb, "miami.example", "c-two")

	// Deleted later: redemption, pending delete, purge at the exact instant.
	w.clock.Advance(5 * registry.Day)
	gone, err = w.DeleteDomain(w.ctx, rb, "miami.example")
	w.must(err)
	if gone || w.balance("registrar-b") != 99_000 {
		t.Errorf("gone %v, balance %d", gone, w.balance("registrar-b"))
	}
	if st := w.info("miami.example").ShownStatuses(); !st.Has(registry.PendingDelete) {
		t.Errorf("statuses %v", st)
	}
	_, err = w.DeleteDomain(w.ctx, rb, "miami.example")
	w.refused(err, registry.KindStatus, "pendingDelete")
	w.refused(w.UpdateDomain(w.ctx, rb, registry.DomainUpdate{Name: "miami.example", AddHosts: []string{"ns1.other.test"}}),
		registry.KindStatus, "pendingDelete")
	w.clock.Advance(35*registry.Day - time.Microsecond)
	_, err = w.CreateDomain(w.ctx, ra, registry.DomainCreate{Name: "miami.example", Registrant: "c-one"})
	w.refused(err, registry.KindExists, "registered")
	w.clock.Advance(time.Microsecond)
	avail, err := w.CheckDomains(w.ctx, ra, registry.DomainCheck{Names: []string{"miami.example"}})
	w.must(err)
	if !avail[0].Available {
		t.Errorf("not available at the instant of the purge: %+v", avail)
	}
	// No sweep has run: the create itself writes the purge down.
	w.domain(ra, "miami.example", "c-one")
	hist, err := w.store.History(w.ctx, "domain", "miami.example")
	w.must(err)
	var actions []string
	for _, e := range hist {
		actions = append(actions, e.Action)
	}
	if got := strings.Join(actions, " "); got != "create delete create delete redemption-end purge create" {
		t.Errorf("history: %s", got)
	}
}

func TestAutoRenewal(t *testing.T) {
	w := newWorld(t)
	w.contact(ra, "c-one", nil)
	w.clock.Set(time.Date(2028, 2, 29, 12, 0, 0, 0, time.UTC))
	w.domain(ra, "leap.example", "c-one")
	w.clock.Set(time.Date(2031, 3, 1, 0, 0, 0, 0, time.UTC))
	v := w.info("leap.example") // before any sweep
	if want := time.Date(2032, 2, 28, 12, 0, 0, 0, time.UTC); !v.Expires.Equal(want) {
		t.Fatalf("expires %v, want %v", v.Expires, want)
	}
	n, err := w.Sweep(w.ctx)
	w.must(err)
	if n != 1 || w.balance("registrar-a") != 100_000-4*1000 {
		t.Errorf("swept %d, balance %d", n, w.balance("registrar-a"))
	}
	if after := w.info("leap.example"); !after.Expires.Equal(v.Expires) || after.Version != 4 {
		t.Errorf("after the sweep: expires %v version %d", after.Expires, after.Version)
	}
	w.check()
	// Within 45 days of the last automatic renewal a delete refunds that year.
	_, err = w.DeleteDomain(w.ctx, ra, "leap.example")
	w.must(err)
	if got := w.balance("registrar-a"); got != 100_000-3*1000 {
		t.Errorf("balance %d", got)
	}
	m, count, err := w.PollRequest(w.ctx, ra)
	w.must(err)
	if count != 3 || !strings.Contains(m.Text, "renewed automatically until 2030-02-28") {
		t.Errorf("%d messages, first %+v", count, m)
	}
}

func TestAutoRenewalGoesThroughWithoutFunds(t *testing.T) {
	w := newWorld(t)
	w.contact(ra, "c-one", nil)
	for i := range 100 {
		w.domain(ra, fmt.Sprintf("n%d.example", i), "c-one")
	}
	_, err := w.CreateDomain(w.ctx, ra, registry.DomainCreate{Name: "more.example", Registrant: "c-one"})
	w.refused(err, registry.KindBilling, "balance")
	w.clock.Advance(366 * registry.Day)
	_, err = w.Sweep(w.ctx)
	w.must(err)
	if got := w.balance("registrar-a"); got != -100_000 {
		t.Errorf("balance %d", got)
	}
	_, err = w.Deposit(w.ctx, op, "registrar-a", 50_000)
	w.must(err)
	_, err = w.CreateDomain(w.ctx, ra, registry.DomainCreate{Name: "more.example", Registrant: "c-one"})
	w.refused(err, registry.KindBilling, "balance")
	w.must(w.SetTerms(w.ctx, op, "registrar-a", 60_000, 0))
	w.domain(ra, "more.example", "c-one")
}

func TestRenew(t *testing.T) {
	w := newWorld(t)
	w.contact(ra, "c-one", nil)
	d := w.domain(ra, "renew.example", "c-one")
	_, err := w.RenewDomain(w.ctx, ra, "renew.example", d.Expires.AddDate(0, 0, 1), registry.Period{})
	w.refused(err, registry.KindRange, "2027-01-01")
	_, err = w.RenewDomain(w.ctx, rb, "renew.example", d.Expires, registry.Period{})
	w.refused(err, registry.KindAuthorization, "another registrar")
	_, err = w.RenewDomain(w.ctx, ra, "renew.example", d.Expires, registry.Period{Value: 10, Unit: "y"})
	w.refused(err, registry.KindNotRenewable, "10 years")
	_, err = w.RenewDomain(w.ctx, ra, "renew.example", d.Expires, registry.Period{Value: 11, Unit: "y"})
	w.refused(err, registry.KindRange, "1 to 10")
	got, err := w.RenewDomain(w.ctx, ra, "renew.example", d.Expires, registry.Period{Value: 9, Unit: "y"})
	w.must(err)
	if got.Expires.Year() != 2036 || w.balance("registrar-a") != 100_000-10_000 {
		t.Errorf("expires %v, balance %d", got.Expires, w.balance("registrar-a"))
	}
	w.must(w.UpdateDomain(w.ctx, ra, registry.DomainUpdate{
		Name: "renew.example", Status: registry.StatusChange{Add: []registry.Status{registry.ClientRenewProhibited}},
	}))
	_, err = w.RenewDomain(w.ctx, ra, "renew.example", got.Expires, registry.Period{})
	w.refused(err, registry.KindStatus, "clientRenewProhibited")
}

func TestCreateRaceHasOneWinner(t *testing.T) {
	w := newWorld(t)
	w.contact(ra, "c-one", nil)
	w.contact(rb, "c-two", nil)
	for round := range 20 {
		name := fmt.Sprintf("race%d.example", round)
		errs := make([]error, 8)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() {
				actor, c := ra, "c-one"
				if i%2 == 1 {
					actor, c = rb, "c-two"
				}
				_, errs[i] = w.CreateDomain(w.ctx, actor, registry.DomainCreate{Name: name, Registrant: c})
			})
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else if !registry.IsKind(err, registry.KindExists) {
				t.Fatal(err)
			}
		}
		if won != 1 {
			t.Fatalf("%d winners", won)
		}
	}
}

func TestStatusesAndHold(t *testing.T) {
	w := newWorld(t)
	w.contact(ra, "c-one", nil)
	w.host(ra, "ns1.other.test")
	w.domain(ra, "hold.example", "c-one", "ns1.other.test")
	change := func(actor registry.Actor, add, rem []registry.Status) error {
		return w.UpdateDomain(w.ctx, actor, registry.DomainUpdate{Name: "hold.example", Status: registry.StatusChange{Add: add, Rem: rem}})
	}
	list := func(s ...registry.Status) []registry.Status { return s }
	w.must(change(ra, list(registry.ClientHold), nil))
	w.refused(change(ra, list(registry.ClientHold), nil), registry.KindParamPolicy, "already")
	if len(w.inZone("example")) != 0 {
		t.Error("on hold and in the zone")
	}
	w.refused(change(ra, list(registry.ServerHold), nil), registry.KindParamPolicy, "only the registry")
	w.refused(change(ra, nil, list(registry.ClientDeleteProhibited)), registry.KindParamPolicy, "not set")
	w.must(change(ra, list(registry.ClientUpdateProhibited), nil))
	w.refused(change(ra, nil, list(registry.ClientHold)), registry.KindStatus, "clientUpdateProhibited")
	w.must(change(ra, nil, list(registry.ClientUpdateProhibited)))
	w.must(change(ra, nil, list(registry.ClientHold)))
	w.must(w.HoldDomain(w.ctx, op, "hold.example"))
	if len(w.inZone("example")) != 0 {
		t.Error("on serverHold and in the zone")
	}
	m, _, err := w.PollRequest(w.ctx, ra)
	w.must(err)
	if m == nil || !strings.Contains(m.Text, "serverHold set") {
		t.Errorf("message %+v", m)
	}
	if _, err := w.PollAck(w.ctx, rb, m.ID); !registry.IsKind(err, registry.KindNotFound) {
		t.Errorf("another registrar acknowledged: %v", err)
	}
	count, err := w.PollAck(w.ctx, ra, m.ID)
	w.must(err)
	if count != 0 {
		t.Errorf("%d left", count)
	}
	w.must(w.UnholdDomain(w.ctx, op, "hold.example"))
	if len(w.inZone("example")) != 1 {
		t.Error("not back in the zone")
	}
	w.refused(w.UpdateDomain(w.ctx, ra, registry.DomainUpdate{Name: "hold.example"}), registry.KindMissing, "add, rem or chg")
}

func TestAuthInfo(t *testing.T) {
	w := newWorld(t)
	w.contact(ra, "c-one", nil)
	strong := "tY7#kQ2!pL9@wX4$zR6%"
	_, err := w.CreateDomain(w.ctx, ra, registry.DomainCreate{Name: "auth.example", Registrant: "c-one", AuthInfo: "2fooBAR"})
	w.refused(err, registry.KindAuthInfo, "too weak")
	_, err = w.CreateDomain(w.ctx, ra, registry.DomainCreate{Name: "auth.example", Registrant: "c-one", AuthInfo: strong})
	w.must(err)
	v, err := w.InfoDomain(w.ctx, rb, "auth.example", nil)
	w.must(err)
	if v.Full || v.AuthInfoSet {
		t.Errorf("a stranger sees %+v", v)
	}
	v, err = w.InfoDomain(w.ctx, rb, "auth.example", &strong)
	w.must(err)
	if !v.Full || v.AuthInfoSet {
		t.Errorf("with the value a stranger sees full=%v set=%v", v.Full, v.AuthInfoSet)
	}
	for _, wrong := range []string{"", "wrong", strong + "x"} {
		_, err = w.InfoDomain(w.ctx, rb, "auth.example", &wrong)
		w.refused(err, registry.KindAuthInfo, "does not match")
	}
	w.must(w.UpdateDomain(w.ctx, ra, registry.DomainUpdate{Name: "auth.example", AuthInfo: ptr("")}))
	_, err = w.InfoDomain(w.ctx, rb, "auth.example", &strong)
	w.refused(err, registry.KindAuthInfo, "does not match")
}

func TestNamesThatCannotBeRegistered(t *testing.T) {
	w := newWorld(t)
	w.contact(ra, "c-one", nil)
	for name, kind := range map[string]registry.Kind{
		"-bad.example": registry.KindValue, "ab--cd.example": registry.KindValue, "xn--a.example": registry.KindValue,
		"a..example": registry.KindValue, strings.Repeat("a", 64) + ".example": registry.KindValue, "a_b.example": registry.KindValue,
		"example": registry.KindParamPolicy, "a.b.example": registry.KindParamPolicy, "www.example": registry.KindParamPolicy,
		"nic.example": registry.KindParamPolicy, "a.test": registry.KindParamPolicy, "xn--fcvx2b.example": registry.KindParamPolicy,
		"bücher.example": registry.KindValue, "\u212aelvin.example": registry.KindValue, "a.example.": registry.KindValue,
	} {
		_, err := w.CreateDomain(w.ctx, ra, registry.DomainCreate{Name: name, Registrant: "c-one"})
		if !registry.IsKind(err, kind) {
			t.Errorf("%s: %v", name, err)
		}
		got, err := w.CheckDomains(w.ctx, ra, registry.DomainCheck{Names: []string{name}})
		if err != nil || got[0].Available || got[0].Reason == "" || len(got[0].Reason) > 32 {
			t.Errorf("check %s: %+v, %v", name, got, err)
		}
	}
	w.domain(ra, "xn--bcher-kva.example", "c-one")
}

func TestLowBalanceIsToldOnce(t *testing.T) {
	w := newWorld(t)
	w.contact(ra, "c-one", nil)
	for i := range 97 {
		w.domain(ra, fmt.Sprintf("n%d.example", i), "c-one")
	}
	m, count, err := w.PollRequest(w.ctx, ra)
	w.must(err)
	if count != 1 || m.Text != "Low balance: 40.00 USD left" {
		t.Errorf("%d messages, %+v", count, m)
	}
}

func TestStatusTextsAreKept(t *testing.T) {
	w := newWorld(t)
	w.contact(ra, "c-one", nil)
	w.domain(ra, "text.example", "c-one")
	status := func(add, rem []registry.Status, text string) error {
		return w.UpdateDomain(w.ctx, ra, registry.DomainUpdate{Name: "text.example", Status: registry.StatusChange{
			Add: add, Rem: rem, Texts: registry.StatusTexts{registry.ClientHold: {Text: text}},
		}})
	}
	hold := []registry.Status{registry.ClientHold}
	w.refused(status(hold, nil, strings.Repeat("x", 1001)), registry.KindParamPolicy, "1000 octets")
	w.must(status(hold, nil, "Payment overdue."))
	if got := w.info("text.example").StatusTexts[registry.ClientHold].Text; got != "Payment overdue." {
		t.Errorf("text %q", got)
	}
	w.must(status(nil, hold, ""))
	if got := w.info("text.example").StatusTexts; len(got) != 0 {
		t.Errorf("texts %v", got)
	}
}

// TestSmallPool: transactions never wait for a second connection, so a pool of
// two carries sixteen sessions over many blocks of ids.
func TestSmallPool(t *testing.T) {
	w := newWorldOn(t, 2)
	w.contact(ra, "c-one", nil)
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			for j := range 40 {
				if _, err := w.newContact(ra, fmt.Sprintf("c-%d-%d", i, j), nil); err != nil {
					t.Error(err)
					return
				}
				if err := w.tryHost(ra, fmt.Sprintf("ns.h%d-%d.test", i, j)); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}
