package srs

import (
	"context"
	"time"

	"cadastre/registry"
	"cadastre/registry/store"
)

// needsOffer is what a check without the fee extension answers for a name of a class of
// its own (RFC 8748, Section 4).
const needsOffer = "Premium: fee extension is needed"

// checkFees refuses a question for prices that no name could answer.
func checkFees(c *registry.FeeCheck, zones registry.Zones) error {
	if c == nil {
		return nil
	}
	return c.Check(currencyOf(zones, c.Currency), zones)
}

// currencyOf is the currency of all zones, or what was asked for where there is none.
func currencyOf(zones registry.Zones, asked string) string {
	for _, z := range zones {
		return z.Prices.Currency
	}
	return asked
}

// mustOffer refuses with 2003 to sell a name of a class of its own to a client that did
// not say what it agrees to pay: it may not know that the name is dear (RFC 8748, Section
// 4).
func mustOffer(actor registry.Actor, z *registry.Zone, name, class string, price int64) error {
	if class == "" || actor.Operator || actor.MakesOffer() {
		return nil
	}
	digits := registry.MinorDigits(z.Prices.Currency)
	return registry.Errorf(registry.KindMissing, "fee:fee", "", "%s is of the class %s and costs %s %s: say with the fee extension that you agree (RFC 8748)",
		name, class, registry.AmountText(price, digits), z.Prices.Currency)
}

// settling is fn with a look, at its end, at whether the command costs more than its
// client agreed to. It notes the currency on the bill.
func (s *SRS) settling(ctx context.Context, actor registry.Actor, fn func(context.Context, *store.Tx) error) (func(context.Context, *store.Tx) error, error) {
	if actor.Bill == nil {
		return fn, nil
	}
	zones, err := s.store.Zones(ctx)
	if err != nil {
		return nil, err
	}
	actor.Bill.Currency = currencyOf(zones, "")
	return func(ctx context.Context, tx *store.Tx) error {
		if err := fn(ctx, tx); err != nil {
			return err
		}
		return actor.Bill.Offer.Settle(tx.Billed(), actor.Bill.Currency)
	}, nil
}

// graceOf is for how long a delete gives back what was charged.
func graceOf(z *registry.Zone, reason string) time.Duration {
	switch reason {
	case "create":
		return z.Periods.AddGrace.D()
	case "renew":
		return z.Periods.RenewGrace.D()
	case registry.TransferCharged:
		return z.Periods.TransferGrace.D()
	}
	return 0
}
