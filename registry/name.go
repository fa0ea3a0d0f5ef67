package registry

import (
	"strings"

	"golang.org/x/net/idna"

	"cadastre/registry/lgr"
)

// Limits of RFC 1035, Section 2.3.4, in the presentation form without the
// trailing dot.
const (
	maxName  = 253
	maxLabel = 63
)

// CanonicalName checks a host or domain name and returns it in its canonical
// form: lower-case ASCII (A-labels), no trailing dot. Labels are LDH (RFC 1123,
// Section 2.1; RFC 5890, Section 2.3.1); A-labels must round-trip under IDNA2008.
// An error is 2005 and says which label is wrong and why.
func CanonicalName(name, field string) (string, error) {
	n := Fold(name)
	if n == "" {
		return "", Errorf(KindValue, field, name, "a name is empty")
	}
	if strings.HasSuffix(n, ".") {
		return "", Errorf(KindValue, field, name, "a name is given without the trailing dot")
	}
	if len(n) > maxName {
		return "", Errorf(KindValue, field, name, "a name has at most %d octets", maxName)
	}
	last := ""
	for rest, more := n, true; more; {
		last, rest, more = strings.Cut(rest, ".")
		if why := labelFault(last); why != "" {
			return "", Errorf(KindValue, field, name, "label %q %s", last, why)
		}
	}
	if allDigits(last) {
		return "", Errorf(KindValue, field, name, "the last label is all digits, so the name reads as an address")
	}
	return n, nil
}

func allDigits(label string) bool {
	for i := range len(label) {
		if label[i] < '0' || label[i] > '9' {
			return false
		}
	}
	return true
}

// labelFault returns what is wrong with a lower-case label, or "".
func labelFault(l string) string {
	switch {
	case l == "":
		return "is empty"
	case len(l) > maxLabel:
		return "is longer than 63 octets"
	case l[0] == '-' || l[len(l)-1] == '-':
		return "begins or ends with a hyphen"
	}
	for i := range len(l) {
		switch c := l[i]; {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '-':
		case c >= 0x80:
			return "is not ASCII: internationalised names are sent as A-labels (xn--…)"
		default:
			return "holds a character other than letters, digits and hyphens"
		}
	}
	if strings.HasPrefix(l, "xn--") {
		if _, err := ULabel(l); err != nil {
			return aLabelFault(err)
		}
	}
	return ""
}

// aLabelFault says what ULabel found.
func aLabelFault(err error) string {
	fault := "is not a valid A-label (RFC 5891)"
	if e, ok := err.(*Error); ok {
		fault += ": " + e.Reason
	}
	return fault
}

// reservedLDH reports hyphens in the third and fourth place of a label that is
// no A-label: nobody registers such a label (RFC 5891, Section 4.2.3.1), but
// zones and hosts elsewhere may have it.
func reservedLDH(l string) bool {
	return len(l) >= 4 && l[2:4] == "--" && !strings.HasPrefix(l, "xn--")
}

// ULabel decodes an A-label to its U-label, with the checks that IDNA2008
// demands for registration (RFC 5891, Section 4), and back again: what does not
// round-trip is no A-label.
func ULabel(alabel string) (string, error) {
	u, err := idna.Registration.ToUnicode(alabel)
	if err != nil {
		return "", err
	}
	back, err := idna.Registration.ToASCII(u)
	if err != nil {
		return "", err
	}
	if back != alabel {
		return "", Errorf(KindValue, "", alabel, "it does not round-trip")
	}
	// Some code points are allowed in some contexts alone (RFC 5892, Appendix A).
	if err := lgr.CheckContext(u); err != nil {
		return "", Errorf(KindValue, "", alabel, "%v", err)
	}
	// The third and fourth characters: the library looks at octets.
	if r := []rune(u); len(r) >= 4 && r[2] == '-' && r[3] == '-' {
		return "", Errorf(KindValue, "", alabel, "it has hyphens in the third and fourth place (RFC 5891, Section 4.2.3.1)")
	}
	return u, nil
}

// IsSubordinate reports whether name lies at or below parent; both canonical.
func IsSubordinate(name, parent string) bool { return name == parent || below(name, parent) }

// below reports whether name lies below parent; both canonical.
func below(name, parent string) bool {
	dot := len(name) - len(parent) - 1
	return dot >= 0 && name[dot] == '.' && name[dot+1:] == parent
}

// Zones is the set of zones the registry runs.
type Zones []*Zone

// Find returns the zone with the longest name at or above name, or nil.
func (z Zones) Find(name string) *Zone {
	var best *Zone
	for _, zone := range z {
		if IsSubordinate(name, zone.Name) && (best == nil || len(zone.Name) > len(best.Name)) {
			best = zone
		}
	}
	return best
}

// Registrable returns the registrable ancestor of a canonical name in this
// zone: the label below the longest registration suffix, and that suffix; this
// is the superordinate domain of a host however deep the host name is (RFC 5732,
// Section 1.1). ok is false when the name is a suffix, or above one.
func (z *Zone) Registrable(name string) (domain, suffix string, ok bool) {
	for _, s := range z.Suffixes {
		if len(s) > len(suffix) && below(name, s) {
			suffix = s
		}
	}
	if suffix == "" {
		return "", "", false
	}
	above := len(name) - len(suffix) - 1 // the dot before the suffix
	domain = name[strings.LastIndexByte(name[:above], '.')+1:]
	for _, s := range z.Suffixes {
		if IsSubordinate(s, domain) {
			return "", "", false // an ancestor of a suffix belongs to the registry
		}
	}
	return domain, suffix, true
}

// CheckRegistrable refuses a canonical name that nobody may register in this
// zone: it must be exactly one label below a registration suffix, not reserved,
// and an internationalised name must be in one of the zone's tables. It is what
// check answers from, so errors carry the reason a registrar shows.
func (z *Zone) CheckRegistrable(name string) error {
	if err := z.checkKept(name); err != nil {
		return err
	}
	_, err := z.AdmitLabel(name, IDNRequest{})
	return err
}

// checkKept is CheckRegistrable without the tables.
func (z *Zone) checkKept(name string) error {
	const field = "domain:name"
	domain, suffix, ok := z.Registrable(name)
	if !ok {
		return Errorf(KindParamPolicy, field, name, "the name is kept by the registry of %s", z.Name)
	}
	if domain != name {
		return Errorf(KindParamPolicy, field, name, "names are registered one label below %s", suffix)
	}
	label := name[:len(name)-len(suffix)-1]
	if reservedLDH(label) {
		return Errorf(KindValue, field, name, "label %q has hyphens in the third and fourth place (RFC 5891, Section 4.2.3.1)", label)
	}
	if why := z.reservation(label); why != "" {
		return Errorf(KindParamPolicy, field, name, "%s", why)
	}
	return nil
}
