package rst

import (
	"slices"
	"strings"
)

// record is a DS record or a key (RFC 5910, Section 4), as it is written in a
// command: its elements with their values.
type record struct {
	kind   string // dsData or keyData
	names  []string
	values []string
}

// goodRecord is a record of algorithm 16 (Ed448).
func goodRecord(kind string) record {
	if kind == KeyData {
		return record{kind, []string{"flags", "protocol", "alg", "pubKey"}, []string{"257", "3", "16", base64Octets(57)}}
	}
	return record{kind, []string{"keyTag", "alg", "digestType", "digest"}, []string{"12345", "16", "2", hexOctets(32)}}
}

// badRecords are records with one value that no server may take.
func badRecords(kind string) (rows []string, records []record) {
	bad := [][]string{
		0: {""},
		1: {"", "-1", "A", "123"},
		2: {"", "-1", "A", "255"},
		3: {""},
	}
	if kind == KeyData {
		bad = [][]string{
			0: {"", "-1", "A", "1", "256"},
			1: {"", "256", "-1", "A", "1"},
			2: {"", "-1", "A", "123"},
			3: {"", "this is not a DNSKEY."},
		}
	}
	for i, list := range bad {
		for _, value := range list {
			r := goodRecord(kind)
			r.values[i] = value
			rows = append(rows, r.names[i]+" "+value)
			records = append(records, r)
		}
	}
	return rows, records
}

func (r record) xml() string {
	var b strings.Builder
	for i, name := range r.names {
		b.WriteString(el("secDNS:"+name, r.values[i]))
	}
	return "<secDNS:" + r.kind + ">" + b.String() + "</secDNS:" + r.kind + ">"
}

// secDNS wraps an element of the extension: create, or update around add or rem.
func secDNS(name, content string) string {
	return "<secDNS:" + name + ` xmlns:secDNS="` + nsSecDNS + `">` + content + "</secDNS:" + name + ">"
}

func secDNSUpdate(op string, r record) string {
	return secDNS("update", "<secDNS:"+op+">"+r.xml()+"</secDNS:"+op+">")
}

// records are those of an info answer, each as its values in one text.
func records(root *node, kind string) []string {
	var out []string
	for _, n := range root.all(nsSecDNS, kind) {
		var values []string
		for _, name := range goodRecord(kind).names {
			values = append(values, n.value(nsSecDNS, name))
		}
		out = append(out, record{kind, nil, values}.text())
	}
	slices.Sort(out)
	return out
}

// text is the record as records shows it. Digests are the same in either case.
func (r record) text() string {
	text := strings.Join(r.values, " ")
	if r.kind == DSData {
		return strings.ToUpper(text)
	}
	return text
}
