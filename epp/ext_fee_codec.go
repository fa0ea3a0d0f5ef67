package epp

import (
	"strconv"

	"github.com/beevik/etree"
)

var feeExtension = &extensionCodec{
	commands: map[string]extensionCommand{
		"check":    {extending(NSDomain, VerbCheck), feeCheckType, decodeFeeCheck},
		"create":   {extending(NSDomain, VerbCreate), feeTransformType, decodeFeeTransform},
		"renew":    {extending(NSDomain, VerbRenew), feeTransformType, decodeFeeTransform},
		"transfer": {extending(NSDomain, VerbTransfer), feeTransformType, decodeFeeTransform},
		"update":   {extending(NSDomain, VerbUpdate), feeTransformType, decodeFeeTransform},
	},
	responses: map[string]func(*responseDecoder, *etree.Element) Extension{
		"chkData": decodeFeeCheckData,
		"creData": decodeFeeData(VerbCreate),
		"renData": decodeFeeData(VerbRenew),
		"trnData": decodeFeeData(VerbTransfer),
		"updData": decodeFeeData(VerbUpdate),
		"delData": decodeFeeData(VerbDelete),
	},
}

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

func decodeFeeCheck(el *etree.Element) Extension {
	f := &FeeCheck{}
	for c := range children(el) {
		switch c.Tag {
		case "currency":
			f.Currency = content(c)
		case "command":
			f.Commands = append(f.Commands, decodeFeeCommand(c))
		}
	}
	return f
}

func decodeFeeCommand(el *etree.Element) FeeCommand {
	f := FeeCommand{
		Name: attrOr(el, "name", ""), CustomName: attrOr(el, "customName", ""),
		Phase: attrOr(el, "phase", ""), Subphase: attrOr(el, "subphase", ""),
	}
	if c := child(el, "period"); c != nil {
		f.Period = decodePeriod(c)
	}
	return f
}

func decodeFeeTransform(el *etree.Element) Extension {
	f := &FeeTransform{Verb: el.Tag}
	for c := range children(el) {
		switch c.Tag {
		case "currency":
			f.Currency = content(c)
		case "fee":
			f.Fees = append(f.Fees, decodeFee(c))
		case "credit":
			f.Credits = append(f.Credits, decodeFeeCredit(c))
		}
	}
	return f
}

func decodeFee(el *etree.Element) Fee {
	f := Fee{
		Amount: decimalText(el), Description: attrOr(el, "description", ""), Lang: attrOr(el, "lang", ""),
		GracePeriod: attrOr(el, "grace-period", ""), Applied: attrOr(el, "applied", ""),
	}
	if v, ok := attr(el, "refundable"); ok {
		refundable := parseBoolean(v)
		f.Refundable = &refundable
	}
	return f
}

func decodeFeeCredit(el *etree.Element) FeeCredit {
	return FeeCredit{Amount: decimalText(el), Description: attrOr(el, "description", ""), Lang: attrOr(el, "lang", "")}
}

// decimalText is a number as normalDecimal has it; what is none, which only a response can
// hold, stays as it is.
func decimalText(el *etree.Element) string {
	if v, ok := normalDecimal(elementText(el)); ok {
		return v
	}
	return elementText(el)
}

func decodeFeeCheckData(_ *responseDecoder, el *etree.Element) Extension {
	f := &FeeCheckData{}
	for c := range children(el) {
		switch c.Tag {
		case "currency":
			f.Currency = content(c)
		case "cd":
			f.Results = append(f.Results, decodeFeeCheckResult(c))
		}
	}
	return f
}

func decodeFeeCheckResult(el *etree.Element) FeeCheckResult {
	r := FeeCheckResult{Avail: parseBoolean(attrOr(el, "avail", "1"))}
	for c := range children(el) {
		switch c.Tag {
		case "objID":
			r.Object, r.Element = content(c), attrOr(c, "element", "")
		case "class":
			r.Class = content(c)
		case "command":
			r.Commands = append(r.Commands, decodeFeeCommandData(c))
		case "reason":
			r.Reason, r.Lang = content(c), attrOr(c, "lang", "")
		}
	}
	return r
}

func decodeFeeCommandData(el *etree.Element) FeeCommandData {
	f := FeeCommandData{FeeCommand: decodeFeeCommand(el), Standard: parseBoolean(attrOr(el, "standard", "0"))}
	for c := range children(el) {
		switch c.Tag {
		case "fee":
			f.Fees = append(f.Fees, decodeFee(c))
		case "credit":
			f.Credits = append(f.Credits, decodeFeeCredit(c))
		case "reason":
			f.Reason, f.Lang = content(c), attrOr(c, "lang", "")
		}
	}
	return f
}

func decodeFeeData(verb string) func(*responseDecoder, *etree.Element) Extension {
	return func(_ *responseDecoder, el *etree.Element) Extension {
		f := &FeeTransformData{Verb: verb}
		for c := range children(el) {
			switch c.Tag {
			case "currency":
				f.Currency = content(c)
			case "period":
				f.Period = decodePeriod(c)
			case "fee":
				f.Fees = append(f.Fees, decodeFee(c))
			case "credit":
				f.Credits = append(f.Credits, decodeFeeCredit(c))
			case "balance":
				f.Balance = decimalText(c)
			case "creditLimit":
				f.CreditLimit = decimalText(c)
			}
		}
		return f
	}
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
