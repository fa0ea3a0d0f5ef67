package registry

import (
	"cmp"
	"slices"
	"time"
)

// StandardClass is how the class of names without a class of their own is called (RFC
// 8748, Section 3.7). Domain.Class holds the empty string for it.
const StandardClass = "standard"

// PriceStep are the prices of a class of names from an instant on, in minor units, as
// Prices has them.
type PriceStep struct {
	Class    string    `json:"class,omitempty"` // empty: the standard one
	From     time.Time `json:"from"`
	Create   int64     `json:"create"`
	Renew    int64     `json:"renew"`
	Transfer int64     `json:"transfer"`
	Restore  int64     `json:"restore"`
}

// PricesAt are the prices of a class of names at an instant: those of the latest step
// that has begun. Before the first one, standard names have the zone's Prices, and those
// of another class the prices of its first step. A class that the zone does not know
// costs what standard names do.
func (z *Zone) PricesAt(class string, at time.Time) Prices {
	out := z.Prices
	found := false
	for _, st := range z.PriceList { // sorted: the last that fits holds
		if st.Class != class || st.From.After(at) && (found || class == "") {
			continue
		}
		found = true
		out.Create, out.Renew, out.Transfer, out.Restore = st.Create, st.Renew, st.Transfer, st.Restore
	}
	if z.Discount > 0 {
		out.Create -= out.Create * int64(z.Discount) / 100
	}
	return out
}

// maxPriceSteps bounds a zone's price list.
const maxPriceSteps = 2000

// checkPrices refuses a price list that is not in order, or that nobody could pay.
func (z *Zone) checkPrices() error {
	if len(z.PriceList) > maxPriceSteps {
		return Errorf(KindRange, "price_list", "", "a price list has at most %d steps", maxPriceSteps)
	}
	for i, st := range z.PriceList {
		if st.Class != "" {
			if err := CheckClass(st.Class, "price_list"); err != nil {
				return err
			}
		}
		if i > 0 && compareSteps(z.PriceList[i-1], st) >= 0 {
			return Errorf(KindValue, "price_list", st.From.Format(time.RFC3339), "the steps of each class come in the order of their instants, and the classes in that of their names")
		}
		for _, amount := range []int64{st.Create, st.Renew, st.Transfer, st.Restore} {
			if amount < 0 || amount > maxPrice {
				return Errorf(KindRange, "price_list", "", "a price is between 0 and %d minor units", maxPrice)
			}
		}
	}
	return nil
}

// maxPrice bounds a price, in minor units, so that ten years of it and the sums of many
// can be reckoned with.
const maxPrice = 1_000_000_000_000

func compareSteps(a, b PriceStep) int {
	return cmp.Or(cmp.Compare(a.Class, b.Class), a.From.Compare(b.From))
}

// SetPrice adds a step to the price list, or replaces the one of that instant. Prices
// never change before earliest, which is no earlier than now: what fell due was charged by
// them. The first prices of a class hold from then on, whatever the step says: there are no
// others, and no step that comes later can change what holds already.
func (z *Zone) SetPrice(st PriceStep, earliest time.Time) error {
	st.From = st.From.UTC().Truncate(time.Microsecond)
	switch first := !z.HasClass(st.Class); {
	case first && st.From.After(earliest):
		st.From = earliest
	case !first && st.From.Before(earliest):
		return Errorf(KindRange, "from", st.From.Format(time.RFC3339), "prices change in the future only: from %s on at the earliest", earliest.Format(time.RFC3339))
	}
	list := slices.Clone(z.PriceList)
	i, found := slices.BinarySearchFunc(list, st, compareSteps)
	if found {
		list[i] = st
	} else {
		list = slices.Insert(list, i, st)
	}
	z.PriceList = list
	return z.checkPrices()
}

// KeepsPrices refuses settings in place of old ones that change what was charged before
// now, or is charged at this instant.
func (z *Zone) KeepsPrices(old *Zone, now time.Time) error {
	begun := func(of *Zone) (steps []PriceStep) {
		for _, st := range of.PriceList {
			if st.From.Before(now) && old.HasClass(st.Class) {
				steps = append(steps, st)
			}
		}
		return steps
	}
	if z.Prices != old.Prices || !slices.EqualFunc(begun(z), begun(old), PriceStep.same) {
		return Errorf(KindParamPolicy, "prices", "", "prices change by date, and never for the past: 'cadastre zone price' does that")
	}
	return nil
}

func (st PriceStep) same(o PriceStep) bool {
	return st.From.Equal(o.From) && st.Class == o.Class && st.Create == o.Create && st.Renew == o.Renew &&
		st.Transfer == o.Transfer && st.Restore == o.Restore
}

// DropPrice takes a step that has not begun out of the price list.
func (z *Zone) DropPrice(class string, from, now time.Time) error {
	i, found := slices.BinarySearchFunc(z.PriceList, PriceStep{Class: class, From: from}, compareSteps)
	if !found {
		return Errorf(KindNotFound, "from", from.Format(time.RFC3339), "no prices begin at this instant")
	}
	if !from.After(now) {
		return Errorf(KindStatus, "from", from.Format(time.RFC3339), "these prices hold already: set new ones")
	}
	list := slices.Delete(slices.Clone(z.PriceList), i, i+1)
	if class != "" && !slices.ContainsFunc(list, func(st PriceStep) bool { return st.Class == class }) {
		return Errorf(KindStatus, "class", class, "a class keeps at least one step")
	}
	z.PriceList = list
	return nil
}

// HasClass reports whether the zone has prices for a class; the empty one is the
// standard class, which every zone has.
func (z *Zone) HasClass(class string) bool {
	return class == "" || slices.ContainsFunc(z.PriceList, func(st PriceStep) bool { return st.Class == class })
}

// maxClass bounds the name of a class, in octets.
const maxClass = 32

// CheckClass refuses what cannot be the name of a class of prices. field names it in
// errors.
func CheckClass(class, field string) error {
	ok := len(class) > 0 && len(class) <= maxClass && class[0] != '-'
	for _, c := range []byte(class) {
		ok = ok && (c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-')
	}
	if !ok {
		return Errorf(KindValue, field, class, "a class is called by at most %d letters a to z, digits and hyphens", maxClass)
	}
	if class == StandardClass {
		return Errorf(KindValue, field, class, "the standard class is the one of names without a class")
	}
	return nil
}

// ClassOf is the class in which a canonical name would be registered; empty for the
// standard one.
func (z *Zone) ClassOf(name string) string {
	return z.Labels[labelOf(z, name)].Class
}

// ShownClass is a class as clients see it.
func ShownClass(class string) string { return cmp.Or(class, StandardClass) }
