package epp

// Content models of the commands of contact-1.0.xsd.

var (
	typePostalType  = &simpleType{enum: []string{"loc", "int"}}
	typePostal      = &simpleType{keepBlanks: true, min: 1, max: 255}
	typePostalOrNot = &simpleType{keepBlanks: true, max: 255}

	contactPhone = simple(&simpleType{max: 17, check: checkE164}, implied("x", typeToken))

	contactAddr = sequence(
		times(0, 3, "street", simple(typePostalOrNot)),
		one("city", simple(typePostal)),
		optional("sp", simple(typePostalOrNot)),
		optional("pc", simple(&simpleType{max: 16})),
		one("cc", simple(&simpleType{min: 2, max: 2})),
	)

	contactPostalInfo = &elementType{
		attrs: []attribute{required("type", typePostalType)},
		content: []particle{
			one("name", simple(typePostal)),
			optional("org", simple(typePostalOrNot)),
			one("addr", contactAddr),
		},
	}

	contactPostalInfoChange = &elementType{
		attrs: []attribute{required("type", typePostalType)},
		content: []particle{
			optional("name", simple(typePostal)),
			optional("org", simple(typePostalOrNot)),
			optional("addr", contactAddr),
		},
	}

	contactIntLoc = &elementType{attrs: []attribute{required("type", typePostalType)}}

	contactDisclose = &elementType{
		attrs: []attribute{required("flag", typeBoolean)},
		content: []particle{
			times(0, 2, "name", contactIntLoc),
			times(0, 2, "org", contactIntLoc),
			times(0, 2, "addr", contactIntLoc),
			optional("voice", emptyType),
			optional("fax", emptyType),
			optional("email", emptyType),
		},
	}

	contactAddRem = sequence(times(1, 7, "status", statusType(
		"clientDeleteProhibited", "clientTransferProhibited", "clientUpdateProhibited", "linked", "ok",
		"pendingCreate", "pendingDelete", "pendingTransfer", "pendingUpdate",
		"serverDeleteProhibited", "serverTransferProhibited", "serverUpdateProhibited",
	)))
)

var (
	contactCheckType  = sequence(many("id", simple(typeClID)))
	contactDeleteType = sequence(one("id", simple(typeClID)))

	// contactAuthIDType is of info and of transfer.
	contactAuthIDType = sequence(
		one("id", simple(typeClID)),
		optional("authInfo", authInfoType),
	)

	contactCreateType = sequence(
		one("id", simple(typeClID)),
		times(1, 2, "postalInfo", contactPostalInfo),
		optional("voice", contactPhone),
		optional("fax", contactPhone),
		one("email", simple(typeMinToken)),
		one("authInfo", authInfoType),
		optional("disclose", contactDisclose),
	)

	contactUpdateType = sequence(
		one("id", simple(typeClID)),
		optional("add", contactAddRem),
		optional("rem", contactAddRem),
		optional("chg", sequence(
			times(0, 2, "postalInfo", contactPostalInfoChange),
			optional("voice", contactPhone),
			optional("fax", contactPhone),
			optional("email", simple(typeMinToken)),
			optional("authInfo", authInfoType),
			optional("disclose", contactDisclose),
		)),
	)
)

// checkE164 is the pattern (\+[0-9]{1,3}\.[0-9]{1,14})? of e164StringType. The empty
// number is allowed.
func checkE164(v string) (Code, string) {
	if v == "" || isE164(v) {
		return 0, ""
	}
	return CodeValueSyntaxError, "must be a telephone number, as in +1.7035555555"
}

func isE164(v string) bool {
	if v == "" || v[0] != '+' {
		return false
	}
	for i, c := range []byte(v[1:]) {
		if c == '.' {
			country, number := v[1:1+i], v[2+i:]
			return allDigits(country) && len(country) <= 3 && allDigits(number) && len(number) <= 14
		}
	}
	return false
}
