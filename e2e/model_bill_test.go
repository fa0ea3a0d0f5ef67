package e2e

import (
	"fmt"

	"cadastre/epp"
	"cadastre/registry"
)

// pays holds what a command costs against the money of who gives it.
func (v *verdict) pays(m *model, who string, amount int64) {
	v.cost = amount
	v.refuse(amount > 0 && m.balance[who] < amount, 2104)
}

// offered adds to some commands what their client agrees to pay (RFC 8748, Section 4):
// the price, or more, or less, or another currency. must says that the name is sold to
// nobody who does not agree.
func (v *verdict) offered(frame, verb string, st step, must bool) (string, string) {
	amount, currency := v.cost, "USD"
	switch kind := st.Offer % 16; {
	case kind < 9 && !must, kind == 0:
		v.refuse(must, 2003)
		return frame, ""
	case kind == 10:
		currency = "EUR"
		v.refuse(true, 2004)
	case kind == 11 || kind == 12:
		if amount -= 1; amount < 0 {
			amount = 0
		}
		v.refuse(v.cost > amount, 2004)
	case kind == 13:
		amount += 1
	}
	if st.Offer%32 < 16 && currency == "USD" {
		currency = ""
	}
	text := registry.AmountText(amount, 2)
	return withFee(frame, verb, currency, text), fmt.Sprintf(", agreeing to %s %s", text, currency)
}

// compareBill holds what the answer to a command tells of money against what the command
// did to the model: balance is what its registrar had before.
func (w *modelWorld) compareBill(who string, r *reply, balance int64) {
	d, ok := epp.FindExtension[*epp.FeeTransformData](r.Extensions)
	if !ok {
		w.failf("the answer tells nothing of money\n%s", r.frame)
	}
	var fees, credits int64
	minor := func(text string) (n int64) {
		var whole, cents int64
		sign := int64(1)
		if text[0] == '-' {
			sign, text = -1, text[1:]
		}
		if _, err := fmt.Sscanf(text, "%d.%02d", &whole, &cents); err != nil {
			w.failf("the amount %q: %v", text, err)
		}
		return sign * (whole*100 + cents)
	}
	for _, f := range d.Fees {
		fees += minor(f.Amount)
	}
	for _, c := range d.Credits {
		credits += minor(c.Amount)
	}
	paid := balance - w.balance[who]
	w.same("what is told of money", []string{fmt.Sprint("paid ", paid), fmt.Sprint("left ", w.balance[who])},
		[]string{fmt.Sprint("paid ", fees+credits), fmt.Sprint("left ", minor(d.Balance))})
}
