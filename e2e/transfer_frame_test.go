package e2e

import "fmt"

// domainTransfer and contactTransfer are transfer commands; extra is put after the name
// or id.
func domainTransfer(op, name, extra string) string {
	return transferOf(op, "domain", el("domain:name", name)+extra)
}

func contactTransfer(op, id, extra string) string {
	return transferOf(op, "contact", el("contact:id", id)+extra)
}

func transferOf(op, mapping, inside string) string {
	return command(fmt.Sprintf(`<transfer op="%[1]s"><%[2]s:transfer xmlns:%[2]s="urn:ietf:params:xml:ns:%[2]s-1.0">%[3]s</%[2]s:transfer></transfer>`,
		op, mapping, inside))
}

// withAuth is the authInfo element of a domain or contact.
func withAuth(mapping, value string) string {
	return "<" + mapping + ":authInfo>" + el(mapping+":pw", value) + "</" + mapping + ":authInfo>"
}
