package epp

import "strconv"

// feeDataTag gives the element of a response by the command it answers.
func feeDataTag(verb string) string {
	switch verb {
	case VerbCreate:
		return "creData"
	case VerbRenew:
		return "renData"
	case VerbTransfer:
		return "trnData"
	case VerbUpdate:
		return "updData"
	}
	return "delData"
}

func (f *FeeCheck) encode(w *writer) {
	w.openNS("fee", "check", NSFee)
	w.elemOpt("fee:currency", f.Currency)
	for i := range f.Commands {
		w.feeCommand(&f.Commands[i])
		if f.Commands[i].Period == nil {
			w.empty()
			continue
		}
		w.ready()
		w.feePeriod(f.Commands[i].Period)
		w.close("fee:command")
	}
	w.close("fee:check")
}

// feeCommand begins the start tag of a command.
func (w *writer) feeCommand(f *FeeCommand) {
	w.start("fee:command")
	w.attr("name", f.Name)
	w.attrOpt("customName", f.CustomName)
	w.attrOpt("phase", f.Phase)
	w.attrOpt("subphase", f.Subphase)
}

func (w *writer) feePeriod(p *Period) {
	if p != nil {
		w.start("fee:period")
		w.attr("unit", p.Unit)
		w.rest("fee:period", strconv.Itoa(p.Value))
	}
}

func (w *writer) fees(fees []Fee, credits []FeeCredit) {
	for i := range fees {
		f := &fees[i]
		w.start("fee:fee")
		w.attrOpt("description", f.Description)
		w.langAttr(f.Lang)
		if f.Refundable != nil {
			w.bool("refundable", *f.Refundable)
		}
		w.attrOpt("grace-period", f.GracePeriod)
		w.attrOpt("applied", f.Applied)
		w.rest("fee:fee", f.Amount)
	}
	for i := range credits {
		c := &credits[i]
		w.start("fee:credit")
		w.attrOpt("description", c.Description)
		w.langAttr(c.Lang)
		w.rest("fee:credit", c.Amount)
	}
}

func (f *FeeTransform) encode(w *writer) {
	w.openNS("fee", f.Verb, NSFee)
	w.elemOpt("fee:currency", f.Currency)
	w.fees(f.Fees, f.Credits)
	w.close("fee:" + f.Verb)
}

func (f *FeeCheckData) encode(w *writer) {
	w.openNS("fee", "chkData", NSFee)
	w.elem("fee:currency", f.Currency)
	for i := range f.Results {
		w.feeCheckResult(&f.Results[i])
	}
	w.close("fee:chkData")
}

func (w *writer) feeCheckResult(r *FeeCheckResult) {
	w.start("fee:cd")
	w.bool("avail", r.Avail)
	w.ready()
	w.start("fee:objID")
	w.attrOpt("element", r.Element)
	w.rest("fee:objID", r.Object)
	w.elemOpt("fee:class", r.Class)
	for i := range r.Commands {
		c := &r.Commands[i]
		w.feeCommand(&c.FeeCommand)
		if c.Standard {
			w.bool("standard", true)
		}
		w.ready()
		w.feePeriod(c.Period)
		w.fees(c.Fees, c.Credits)
		w.feeReason(c.Lang, c.Reason)
		w.close("fee:command")
	}
	w.feeReason(r.Lang, r.Reason)
	w.close("fee:cd")
}

func (w *writer) feeReason(lang, reason string) {
	if reason != "" {
		w.message("fee:reason", lang, capped(reason, maxReasonText))
	}
}

func (f *FeeTransformData) encode(w *writer) {
	tag := feeDataTag(f.Verb)
	w.openNS("fee", tag, NSFee)
	w.elemOpt("fee:currency", f.Currency)
	w.feePeriod(f.Period)
	w.fees(f.Fees, f.Credits)
	w.elemOpt("fee:balance", f.Balance)
	w.elemOpt("fee:creditLimit", f.CreditLimit)
	w.close("fee:" + tag)
}
