package whitelist

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"cadastre/registry"
)

// MaxRecord is the longest text of a record, in octets.
const MaxRecord = 1024

const (
	recordVersion = "v=wl1"
	untilLayout   = "2006-01-02T15:04:05Z"
)

// Record is what an entry says in DNS (interfaces.md, section 4):
//
//	v=wl1; target=miami.trips; registrant=UID5439394; registrar=146; until=2027-11-21T00:00:00Z
//
// Target, Registrant and Registrar are as shown: hashed components carry the
// prefix "sha256:" or "hmac-sha256:" and base32hex.
type Record struct {
	Target     string
	Registrant string    // "" when the name is not about the registrant
	Registrar  string    // "" when the name is not about the registrar
	Until      time.Time // UTC, whole seconds
	Credential string    // argon2id PHC string; "" without
}

// Record makes the record of a name that p.Names gave.
func (p *Policy) Record(target string, n Name, until time.Time, credHash string) Record {
	return Record{
		Target:     p.shown(p.Hash.Domain, target),
		Registrant: p.shown(p.Hash.Registrant, n.Registrant),
		Registrar:  p.shown(p.Hash.Registrar, n.Agent),
		Until:      until.UTC().Truncate(time.Second),
		Credential: credHash,
	}
}

// Text writes the record as the text of a TXT record. Values are escaped where
// they hold semicolons or characters outside printable ASCII (percent encoding).
func (r Record) Text() string {
	var b strings.Builder
	b.WriteString(recordVersion)
	for _, f := range []struct{ key, value string }{
		{"target", r.Target},
		{"registrant", r.Registrant},
		{"registrar", r.Registrar},
		{"until", r.Until.UTC().Format(untilLayout)},
		{"cred", r.Credential},
	} {
		if f.value != "" {
			b.WriteString("; " + f.key + "=" + escape(f.value))
		}
	}
	return b.String()
}

// ParseRecord reads the text of a TXT record; it refuses with 2005 what it does not
// know, duplicates, and more than 1024 octets. A record has one text only: parts in
// another order and needless escapes are refused too.
func ParseRecord(text string) (Record, error) {
	bad := func(why string) (Record, error) {
		return Record{}, registry.Errorf(registry.KindValue, "", "", "the record is not well-formed: %s", why)
	}
	if len(text) > MaxRecord {
		return bad("it has more than 1024 octets")
	}
	version, rest, _ := strings.Cut(text, "; ")
	if version != recordVersion {
		return bad("it does not begin with " + recordVersion)
	}
	var r Record
	for part := range strings.SplitSeq(rest, "; ") {
		key, raw, ok := strings.Cut(part, "=")
		value, valid := unescape(raw)
		if !ok || !valid || value == "" {
			return bad("a part is not key=value")
		}
		switch key {
		case "target":
			r.Target = value
		case "registrant":
			r.Registrant = value
		case "registrar":
			r.Registrar = value
		case "until":
			until, err := time.Parse(untilLayout, value)
			if err != nil {
				return bad("until is not an instant")
			}
			r.Until = until
		case "cred":
			if _, err := parsePHC(value); err != nil {
				return bad("cred is not an argon2id string")
			}
			r.Credential = value
		default:
			return bad("it has a part that is not known")
		}
	}
	switch {
	case r.Target == "" || r.Until.IsZero():
		return bad("target or until is missing")
	case r.Registrant == "" && r.Registrar == "":
		return bad("it names neither registrant nor registrar")
	case r.Text() != text:
		return bad("its parts are twice there, out of order or needlessly escaped")
	}
	return r, nil
}

// escape writes a value's octets that would end it, or that TXT records show
// differently from tool to tool, as % and two capital hexadecimal digits.
func escape(value string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(value) {
		c := value[i]
		edge := c == ' ' && (i == 0 || i == len(value)-1)
		if c < ' ' || c > '~' || strings.IndexByte(`;%"\`, c) >= 0 || edge {
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// unescape undoes escape; what it gives is valid UTF-8.
func unescape(raw string) (value string, ok bool) {
	var b strings.Builder
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		if c == '%' {
			if i+2 >= len(raw) {
				return "", false
			}
			n, err := strconv.ParseUint(raw[i+1:i+3], 16, 8)
			if err != nil {
				return "", false
			}
			c = byte(n)
			i += 2
		}
		b.WriteByte(c)
	}
	return b.String(), utf8.ValidString(b.String())
}
