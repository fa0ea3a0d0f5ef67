package smdgen

import (
	"strings"
	"time"
)

// Kind is what the rights in a mark come from (RFC 7848, section 2.2).
type Kind int

const (
	Trademark Kind = iota
	TreatyOrStatute
	Court
)

// Mark is what a signed mark shall say.
type Mark struct {
	ID        string // of the signed mark: number, hyphen, number of the issuer; "1-65535" if empty
	NotBefore time.Time
	NotAfter  time.Time
	Kind      Kind
	Name      string   // text of the mark
	Labels    []string // A-labels; none is allowed
	Holder    string   // organization; "Test Holder" if empty
}

const timeFormat = "2006-01-02T15:04:05.000Z"

// escapeText and escapeAttr write values as the canonical form does (Canonical XML 1.0,
// section 2.3).
func escapeText(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#xD;").Replace(s)
}

func escapeAttr(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;", "\t", "&#x9;", "\n", "&#xA;", "\r", "&#xD;").Replace(s)
}

func element(name, value string) string {
	return "<" + name + ">" + escapeText(value) + "</" + name + ">"
}

// start is the canonical form of the signed mark up to its signature; id is that of the element.
func (m Mark) start(id string) string {
	smdID := m.ID
	if smdID == "" {
		smdID = "1-65535"
	}
	_, issuer, _ := strings.Cut(smdID, "-")
	var b strings.Builder
	b.WriteString(`<smd:signedMark xmlns:smd="urn:ietf:params:xml:ns:signedMark-1.0" id="` + escapeAttr(id) + `">`)
	b.WriteString(element("smd:id", smdID))
	b.WriteString(`<smd:issuerInfo issuerID="` + escapeAttr(issuer) + `">`)
	b.WriteString(element("smd:org", "Test Trademark Validator"))
	b.WriteString(element("smd:email", "validator@tmch.example"))
	b.WriteString("</smd:issuerInfo>")
	b.WriteString(element("smd:notBefore", m.NotBefore.UTC().Format(timeFormat)))
	b.WriteString(element("smd:notAfter", m.NotAfter.UTC().Format(timeFormat)))
	b.WriteString(`<mark:mark xmlns:mark="urn:ietf:params:xml:ns:mark-1.0">`)
	m.rights(&b, smdID)
	b.WriteString("</mark:mark>")
	return b.String()
}

func (m Mark) rights(b *strings.Builder, id string) {
	day := m.NotBefore.UTC().AddDate(-1, 0, 0).Format(timeFormat)
	name := [...]string{"mark:trademark", "mark:treatyOrStatute", "mark:court"}[m.Kind]
	b.WriteString("<" + name + ">")
	b.WriteString(element("mark:id", id))
	b.WriteString(element("mark:markName", m.Name))
	holder := m.Holder
	if holder == "" {
		holder = "Test Holder"
	}
	b.WriteString(`<mark:holder entitlement="owner">` + element("mark:org", holder) + "<mark:addr>" +
		element("mark:street", "1 Example Street") + element("mark:city", "Exampleville") +
		element("mark:cc", "US") + "</mark:addr></mark:holder>")
	switch m.Kind {
	case Trademark:
		b.WriteString(element("mark:jurisdiction", "US") + element("mark:class", "35"))
	case TreatyOrStatute:
		b.WriteString("<mark:protection>" + element("mark:cc", "US") + "</mark:protection>")
	}
	for _, label := range m.Labels {
		b.WriteString(element("mark:label", label))
	}
	b.WriteString(element("mark:goodsAndServices", "testing"))
	switch m.Kind {
	case Trademark:
		b.WriteString(element("mark:regNum", "1234") + element("mark:regDate", day))
	case TreatyOrStatute:
		b.WriteString(element("mark:refNum", "1234") + element("mark:proDate", day) +
			element("mark:title", "Statute of Testing") + element("mark:execDate", day))
	case Court:
		b.WriteString(element("mark:refNum", "1234") + element("mark:proDate", day) +
			element("mark:cc", "US") + element("mark:courtName", "Court of Testing"))
	}
	b.WriteString("</" + name + ">")
}
