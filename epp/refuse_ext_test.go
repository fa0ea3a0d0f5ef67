package epp

import "strings"

// registeredRefusals are those of rgp-1.0, secDNS-1.1, idn-1.0, ttl-1.0, addlEmail-1.0 and
// allocationToken-1.0.
var registeredRefusals = []refusal{
	// secDNS-1.1: what the types restrict.
	{"domain-create-ds", `12345`, ``, 2005, "secDNS:keyTag", false},
	{"domain-create-ds", `12345`, `65536`, 2004, "secDNS:keyTag", false},
	{"domain-create-ds", `12345`, `-1`, 2004, "secDNS:keyTag", false},
	{"domain-create-ds", `12345`, `-0`, 2005, "secDNS:keyTag", false},
	{"domain-create-ds", `12345`, `+5`, 2005, "secDNS:keyTag", false},
	{"domain-create-ds", `12345`, `0x10`, 2005, "secDNS:keyTag", false},
	{"domain-create-ds", `12345`, strings.Repeat("9", 100), 2004, "secDNS:keyTag", false},
	{"domain-create-ds", `<secDNS:alg>13`, `<secDNS:alg>`, 2005, "secDNS:alg", false},
	{"domain-create-ds", `<secDNS:alg>13`, `<secDNS:alg>-1`, 2004, "secDNS:alg", false},
	{"domain-create-ds", `<secDNS:alg>13`, `<secDNS:alg>A`, 2005, "secDNS:alg", false},
	{"domain-create-ds", `<secDNS:alg>13`, `<secDNS:alg>256`, 2004, "secDNS:alg", false},
	{"domain-create-ds", `<secDNS:digestType>2`, `<secDNS:digestType>`, 2005, "secDNS:digestType", false},
	{"domain-create-ds", `<secDNS:digestType>2`, `<secDNS:digestType>-1`, 2004, "secDNS:digestType", false},
	{"domain-create-ds", `<secDNS:digestType>2`, `<secDNS:digestType>A`, 2005, "secDNS:digestType", false},
	{"domain-create-ds", `49fd`, `9fd`, 2005, "secDNS:digest", false},
	{"domain-create-ds", `49fd`, `49 fd`, 2005, "secDNS:digest", false},
	{"domain-create-ds", `49fd`, `49fg`, 2005, "secDNS:digest", false},
	{"domain-create-ds", `604800`, `0`, 2004, "secDNS:maxSigLife", false},
	{"domain-create-ds", `604800`, `2147483648`, 2004, "secDNS:maxSigLife", false},
	{"domain-create-ds", `604800`, `1.5`, 2005, "secDNS:maxSigLife", false},
	{"domain-create-ds", `604800`, ``, 2005, "secDNS:maxSigLife", false},
	{"domain-create-key", `257`, ``, 2005, "secDNS:flags", false},
	{"domain-create-key", `257`, `-1`, 2004, "secDNS:flags", false},
	{"domain-create-key", `257`, `A`, 2005, "secDNS:flags", false},
	{"domain-create-key", `<secDNS:protocol>3`, `<secDNS:protocol>`, 2005, "secDNS:protocol", false},
	{"domain-create-key", `<secDNS:protocol>3`, `<secDNS:protocol>256`, 2004, "secDNS:protocol", false},
	{"domain-create-key", `<secDNS:protocol>3`, `<secDNS:protocol>-1`, 2004, "secDNS:protocol", false},
	{"domain-create-key", `<secDNS:protocol>3`, `<secDNS:protocol>A`, 2005, "secDNS:protocol", false},
	{"domain-create-key", `<secDNS:alg>16`, `<secDNS:alg>`, 2005, "secDNS:alg", false},
	{"domain-create-key", `<secDNS:alg>16`, `<secDNS:alg>-1`, 2004, "secDNS:alg", false},
	{"domain-create-key", `<secDNS:alg>16`, `<secDNS:alg>A`, 2005, "secDNS:alg", false},
	{"domain-create-key", `AQPJ`, `this is not a DNSKEY.`, 2005, "secDNS:pubKey", true}, // libxml2 reads over the point
	{"domain-create-key", `////4Q==`, `////4R==`, 2005, "secDNS:pubKey", false},
	{"domain-create-key", `////4Q==`, `////4Q=`, 2005, "secDNS:pubKey", false},
	{"domain-create-key", `////4Q==`, `////4Q==AQPJ`, 2005, "secDNS:pubKey", false},
	{"domain-create-key", `////4Q==`, `____4Q==`, 2005, "secDNS:pubKey", true},

	// secDNS-1.1: order and choice.
	{"domain-create-ds", `<secDNS:maxSigLife>604800</secDNS:maxSigLife>`, `<secDNS:keyData/>`, 2003, "secDNS:flags", false},
	{"domain-create-key", `</secDNS:create>`, `<secDNS:dsData/></secDNS:create>`, 2001, "secDNS:dsData", false},
	{"domain-create-key", `</secDNS:create>`, `<secDNS:maxSigLife>1</secDNS:maxSigLife></secDNS:create>`, 2001, "secDNS:maxSigLife", false},
	{"domain-create-key", `<secDNS:flags>257</secDNS:flags>`, ``, 2003, "secDNS:flags", false},
	{"domain-create-key", `secDNS:create`, `secDNS:update`, 2002, "secDNS:update", false},
	{"domain-create-key", `secDNS:create`, `secDNS:infData`, 2001, "secDNS:infData", true},
	{"domain-create-key", `secDNS-1.1`, `secDNS-1.0`, 2103, "create", false},
	{"domain-update-ds", `urgent="true"`, `urgent="yes"`, 2005, "secDNS:update@urgent", false},
	{"domain-update-ds", `urgent="true"`, `urgent=""`, 2005, "secDNS:update@urgent", false},
	{"domain-update-ds", `<secDNS:rem>`, `<secDNS:chg/><secDNS:rem>`, 2001, "secDNS:rem", false},
	{"domain-update-ds", `<secDNS:rem>`, `<secDNS:rem><secDNS:all>true</secDNS:all>`, 2001, "secDNS:dsData", false},
	{"domain-update-ds-all", `<secDNS:all>1</secDNS:all>`, ``, 2003, "secDNS:rem", false},
	{"domain-update-ds-all", `<secDNS:all>1`, `<secDNS:all>`, 2005, "secDNS:all", false},
	{"domain-update-ds-nothing", `<secDNS:chg/>`, `<secDNS:add/>`, 2003, "secDNS:add", false},
	{"host-create", `<clTRID>`, `<extension><update xmlns="` + NSSecDNS + `"/></extension><clTRID>`, 2002, "secDNS:update", true},

	// rgp-1.0.
	{"domain-update-restore", `op="request"`, ``, 2003, "rgp:restore@op", false},
	{"domain-update-restore", `op="request"`, `op="undo"`, 2005, "rgp:restore@op", false},
	{"domain-update-restore", `<rgp:restore op="request"/>`, ``, 2003, "rgp:restore", false},
	{"domain-update-restore", `op="request"/>`, `op="report"><rgp:report/></rgp:restore>`, 2003, "rgp:preData", false},
	{"domain-update-restore-report", `2026-07-10T22:00:00.0Z`, `2026-07-10`, 2005, "rgp:delTime", false},
	{"domain-update-restore-report", `2026-07-10T22:00:00.0Z`, ``, 2005, "rgp:delTime", false},
	{"domain-update-restore-report", `2026-07-20T22:00:00.123+00:00`, `yesterday`, 2005, "rgp:resTime", false},
	{"domain-update-restore-report", `<rgp:postData/>`, ``, 2003, "rgp:postData", false},
	{"domain-update-restore-report", `<rgp:postData/>`, `<rgp:postData lang="en"/>`, 2001, "rgp:postData@lang", false},
	{"domain-update-restore-report", `lang="de"`, `lang="d_e"`, 2005, "rgp:resReason@lang", false},
	{"domain-update-restore-report", `<rgp:other>`, `<rgp:statement/><rgp:other>`, 2001, "rgp:statement", false},
	{"domain-create-token", `<allocationToken:`, `<rgp:update xmlns:rgp="` + NSRGP + `"><rgp:restore op="request"/></rgp:update><allocationToken:`, 2002, "rgp:update", true},

	// idn-1.0.
	{"domain-create-idn", `<idn:table>latn</idn:table>`, ``, 2003, "idn:table", false},
	{"domain-create-idn", `>latn<`, `><`, 2005, "idn:table", false},
	{"domain-create-idn", `bücher.example`, ``, 2005, "idn:uname", false},
	{"domain-create-idn", `bücher.example`, strings.Repeat("ü", 256), 2005, "idn:uname", false},
	{"domain-create-idn", `idn:data`, `idn:date`, 2001, "idn:date", false},
	{"domain-info", `<clTRID>`, `<extension><data xmlns="` + NSIDN + `"><table>latn</table></data></extension><clTRID>`, 2002, "idn:data", true},

	// ttl-1.0.
	{"domain-create-ttl", `172800`, `-1`, 2004, "ttl:ttl", false},
	{"domain-create-ttl", `172800`, `2147483648`, 2004, "ttl:ttl", false},
	{"domain-create-ttl", `172800`, `1h`, 2005, "ttl:ttl", false},
	{"domain-create-ttl", ` for="NS"`, ``, 2003, "ttl:ttl@for", false},
	{"domain-create-ttl", `for="NS"`, `for="ns"`, 2005, "ttl:ttl@for", false},
	{"domain-create-ttl", `for="NS"`, `for="DS"`, 2001, "ttl:ttl@for", false},
	{"domain-create-ttl", `for="NS"`, `for="custom"`, 2001, "ttl:ttl@for", false},
	{"domain-create-ttl", `custom="DELEG"`, `custom="deleg"`, 2005, "ttl:ttl@custom", false},
	{"domain-create-ttl", `custom="DELEG"`, `custom="1A"`, 2005, "ttl:ttl@custom", false},
	{"domain-create-ttl", `custom="DELEG"`, `custom="B"`, 2005, "ttl:ttl@custom", false},
	{"domain-create-ttl", `custom="DELEG"`, `custom="A-"`, 2005, "ttl:ttl@custom", false},
	{"domain-create-ttl", `custom="DELEG"`, `custom=""`, 2005, "ttl:ttl@custom", false},
	{"domain-create-ttl", `for="NS"`, `for="NS" min="60"`, 2001, "ttl:ttl@min", false},
	{"domain-create-ttl", `ttl:create`, `ttl:update`, 2002, "ttl:update", true},
	{"domain-info-ttl-policy", `policy="1"`, `policy="all"`, 2005, "ttl:info@policy", false},
	{"domain-info-ttl-policy", `<ttl:info `, `<ttl:create xmlns:ttl="` + NSTTL + `"/><ttl:info `, 2002, "ttl:create", false},
	{"host-update-ttl", `<ttl:ttl for="AAAA"></ttl:ttl>`, ``, 2003, "ttl:ttl", false},
	{"contact-info", `<clTRID>`, `<extension><info xmlns="` + NSTTL + `"/></extension><clTRID>`, 2002, "ttl:info", true},

	// addlEmail-1.0.
	{"contact-create-email", `primary="true"`, `primary="first"`, 2005, "addlEmail:email@primary", false},
	{"contact-update-email", `<addlEmail:email/>`, ``, 2003, "addlEmail:email", false},
	{"contact-update-email", `<addlEmail:email/>`, `<addlEmail:email/><addlEmail:email/>`, 2001, "addlEmail:email", false},
	{"domain-create-token", `<allocationToken:`, `<addlEmail xmlns="` + NSAddlEmail + `"><email/></addlEmail><allocationToken:`, 2002, "addlEmail:addlEmail", true},

	// allocationToken-1.0.
	{"domain-create-token", `>abc123<`, `><`, 2005, "allocationToken:allocationToken", false},
	{"domain-create-token", `>abc123<`, `>  <`, 2005, "allocationToken:allocationToken", false},
	{"domain-create-token", `>abc123<`, `><b/><`, 2001, "b", false},
	{"domain-info-token", `allocationToken:info`, `allocationToken:allocationToken`, 2002, "allocationToken:allocationToken", false},
	{"domain-info-token", `-1.0"/>`, `-1.0">x</allocationToken:info>`, 2001, "allocationToken:info", false},
	{"domain-transfer-token", `op="request"`, `op="query"`, 2002, "allocationToken:allocationToken", true},
	{"domain-transfer-token", `op="request"`, `op="approve"`, 2002, "allocationToken:allocationToken", true},
	{"domain-renew", `<clTRID>`, `<extension><allocationToken xmlns="` + NSAllocationToken + `">x</allocationToken></extension><clTRID>`, 2002, "allocationToken:allocationToken", true},
	{"contact-transfer-request", `<clTRID>`, `<extension><allocationToken xmlns="` + NSAllocationToken + `">x</allocationToken></extension><clTRID>`, 2002, "allocationToken:allocationToken", true},

	// secure-authinfo-transfer-1.0 has no elements.
	{"domain-info", `<clTRID>`, `<extension><info xmlns="` + NSSecureAuthInfo + `"/></extension><clTRID>`, 2001, "info", false},
}
