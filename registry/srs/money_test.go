package srs_test

import (
	"sync"
	"testing"
	"time"

	"cadastre/registry"
)

// offering is an actor that agrees to an amount.
func offering(a registry.Actor, amount string) registry.Actor {
	a.Bill = &registry.Bill{Offer: &registry.Offer{Amounts: []string{amount}}}
	return a
}

// billing is an actor that wants to know what commands cost.
func billing(a registry.Actor) registry.Actor {
	a.Bill = &registry.Bill{}
	return a
}

// TestPremiumNames are sold to who agrees to their price, and keep their class.
func TestPremiumNames(t *testing.T) {
	w := newWorld(t)
	w.contact(ra, "rc-1", nil)
	_, err := w.SetPrice(w.ctx, op, "example", registry.PriceStep{Class: "gold", Create: 50000, Renew: 2000, Transfer: 3000, Restore: 4000})
	w.must(err)
	w.refused(w.SetLabels(w.ctx, op, "example", []registry.LabelChange{{Label: "car", Value: "silver"}}), registry.KindNotFound, "no prices")
	w.refused(w.SetLabels(w.ctx, op, "example", []registry.LabelChange{{Label: "a.b", Value: "gold"}}), registry.KindValue, "not a label")
	w.must(w.SetLabels(w.ctx, op, "example", []registry.LabelChange{{Label: "Car", Value: "gold"}, {Label: "bus", Value: "gold"}}))
	req := registry.DomainCreate{Name: "car.example", Registrant: "rc-1"}
	for _, fees := range []*registry.FeeCheck{nil, {Commands: []registry.FeeQuery{{Command: "create"}, {Command: "renew"}, {Command: "custom"}}}} {
		got, err := w.CheckDomains(w.ctx, ra, registry.DomainCheck{Names: []string{"car.example", "other.example"}, Fees: fees})
		w.must(err)
		if got[0].Available != (fees != nil) || !got[1].Available {
			t.Errorf("with %v: %+v", fees, got)
		}
		if fees == nil {
			continue
		}
		q := got[0].Quote
		if q.Class != "gold" || q.Fees[0].Amount != 50000 || q.Fees[1].Amount != 2000 || q.Fees[0].Standard || q.Complete() || q.Fees[2].Reason == "" {
			t.Errorf("quote %+v", q)
		}
		if q := got[1].Quote; q.Class != "standard" || q.Fees[0].Amount != 1000 || !q.Fees[0].Standard {
			t.Errorf("quote %+v", q)
		}
	}
	_, err = w.CreateDomain(w.ctx, ra, req)
	w.refused(err, registry.KindMissing, "500.00 USD")
	_, err = w.CreateDomain(w.ctx, billing(ra), req)
	w.refused(err, registry.KindMissing, "500.00 USD")
	_, err = w.CreateDomain(w.ctx, offering(ra, "499.99"), req)
	w.refused(err, registry.KindRange, "500.00 USD")
	a := offering(ra, "500")
	d, err := w.CreateDomain(w.ctx, a, req)
	w.must(err)
	if d.Class != "gold" || len(a.Bill.Lines) != 1 || a.Bill.Lines[0].Amount != 50000 || a.Bill.Lines[0].Grace != 5*registry.Day ||
		a.Bill.Funds != (registry.Funds{Balance: "500.00", CreditLimit: "0.00"}) {
		t.Errorf("class %q, bill %+v", d.Class, a.Bill)
	}
	// It stays gold when its label does not.
	w.must(w.SetLabels(w.ctx, op, "example", []registry.LabelChange{{Label: "car"}}))
	a = billing(ra)
	_, err = w.RenewDomain(w.ctx, a, "car.example", d.Expires, registry.Period{})
	w.must(err)
	if a.Bill.Charged() != 2000 || a.Bill.Funds.Balance != "480.00" {
		t.Errorf("the renewal cost %+v", a.Bill)
	}
	a = billing(ra)
	_, err = w.DeleteDomain(w.ctx, a, "car.example")
	w.must(err)
	if len(a.Bill.Lines) != 1 || a.Bill.Lines[0].Amount != -52000 || a.Bill.Funds.Balance != "1000.00" {
		t.Errorf("the delete gave back %+v", a.Bill)
	}
	if _, err = w.CreateDomain(w.ctx, ra, req); err != nil {
		t.Errorf("a label without a class: %v", err)
	}
}

// TestReservedNamesAndTokens: a reserved name is for who brings its token, once.
func TestReservedNamesAndTokens(t *testing.T) {
	w := newWorld(t)
	w.contact(ra, "rc-1", nil)
	w.must(w.SetLabels(w.ctx, op, "example", []registry.LabelChange{{Label: "police", Reserved: true, Value: "For the police"}}))
	req := registry.DomainCreate{Name: "police.example", Registrant: "rc-1"}
	_, err := w.CreateDomain(w.ctx, ra, req)
	w.refused(err, registry.KindParamPolicy, "For the police")
	check := func(a registry.Actor, token string) registry.Availability {
		t.Helper()
		got, err := w.CheckDomains(w.ctx, a, registry.DomainCheck{Names: []string{"police.example"}, Token: token})
		w.must(err)
		return got[0]
	}
	if a := check(ra, ""); a.Available || a.Reason != "For the police" {
		t.Errorf("%+v", a)
	}
	until := w.Now().Add(time.Hour)
	token := &registry.Token{
		Names: []string{"police.example", "www.example"}, Registrar: "registrar-a", Commands: []string{"create"}, NotAfter: until, Uses: 1, Discount: 25,
	}
	value, err := w.AddToken(w.ctx, op, token)
	w.must(err)
	for _, bad := range []struct {
		actor registry.Actor
		token string
	}{{rb, value}, {ra, value + "x"}} {
		if a := check(bad.actor, bad.token); a.Available || a.Reason != "Allocation Token mismatch" {
			t.Errorf("%+v", a)
		}
		again := req
		again.Token = bad.token
		_, err = w.CreateDomain(w.ctx, bad.actor, again)
		w.refused(err, registry.KindAuthorization, "token")
	}
	if a := check(ra, value); !a.Available {
		t.Errorf("%+v", a)
	}
	w.clock.Set(until)
	if a := check(ra, value); a.Available {
		t.Error("a token is good at the instant of its end")
	}
	w.clock.Set(until.Add(-time.Microsecond))
	for _, name := range []string{"police.example", "www.example"} {
		req.Name, req.Token = name, value
		_, err = w.CreateDomain(w.ctx, ra, req)
		if name == "police.example" {
			w.must(err)
			continue
		}
		w.refused(err, registry.KindAuthorization, "token")
	}
	if r, err := w.store.Registrar(w.ctx, "registrar-a"); err != nil || r.Balance != 100_000-750 {
		t.Errorf("three quarters of the price are gone: %d, %v", r.Balance, err)
	}
	_, err = w.DeleteDomain(w.ctx, ra, "police.example")
	w.must(err)
	if r, err := w.store.Registrar(w.ctx, "registrar-a"); err != nil || r.Balance != 100_000 {
		t.Errorf("what was paid comes back: %d, %v", r.Balance, err)
	}
	_, err = w.RevokeToken(w.ctx, op, token.ID)
	w.must(err)
	_, err = w.RevokeToken(w.ctx, op, token.ID)
	w.refused(err, registry.KindStatus, "revoked")
}

// TestOneTokenOneName: of many creates at once with one token one succeeds.
func TestOneTokenOneName(t *testing.T) {
	w := newWorld(t)
	w.contact(ra, "rc-1", nil)
	names := []string{"one.example", "two.example", "three.example", "four.example"}
	for round := range 10 {
		value, err := w.AddToken(w.ctx, op, &registry.Token{Names: names, Commands: []string{"create"}, Uses: 1})
		w.must(err)
		errs := make([]error, len(names))
		var wg sync.WaitGroup
		for i, name := range names {
			wg.Go(func() {
				_, errs[i] = w.CreateDomain(w.ctx, ra, registry.DomainCreate{Name: name, Registrant: "rc-1", Token: value})
			})
		}
		wg.Wait()
		won := 0
		for i, err := range errs {
			if err == nil {
				won++
				_, err := w.DeleteDomain(w.ctx, ra, names[i])
				w.must(err)
				continue
			}
			w.refused(err, registry.KindAuthorization, "token")
		}
		if won != 1 {
			t.Fatalf("round %d: %d winners", round, won)
		}
	}
}

// TestStatement adds up, over any period.
func TestStatement(t *testing.T) {
	w := newWorld(t)
	w.contact(ra, "rc-1", nil)
	d, err := w.CreateDomain(w.ctx, ra, registry.DomainCreate{Name: "one.example", Registrant: "rc-1"})
	w.must(err)
	begin := w.Now()
	w.clock.Set(begin.Add(24 * time.Hour))
	_, err = w.RenewDomain(w.ctx, ra, "one.example", d.Expires, registry.Period{})
	w.must(err)
	w.clock.Set(begin.Add(48 * time.Hour))
	_, err = w.DeleteDomain(w.ctx, ra, "one.example")
	w.must(err)
	for _, tc := range []struct {
		from, to         time.Time
		opening, closing int64
		entries          int
	}{
		{time.Time{}, begin.Add(72 * time.Hour), 0, 100_000, 4},
		{begin, begin.Add(time.Microsecond), 0, 99_000, 2},
		{begin.Add(24 * time.Hour), begin.Add(48 * time.Hour), 99_000, 98_000, 1},
		{begin.Add(48 * time.Hour), begin.Add(48 * time.Hour), 98_000, 98_000, 0},
		{begin.Add(48 * time.Hour), begin.Add(49 * time.Hour), 98_000, 100_000, 1},
	} {
		st := &registry.Statement{Registrar: "registrar-a", From: tc.from, To: tc.to}
		w.must(w.store.Statement(w.ctx, st))
		if st.Opening != tc.opening || st.Closing != tc.closing || len(st.Entries) != tc.entries {
			t.Errorf("%v to %v: %+v", tc.from, tc.to, st)
		}
	}
}
