package registry_test

import (
	"testing"
	"time"

	"cadastre/registry"
)

// TestPricesAreKept: settings as a whole do not change what was charged.
func TestPricesAreKept(t *testing.T) {
	now := priceStart.Add(time.Hour)
	old := registry.NewZone("example", registry.TargetZone)
	old.PriceList = []registry.PriceStep{
		{From: priceStart, Create: 1}, {From: now.Add(time.Hour), Create: 2}, {Class: "gold", From: priceStart, Create: 3},
	}
	for what, c := range map[string]struct {
		change func(z *registry.Zone)
		ok     bool
	}{
		"nothing":            {func(*registry.Zone) {}, true},
		"other settings":     {func(z *registry.Zone) { z.Policy.MaxYears = 3 }, true},
		"the beginning":      {func(z *registry.Zone) { z.Prices.Renew++ }, false},
		"a step that began":  {func(z *registry.Zone) { z.PriceList[0].Create = 9 }, false},
		"its instant":        {func(z *registry.Zone) { z.PriceList[0].From = priceStart.Add(1) }, false},
		"it is gone":         {func(z *registry.Zone) { z.PriceList = z.PriceList[1:] }, false},
		"a class is gone":    {func(z *registry.Zone) { z.PriceList = z.PriceList[:2] }, false},
		"one in the past":    {func(z *registry.Zone) { z.PriceList[1].From = now.Add(-1) }, false},
		"one that comes":     {func(z *registry.Zone) { z.PriceList[1].Create = 9 }, true},
		"one that comes not": {func(z *registry.Zone) { z.PriceList = append(z.PriceList[:1:1], z.PriceList[2]) }, true},
		"a new class": {func(z *registry.Zone) {
			z.PriceList = append(z.PriceList, registry.PriceStep{Class: "silver", From: priceStart, Create: 4})
		}, true},
	} {
		z := *old
		z.PriceList = append([]registry.PriceStep(nil), old.PriceList...)
		c.change(&z)
		if err := z.KeepsPrices(old, now); (err == nil) != c.ok {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// TestFirstPricesOfAClass hold at once: a step that comes before them would change what
// holds already.
func TestFirstPricesOfAClass(t *testing.T) {
	z := registry.NewZone("example", registry.TargetZone)
	step := func(after time.Duration, create int64) error {
		return z.SetPrice(registry.PriceStep{Class: "gold", From: priceStart.Add(after), Create: create}, priceStart)
	}
	if err := step(2*time.Hour, 500); err != nil {
		t.Fatal(err)
	}
	if err := step(time.Hour, 300); err != nil {
		t.Fatal(err)
	}
	for after, want := range map[time.Duration]int64{-time.Hour: 500, 0: 500, time.Hour - 1: 500, time.Hour: 300, 2 * time.Hour: 300} {
		if got := z.PricesAt("gold", priceStart.Add(after)).Create; got != want {
			t.Errorf("after %v: %d, want %d", after, got, want)
		}
	}
	if err := z.DropPrice("gold", priceStart.Add(time.Hour), priceStart); err != nil {
		t.Error(err)
	}
}
