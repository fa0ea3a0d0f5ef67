package epp

// Content models of the commands of host-1.0.xsd.

var (
	hostName = simple(typeLabel)
	hostAddr = simple(&simpleType{min: 3, max: 45},
		implied("ip", &simpleType{enum: []string{"v4", "v6"}}))

	hostAddRem = sequence(
		anyNumber("addr", hostAddr),
		times(0, 7, "status", statusType(
			"clientDeleteProhibited", "clientUpdateProhibited", "linked", "ok", "pendingCreate",
			"pendingDelete", "pendingTransfer", "pendingUpdate", "serverDeleteProhibited",
			"serverUpdateProhibited",
		)),
	)
)

var (
	hostCheckType  = sequence(many("name", hostName))
	hostInfoType   = sequence(one("name", hostName))
	hostDeleteType = sequence(one("name", hostName))

	hostCreateType = sequence(
		one("name", hostName),
		anyNumber("addr", hostAddr),
	)

	hostUpdateType = sequence(
		one("name", hostName),
		optional("add", hostAddRem),
		optional("rem", hostAddRem),
		optional("chg", sequence(one("name", hostName))),
	)
)
