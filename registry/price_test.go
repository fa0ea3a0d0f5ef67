package registry_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cadastre/registry"
)

var priceStart = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// TestPricesAt sets steps in any order and holds what holds at any instant against a
// plain search.
func TestPricesAt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		z := registry.NewZone("example", registry.TargetZone)
		var steps []registry.PriceStep
		for range rapid.IntRange(0, 12).Draw(t, "steps") {
			st := registry.PriceStep{
				Class:  rapid.SampledFrom([]string{"", "gold", "silver"}).Draw(t, "class"),
				From:   priceStart.Add(time.Duration(rapid.IntRange(0, 20).Draw(t, "from")) * time.Second),
				Create: rapid.Int64Range(0, 1_000_000).Draw(t, "create"),
			}
			first := !z.HasClass(st.Class)
			if err := z.SetPrice(st, priceStart); err != nil {
				t.Fatal(err)
			}
			if first {
				st.From = priceStart // the first prices of a class hold at once
			}
			steps = slices.DeleteFunc(steps, func(o registry.PriceStep) bool { return o.Class == st.Class && o.From.Equal(st.From) })
			steps = append(steps, st)
		}
		for i := range 25 {
			at := priceStart.Add(time.Duration(i-2) * time.Second)
			for _, class := range []string{"", "gold", "silver", "unknown"} {
				want, begun, first := z.Prices.Create, time.Time{}, time.Time{}
				for _, st := range steps {
					if st.Class != class {
						continue
					}
					if !st.From.After(at) && !st.From.Before(begun) {
						want, begun = st.Create, st.From
					}
				}
				if begun.IsZero() && class != "" {
					for _, st := range steps {
						if st.Class == class && (first.IsZero() || st.From.Before(first)) {
							want, first = st.Create, st.From
						}
					}
				}
				if got := z.PricesAt(class, at).Create; got != want {
					t.Fatalf("class %q at %v costs %d, want %d\n%+v", class, at, got, want, z.PriceList)
				}
			}
		}
	})
}

// TestPricesOfThePast stay as they are.
func TestPricesOfThePast(t *testing.T) {
	z := registry.NewZone("example", registry.TargetZone)
	step := registry.PriceStep{From: priceStart, Create: 5}
	if err := z.SetPrice(step, priceStart.Add(1)); !registry.IsKind(err, registry.KindRange) {
		t.Errorf("a price of the past was set: %v", err)
	}
	if err := z.SetPrice(step, priceStart); err != nil {
		t.Fatal(err)
	}
	if err := z.DropPrice("", priceStart, priceStart); !registry.IsKind(err, registry.KindStatus) {
		t.Errorf("a price that holds was dropped: %v", err)
	}
	if err := z.DropPrice("", priceStart, priceStart.Add(-1)); err != nil || len(z.PriceList) != 0 {
		t.Errorf("a price that does not hold was not dropped: %v", err)
	}
	z.PriceList = []registry.PriceStep{{From: priceStart}, {From: priceStart}}
	z.DNS.Nameservers = []registry.ApexServer{{Name: "ns1.dns.test"}}
	if err := z.Check(); err == nil {
		t.Error("a list with two prices at one instant was accepted")
	}
}

// TestSettle holds offers against prices.
func TestSettle(t *testing.T) {
	for _, tc := range []struct {
		currency string
		amounts  []string
		charged  int64
		ok       bool
	}{
		{"", []string{"10"}, 1000, true},
		{"USD", []string{"10.00"}, 1000, true},
		{"USD", []string{"10.0000"}, 1000, true},
		{"USD", []string{"4", "6.5", "-0.5"}, 1000, true},
		{"USD", []string{"11"}, 1000, true},
		{"USD", []string{"9.99"}, 1000, false},
		{"USD", []string{"9.999"}, 1000, false},
		{"EUR", []string{"10"}, 1000, false},
		{"EUR", []string{"0"}, 0, false},
		{"USD", []string{"0"}, 0, true},
		{"USD", []string{"999999999999999999999999999999"}, 1000, true},
		{"USD", []string{"999999999999999999999999999999", "-999999999999999999999999999999"}, 1, false},
		{"USD", []string{".5"}, 50, true},
	} {
		err := (&registry.Offer{Currency: tc.currency, Amounts: tc.amounts}).Settle(tc.charged, "USD")
		if (err == nil) != tc.ok || err != nil && !registry.IsKind(err, registry.KindRange) {
			t.Errorf("%+v: %v", tc, err)
		}
	}
	if err := (*registry.Offer)(nil).Settle(1000, "USD"); err != nil {
		t.Errorf("no offer: %v", err)
	}
}

// TestStatementAddsUp: opening and entries are the closing balance, and so are the sums.
func TestStatementAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		st := &registry.Statement{Opening: rapid.Int64Range(-1000, 1000).Draw(t, "opening")}
		want := st.Opening
		for range rapid.IntRange(0, 20).Draw(t, "entries") {
			e := registry.StatementEntry{Amount: rapid.Int64Range(-500, 500).Draw(t, "amount"), Reason: rapid.SampledFrom([]string{"create", "delete", "renew"}).Draw(t, "reason")}
			want += e.Amount
			st.Entries = append(st.Entries, e)
		}
		st.Reckon()
		sums, count := st.Opening, 0
		for _, r := range st.Reasons {
			sums, count = sums+r.Amount, count+r.Count
		}
		if st.Closing != want || sums != want || count != len(st.Entries) {
			t.Fatalf("%+v closes with %d, want %d", st, st.Closing, want)
		}
	})
}
