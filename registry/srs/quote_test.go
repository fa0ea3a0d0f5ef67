package srs_test

import (
	"testing"
	"time"

	"cadastre/registry"
)

// TestPricesOfReservedNames: whoever has a name is told its prices, also where nobody
// could register it any more, or the token of the check is for another.
func TestPricesOfReservedNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.contact(ra, "rc-1", nil)
	w.domain(ra, "police.example", "rc-1")
	w.must(w.SetLabels(w.ctx, op, "example", []registry.LabelChange{
		{Label: "police", Reserved: true, Value: "For the police"}, {Label: "army", Reserved: true, Value: "For the army"},
	}))
	names := []string{"police.example", "army.example", "a_b.example", "police.nowhere"}
	for _, token := range []string{"", "of another name"} {
		got, err := w.CheckDomains(w.ctx, ra, registry.DomainCheck{
			Names: names, Token: token, Fees: &registry.FeeCheck{Commands: []registry.FeeQuery{{Command: "renew"}, {Command: "restore"}}},
		})
		w.must(err)
		if q := got[0].Quote; got[0].Available || !q.Complete() || q.Class != "standard" || q.Fees[0].Amount != 1000 || q.Fees[1].Amount != 1000 {
			t.Errorf("with token %q: %+v, %+v", token, got[0], q)
		}
		for _, a := range got[1:] {
			if a.Available || a.Quote.Complete() || len(a.Quote.Fees) != 0 {
				t.Errorf("with token %q: %+v, %+v", token, a, a.Quote)
			}
		}
	}
}

// TestPricesInPhases: RFC 8748, Section 3.8.
func TestPricesInPhases(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	z := registry.NewZone("brand", registry.TargetZone)
	z.DNS.Nameservers = []registry.ApexServer{{Name: "ns1.provider.test"}}
	end := w.Now().Add(24 * time.Hour)
	z.Launch.Phases = []registry.LaunchPhase{{Phase: "sunrise", Name: "early", To: end}, {Phase: "claims", From: end.Add(time.Hour)}}
	w.must(w.AddZone(w.ctx, op, z))
	ask := func(q registry.FeeQuery) (brand, example registry.QuotedFee, err error) {
		q.Command = "create"
		got, err := w.CheckDomains(w.ctx, ra, registry.DomainCheck{
			Names: []string{"a.brand", "a.example"}, Fees: &registry.FeeCheck{Commands: []registry.FeeQuery{q}},
		})
		if err != nil {
			return brand, example, err
		}
		return got[0].Quote.Fees[0], got[1].Quote.Fees[0], nil
	}
	for _, c := range []struct {
		asked     registry.FeeQuery
		phase     string // told for the zone with phases
		other     bool   // the zone without them has an answer
		subphase  string
		wantOther string
	}{
		{registry.FeeQuery{}, "sunrise", true, "early", ""},
		{registry.FeeQuery{Phase: "sunrise"}, "sunrise", false, "early", "sunrise"},
		{registry.FeeQuery{Phase: "sunrise", Subphase: "early"}, "sunrise", false, "early", "sunrise"},
		{registry.FeeQuery{Phase: "claims"}, "claims", false, "", "claims"},
		{registry.FeeQuery{Phase: "open"}, "open", true, "", "open"},
	} {
		brand, example, err := ask(c.asked)
		w.must(err)
		if brand.Reason != "" || brand.Amount != 1000 || brand.Phase != c.phase || brand.Subphase != c.subphase {
			t.Errorf("%+v: %+v", c.asked, brand)
		}
		if (example.Reason == "") != c.other || example.Phase != c.wantOther {
			t.Errorf("%+v: %+v", c.asked, example)
		}
		if year := (registry.Period{Value: 1, Unit: "y"}); brand.Period != year || example.Period != year {
			t.Errorf("%+v: the period is left out (RFC 8748, Section 5.1.1): %+v %+v", c.asked, brand, example)
		}
	}
	w.clock.Set(end) // between the phases, names are open to all
	if brand, _, err := ask(registry.FeeQuery{}); err != nil || brand.Phase != "open" || brand.Subphase != "" {
		t.Errorf("between phases: %+v, %v", brand, err)
	}
	_, _, err := ask(registry.FeeQuery{Phase: "landrush"})
	w.refused(err, registry.KindRange, "no zone of this registry")
	_, _, err = ask(registry.FeeQuery{Phase: "sunrise", Subphase: "late"})
	w.refused(err, registry.KindRange, "no zone of this registry")
	_, _, err = ask(registry.FeeQuery{Subphase: "early"})
	w.refused(err, registry.KindMissing, "needs a phase")
}
