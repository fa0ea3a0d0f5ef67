package registry

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Bill is the money of one command on the account of its actor: what the client agreed
// to pay, and what the command came to (RFC 8748). All but Offer is filled in when the
// command was carried out, and Funds when it was committed.
type Bill struct {
	Offer    *Offer // nil: the client said nothing
	Currency string
	Written  bool // the command changed something
	Lines    []BillLine
	Funds    Funds
}

// BillLine is a fee, or a credit, in minor units.
type BillLine struct {
	Amount int64         // above zero: charged; below: given back
	Reason string        // as in the ledger
	Grace  time.Duration // a delete within gives it back; 0: nothing does
}

// Funds are what a registrar has after a command, as decimal numbers: "-5.00". Both are
// empty while they are not known.
type Funds struct{ Balance, CreditLimit string }

// Charged is the sum of the fees.
func (b *Bill) Charged() int64 {
	var sum int64
	for _, l := range b.Lines {
		sum += max(l.Amount, 0)
	}
	return sum
}

// Offer is what a client agrees to pay for a command (RFC 8748, Section 4).
type Offer struct {
	Currency string   // empty: the registry's
	Amounts  []string // decimal numbers, their sum counts
}

// MakesOffer reports whether the command agreed to a fee.
func (a Actor) MakesOffer() bool { return a.Bill != nil && a.Bill.Offer != nil }

// Settle refuses with 2004 a command whose client agreed to less than its fees, or to
// another currency than the registry's (RFC 8748, Sections 3.2 and 4). Who agreed to more
// pays the price. It does nothing without an offer.
func (o *Offer) Settle(charged int64, currency string) error {
	if o == nil {
		return nil
	}
	if o.Currency != "" && o.Currency != currency {
		return Errorf(KindRange, "fee:currency", o.Currency, "fees are in %s", currency)
	}
	digits := MinorDigits(currency)
	var sum int64
	for _, text := range o.Amounts {
		sum = addSaturated(sum, offered(text, digits))
	}
	if sum < charged {
		return Errorf(KindRange, "fee:fee", AmountText(sum, digits), "the command costs %s %s", AmountText(charged, digits), currency)
	}
	return nil
}

// maxOffered is more than anything costs; larger amounts count as this.
const maxOffered = math.MaxInt64 / 1000

// offered reads a decimal number of a fee or credit as minor units. What is smaller than
// a minor unit is left out of a fee.
func offered(text string, digits int) int64 {
	number, negative := strings.CutPrefix(text, "-")
	whole, fraction, _ := strings.Cut(number, ".")
	fraction = (fraction + "000")[:digits]
	n, err := strconv.ParseInt("0"+whole+fraction, 10, 64)
	if err != nil || n > maxOffered {
		n = maxOffered
	}
	if negative {
		return -n
	}
	return n
}

func addSaturated(a, b int64) int64 { return min(max(a+b, -maxOffered), maxOffered) }
