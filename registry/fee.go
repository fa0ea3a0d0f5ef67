package registry

import (
	"cmp"
	"errors"
	"slices"
	"time"
)

// DomainCheck asks whether names can be registered (RFC 5731, Section 3.1.1), and
// perhaps what commands on them cost.
type DomainCheck struct {
	Names []string
	Fees  *FeeCheck // nil: prices are not asked for
	Token string    // for allocation (RFC 8495), empty without
}

// FeeCheck asks what commands cost (RFC 8748, Section 5.1.1).
type FeeCheck struct {
	Currency string // empty: the registry's
	Commands []FeeQuery
}

// FeeQuery asks what one command costs.
type FeeQuery struct {
	Command         string // "create", "renew", "transfer", "restore", "delete", "update" or "custom"
	Phase, Subphase string // of a launch (RFC 8334); empty if not said
	Period          Period // zero: the default
}

// MaxFeeQueries bounds the commands of one check.
const MaxFeeQueries = 20

// Check refuses a question that has no answer for any name (RFC 8748, Sections 3.2 and
// 3.8): another currency, phases of a launch that no zone has.
func (c *FeeCheck) Check(currency string, zones Zones) error {
	if c.Currency != "" && c.Currency != currency {
		return Errorf(KindRange, "fee:currency", c.Currency, "fees are in %s", currency)
	}
	if len(c.Commands) > MaxFeeQueries {
		return Errorf(KindParamPolicy, "fee:command", "", "at most %d fees are asked for in one command", MaxFeeQueries)
	}
	for _, q := range c.Commands {
		switch {
		case q.Subphase != "" && q.Phase == "":
			return Errorf(KindMissing, "fee:command", "", "a subphase needs a phase")
		case q.Phase != "" && !slices.ContainsFunc(zones, func(z *Zone) bool { return z.hasPhase(q) }):
			return Errorf(KindRange, "fee:command", cmp.Or(q.Subphase, q.Phase), "no zone of this registry has such a phase")
		}
	}
	return nil
}

// hasPhase reports whether the zone was, is or will be in the phase that a question is
// about; every zone is open at some time.
func (z *Zone) hasPhase(q FeeQuery) bool {
	if q.Phase == PhaseOpen {
		return q.Subphase == ""
	}
	return slices.ContainsFunc(z.Launch.Phases, func(l LaunchPhase) bool {
		return l.Phase == q.Phase && (q.Subphase == "" || l.Name == q.Subphase)
	})
}

// inPhase completes a question with the phase that its answer is for: in zones that open
// in phases the present one, where none is asked for (RFC 8748, Section 3.8).
func (z *Zone) inPhase(q FeeQuery, at time.Time) FeeQuery {
	is := z.Launch.At(at)
	switch {
	case len(z.Launch.Phases) == 0:
	case q.Phase == "":
		q.Phase, q.Subphase = is.Phase, is.Name
	case q.Subphase == "" && q.Phase == is.Phase:
		q.Subphase = is.Name
	}
	return q
}

// Quote is what commands on one name cost at an instant. Without Reason and without
// one in any of Fees everything can be told.
type Quote struct {
	Currency string
	Class    string // "standard" or another; empty where nothing can be told
	Fees     []QuotedFee
	Reason   string // why nothing can be told
}

// Complete reports whether all that was asked for is told.
func (q *Quote) Complete() bool {
	for _, f := range q.Fees {
		if f.Reason != "" {
			return false
		}
	}
	return q.Reason == ""
}

// QuotedFee is what one command costs.
type QuotedFee struct {
	FeeQuery               // Period is what the amount is for; zero for a restore
	Amount   int64         // minor units
	Grace    time.Duration // a delete within gives it back; 0: nothing does
	Standard bool          // it is the price of names without a class of their own
	Reason   string        // why there is no amount
}

// Quote tells what commands on a name of the class cost at an instant.
func (z *Zone) Quote(class string, check *FeeCheck, at time.Time) *Quote {
	out := &Quote{Currency: z.Prices.Currency, Class: ShownClass(class), Fees: make([]QuotedFee, len(check.Commands))}
	for i, q := range check.Commands {
		f := QuotedFee{FeeQuery: z.inPhase(q, at), Standard: class == ""}
		if err := z.quote(&f, z.PricesAt(class, at)); err != nil {
			f.Reason = ReasonOf(err)
		}
		switch { // with a fee or a reason: RFC 8748, Section 5.1.1
		case f.Command == "restore":
			f.Period = Period{}
		case f.Period == Period{}:
			f.Period = Period{Value: 1, Unit: "y"}
		}
		out.Fees[i] = f
	}
	return out
}

func (z *Zone) quote(f *QuotedFee, p Prices) error {
	if f.Phase != "" && !z.hasPhase(f.FeeQuery) {
		return Errorf(KindRange, "fee:command", f.Phase, "%s has no such phase", z.Name)
	}
	years, price := 1, int64(0)
	var err error
	switch f.Command {
	case "create":
		years, err = f.Period.Years(z.Policy.MaxYears, "fee:period")
		price, f.Grace = p.Create, z.Periods.AddGrace.D()
	case "renew":
		years, err = f.Period.Years(z.Policy.MaxYears, "fee:period")
		price, f.Grace = p.Renew, z.Periods.RenewGrace.D()
	case "transfer":
		if years, err = z.transferYears(f.Period); years > 0 {
			price, f.Grace = p.Transfer, z.Periods.TransferGrace.D()
		}
	case "restore":
		f.Amount = p.Restore
		return nil
	case "delete", "update":
	default:
		return Errorf(KindRange, "fee:command", f.Command, "the registry has no such command")
	}
	if err != nil {
		return err
	}
	f.Amount = price * int64(years)
	return nil
}

// ReasonOf is the sentence of an error that a client is told.
func ReasonOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Reason
	}
	return err.Error()
}
