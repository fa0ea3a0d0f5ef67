package epp

// Content models of the commands of domain-1.0.xsd.

var (
	domainName   = simple(typeLabel)
	domainPeriod = simple(&simpleType{check: checkRange(1, 99)},
		required("unit", &simpleType{enum: []string{"y", "m"}}))

	domainNS = sequence(choice(
		many("hostObj", domainName),
		many("hostAttr", sequence(
			one("hostName", domainName),
			anyNumber("hostAddr", hostAddr),
		)),
	))

	domainContact = simple(typeClID,
		implied("type", &simpleType{enum: []string{"admin", "billing", "tech"}}))

	domainStatus = statusType(
		"clientDeleteProhibited", "clientHold", "clientRenewProhibited", "clientTransferProhibited",
		"clientUpdateProhibited", "inactive", "ok", "pendingCreate", "pendingDelete", "pendingRenew",
		"pendingTransfer", "pendingUpdate", "serverDeleteProhibited", "serverHold",
		"serverRenewProhibited", "serverTransferProhibited", "serverUpdateProhibited",
	)

	domainAddRem = sequence(
		optional("ns", domainNS),
		anyNumber("contact", domainContact),
		times(0, 11, "status", domainStatus),
	)
)

var (
	domainCheckType = sequence(many("name", domainName))

	domainInfoType = sequence(
		one("name", simple(typeLabel, implied("hosts", &simpleType{
			enum: []string{HostsAll, HostsDel, HostsNone, HostsSub},
		}))),
		optional("authInfo", authInfoType),
	)

	domainCreateType = sequence(
		one("name", domainName),
		optional("period", domainPeriod),
		optional("ns", domainNS),
		optional("registrant", simple(typeClID)),
		anyNumber("contact", domainContact),
		one("authInfo", authInfoType),
	)

	domainDeleteType = sequence(one("name", domainName))

	domainRenewType = sequence(
		one("name", domainName),
		one("curExpDate", simple(typeDate)),
		optional("period", domainPeriod),
	)

	domainTransferType = sequence(
		one("name", domainName),
		optional("period", domainPeriod),
		optional("authInfo", authInfoType),
	)

	domainUpdateType = sequence(
		one("name", domainName),
		optional("add", domainAddRem),
		optional("rem", domainAddRem),
		optional("chg", sequence(
			optional("registrant", simple(&simpleType{max: 16})),
			optional("authInfo", sequence(choice(authPW, authExt, one("null", emptyType)))),
		)),
	)
)
