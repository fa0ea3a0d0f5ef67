package epp

var feeExtension = &extensionCodec{
	commands: map[string]extensionCommand{
		"check":    {extending(NSDomain, VerbCheck), feeCheckType, decodeFeeCheck},
		"create":   {extending(NSDomain, VerbCreate), feeTransformType, decodeFeeTransform},
		"renew":    {extending(NSDomain, VerbRenew), feeTransformType, decodeFeeTransform},
		"transfer": {extending(NSDomain, VerbTransfer), feeTransformType, decodeFeeTransform},
		"update":   {extending(NSDomain, VerbUpdate), feeTransformType, decodeFeeTransform},
	},
	responses: map[string]func(*responseDecoder, *element) Extension{
		"chkData": decodeFeeCheckData,
		"creData": decodeFeeData(VerbCreate),
		"renData": decodeFeeData(VerbRenew),
		"trnData": decodeFeeData(VerbTransfer),
		"updData": decodeFeeData(VerbUpdate),
		"delData": decodeFeeData(VerbDelete),
	},
}

func decodeFeeCheck(el *element) Extension {
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

func decodeFeeCommand(el *element) FeeCommand {
	f := FeeCommand{
		Name: attrOr(el, "name", ""), CustomName: attrOr(el, "customName", ""),
		Phase: attrOr(el, "phase", ""), Subphase: attrOr(el, "subphase", ""),
	}
	if c := child(el, "period"); c != nil {
		f.Period = decodePeriod(c)
	}
	return f
}

func decodeFeeTransform(el *element) Extension {
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

func decodeFee(el *element) Fee {
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

func decodeFeeCredit(el *element) FeeCredit {
	return FeeCredit{Amount: decimalText(el), Description: attrOr(el, "description", ""), Lang: attrOr(el, "lang", "")}
}

// decimalText is a number as normalDecimal has it; what is none, which only a response can
// hold, stays as it is.
func decimalText(el *element) string {
	if v, ok := normalDecimal(elementText(el)); ok {
		return v
	}
	return elementText(el)
}

func decodeFeeCheckData(_ *responseDecoder, el *element) Extension {
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

func decodeFeeCheckResult(el *element) FeeCheckResult {
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

func decodeFeeCommandData(el *element) FeeCommandData {
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

func decodeFeeData(verb string) func(*responseDecoder, *element) Extension {
	return func(_ *responseDecoder, el *element) Extension {
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
