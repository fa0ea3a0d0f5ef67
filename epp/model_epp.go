package epp

// Content models of epp-1.0.xsd and of what the mappings share (eppcom-1.0.xsd).

var (
	loginType = sequence(
		one("clID", simple(typeClID)),
		one("pw", simple(typePassword)),
		optional("newPW", simple(typePassword)),
		one("options", sequence(
			one("version", simple(typeVersion)),
			one("lang", simple(typeLang)),
		)),
		one("svcs", sequence(
			many("objURI", simple(typeURI)),
			optional("svcExtension", sequence(
				many("extURI", simple(typeURI)),
			)),
		)),
	)

	pollType = &elementType{attrs: []attribute{required("op", typePollOp), implied("msgID", typeToken)}}

	readWriteType = &elementType{foreign: true}
	transferType  = &elementType{foreign: true, attrs: []attribute{required("op", typeTransfer)}}

	trIDType = simple(typeTRID)
)

// authInfoType is the choice between a password and something else.
var authInfoType = sequence(choice(authPW, authExt))

var (
	authPW  = one("pw", simple(typeAuthPW, implied("roid", typeROID)))
	authExt = one("ext", &elementType{foreign: true})
)

// statusType is a status of an object mapping with the values given.
func statusType(values ...string) *elementType {
	return simple(typeText, required("s", &simpleType{enum: values}), implied("lang", typeLang))
}
