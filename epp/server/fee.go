package server

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"time"

	"cadastre/epp"
	"cadastre/registry"
	"cadastre/registry/srs"
)

// noCurrency stands where nothing has a price (RFC 8748, Section 3.2).
const noCurrency = "XXX"

// billFor is what the money of a command is written down on, for sessions that chose the
// fee extension; nil for commands that move none.
func (s *session) billFor(cmd *epp.Command) *registry.Bill {
	if billed(cmd) == "" || !slices.Contains(s.extensions, epp.NSFee) {
		return nil
	}
	b := &registry.Bill{}
	if f, ok := epp.FindExtension[*epp.FeeTransform](cmd.Extensions); ok {
		b.Offer = &registry.Offer{Currency: f.Currency}
		for _, fee := range f.Fees {
			b.Offer.Amounts = append(b.Offer.Amounts, fee.Amount)
		}
		for _, credit := range f.Credits {
			b.Offer.Amounts = append(b.Offer.Amounts, credit.Amount)
		}
	}
	return b
}

// billed is the verb of a command whose answer tells what it cost (RFC 8748, Section
// 5.2), "" for others: of transfers, requests alone do (Section 5.2.4).
func billed(cmd *epp.Command) string {
	switch b := cmd.Body.(type) {
	case *epp.DomainCreate, *epp.DomainRenew, *epp.DomainUpdate, *epp.DomainDelete:
		return b.Verb()
	case *epp.DomainTransfer:
		if b.Op == epp.TransferRequest {
			return b.Verb()
		}
	}
	return ""
}

// tellBill adds to the answer of a command what it came to, and what is left on the
// account, be it nothing. Where nothing was written there is nothing to tell, nor of
// applications and whitelist names, which have no currency.
func tellBill(resp *epp.Response, cmd *epp.Command, b *registry.Bill) {
	if b == nil || !b.Written || b.Currency == "" {
		return
	}
	digits := registry.MinorDigits(b.Currency)
	data := &epp.FeeTransformData{
		Verb: billed(cmd), Currency: b.Currency,
		Balance: cmp.Or(b.Funds.Balance, balanceGap), CreditLimit: cmp.Or(b.Funds.CreditLimit, limitGap),
	}
	for _, l := range b.Lines {
		if l.Amount < 0 {
			data.Credits = append(data.Credits, epp.FeeCredit{Amount: registry.AmountText(l.Amount, digits), Description: feeText(l.Reason)})
			continue
		}
		data.Fees = append(data.Fees, feeOut(l.Amount, l.Reason, l.Grace, b.Currency))
	}
	resp.Extensions = append(resp.Extensions, data)
}

// What stands for the funds in an answer that is kept with its command, and so is written
// before the account is charged. No client can write such an element.
const (
	balanceGap = "{balance}"
	limitGap   = "{creditLimit}"
)

// withFunds fills the gaps of a data unit.
func withFunds(unit []byte, f registry.Funds) []byte {
	if f.Balance == "" {
		return unit
	}
	for _, gap := range []struct{ element, mark, text string }{
		{"fee:balance", balanceGap, f.Balance}, {"fee:creditLimit", limitGap, f.CreditLimit},
	} {
		begin := "<" + gap.element + ">"
		unit = bytes.Replace(unit, []byte(begin+gap.mark+"<"), []byte(begin+gap.text+"<"), 1)
	}
	binary.BigEndian.PutUint32(unit, uint32(len(unit)))
	return unit
}

// feeOut is a fee. Within its grace period a delete gives it back (RFC 8748, Section
// 3.4.3).
func feeOut(amount int64, reason string, grace time.Duration, currency string) epp.Fee {
	refundable := grace > 0
	f := epp.Fee{
		Amount: registry.AmountText(amount, registry.MinorDigits(currency)), Description: feeText(reason),
		Refundable: &refundable, Applied: epp.FeeImmediate,
	}
	if refundable {
		f.GracePeriod = xsDuration(grace)
	}
	return f
}

// feeText describes a fee or a credit by its reason in the ledger.
func feeText(reason string) string {
	switch reason {
	case "create":
		return "Registration fee"
	case "renew":
		return "Renewal fee"
	case registry.TransferCharged:
		return "Transfer fee"
	case "restore":
		return "Restore fee"
	case "restore-returned":
		return "What the delete gave back"
	case string(registry.AutoRenewed):
		return "Automatic renewal"
	case "delete":
		return "Refund within a grace period"
	}
	return reason
}

// xsDuration writes a length of time of at least a second as xs:duration, with days of 24
// hours.
func xsDuration(d time.Duration) string {
	out := "P"
	if days := d / registry.Day; days > 0 {
		out += fmt.Sprintf("%dD", days)
	}
	if rest := d % registry.Day; rest > 0 {
		out += "T" + strings.ToUpper(rest.Truncate(time.Second).String())
	}
	return out
}

// feeCheckIn is the question for prices of a check; nil where there is none.
func feeCheckIn(exts []epp.Extension) *registry.FeeCheck {
	f, ok := epp.FindExtension[*epp.FeeCheck](exts)
	if !ok {
		return nil
	}
	out := &registry.FeeCheck{Currency: f.Currency}
	for _, c := range f.Commands {
		out.Commands = append(out.Commands, registry.FeeQuery{
			Command: c.Name, Phase: c.Phase, Subphase: c.Subphase, Period: periodIn(c.Period),
		})
	}
	return out
}

// feeCheckOut is the answer to a question for prices (RFC 8748, Section 5.1.1). names are
// as the client wrote them.
func feeCheckOut(ask *epp.FeeCheck, names []string, list []registry.Availability) *epp.FeeCheckData {
	out := &epp.FeeCheckData{Currency: noCurrency}
	for i, a := range list {
		if a.Quote == nil {
			a.Quote = &registry.Quote{Reason: "a whitelist name costs nothing and is not sold"}
		}
		r := epp.FeeCheckResult{Object: names[i], Avail: a.Quote.Complete(), Class: a.Quote.Class, Reason: a.Quote.Reason}
		if a.Quote.Currency != "" {
			out.Currency = a.Quote.Currency
		}
		for j, f := range a.Quote.Fees {
			r.Commands = append(r.Commands, quoteOut(ask.Commands[j], f, out.Currency))
		}
		out.Results = append(out.Results, r)
	}
	return out
}

// quoteOut is what one command costs. No fee means that it costs nothing.
func quoteOut(ask epp.FeeCommand, f registry.QuotedFee, currency string) epp.FeeCommandData {
	d := epp.FeeCommandData{FeeCommand: ask, Standard: f.Standard, Reason: f.Reason}
	d.Phase, d.Subphase, d.Period = f.Phase, f.Subphase, nil
	switch {
	case f.Period != registry.Period{}:
		d.Period = &epp.Period{Value: f.Period.Value, Unit: f.Period.Unit}
	case ask.Name != epp.FeeRestore:
		d.Period = ask.Period
	}
	if f.Reason == "" && f.Amount > 0 {
		d.Fees = []epp.Fee{feeOut(f.Amount, f.Command, f.Grace, currency)}
	}
	return d
}

// tellTransferFee adds to the answer of a transfer query what the gaining registrar paid
// (RFC 8748, Section 5.1.2), for that registrar alone.
func (s *session) tellTransferFee(resp *epp.Response, r *srs.TransferResult) {
	kept := r.Status == registry.TransferPending || r.Status == registry.ClientApproved || r.Status == registry.ServerApproved
	if r.Charged == 0 || !kept || r.Gaining != s.registrar || !slices.Contains(s.extensions, epp.NSFee) {
		return
	}
	resp.Extensions = append(resp.Extensions, &epp.FeeTransformData{
		Verb: epp.VerbTransfer, Currency: r.Currency, Period: &epp.Period{Value: r.Years, Unit: "y"},
		Fees: []epp.Fee{feeOut(r.Charged, registry.TransferCharged, r.Zone.Periods.TransferGrace.D(), r.Currency)},
	})
}
