package e2e

import (
	"fmt"
	"strings"

	"cadastre/epp"
)

// withFee adds what the client agrees to pay to a command.
func withFee(frame, verb, currency, amount string) string {
	if currency != "" {
		currency = el("fee:currency", currency)
	}
	return withExtension(frame, fmt.Sprintf(`<fee:%[1]s xmlns:fee="%[2]s">%[3]s%[4]s</fee:%[1]s>`, verb, epp.NSFee, currency, el("fee:fee", amount)))
}

// withToken adds an allocation token to a command.
func withToken(frame, token string) string {
	return withExtension(frame, `<allocationToken:allocationToken xmlns:allocationToken="`+epp.NSAllocationToken+`">`+escape(token)+`</allocationToken:allocationToken>`)
}

// withExtension adds an extension to a command that has one or none.
func withExtension(frame, extension string) string {
	if strings.Contains(frame, "</extension>") {
		return strings.Replace(frame, "</extension>", extension+"</extension>", 1)
	}
	return strings.Replace(frame, "<clTRID>", "<extension>"+extension+"</extension><clTRID>", 1)
}

// feeCheck asks what commands on names cost.
func feeCheck(commands []string, names ...string) string {
	inside := ""
	for _, c := range commands {
		inside += `<fee:command name="` + c + `"/>`
	}
	return withExtension(domainCheck(names...), `<fee:check xmlns:fee="`+epp.NSFee+`">`+inside+`</fee:check>`)
}
