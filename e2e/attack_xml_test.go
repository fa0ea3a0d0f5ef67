package e2e

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"
)

// attackXML sends what makes XML parsers fall: each frame is refused as a syntax
// error, and the session goes on.
func attackXML(t *testing.T, box *sandbox) {
	s := box.login(t, "registrar-b")
	for name, frame := range hostileFrames() {
		r, err := s.exchange(frame)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if int(r.Code()) != 2001 && int(r.Code()) != 2000 {
			t.Errorf("%s: result %d, want 2001\n%s", name, r.Code(), r.frame)
		}
		if bytes.Contains(r.frame, []byte("root:")) || len(r.frame) > 4096 {
			t.Errorf("%s: the answer says too much\n%s", name, clip(string(r.frame)))
		}
		s.do(t, domainCheck("taken.example")).want(t, 1000)
	}
}

// hostileFrames are frames below the size limit of 64 KB.
func hostileFrames() map[string][]byte {
	check := `<command><check><domain:check xmlns:domain="urn:ietf:params:xml:ns:domain-1.0"><domain:name>%s</domain:name></domain:check></check></command>`
	doc := func(prolog, name string) []byte {
		return []byte(prolog + `<epp xmlns="` + nsEPP + `">` + fmt.Sprintf(check, name) + `</epp>`)
	}
	const decl = `<?xml version="1.0" encoding="UTF-8"?>`
	laughs := `<!DOCTYPE epp [<!ENTITY a0 "ha">`
	for i := range 30 {
		laughs += fmt.Sprintf(`<!ENTITY a%d "%s">`, i+1, strings.Repeat(fmt.Sprintf("&a%d;", i), 10))
	}
	laughs += "]>"
	good := string(doc(decl, "taken.example"))
	return map[string][]byte{
		"external entity":            doc(decl+`<!DOCTYPE epp [<!ENTITY x SYSTEM "file:///etc/passwd">]>`, "&x;"),
		"external entity over HTTP":  doc(decl+`<!DOCTYPE epp [<!ENTITY x SYSTEM "http://127.0.0.1:1/">]>`, "&x;"),
		"external DTD":               doc(decl+`<!DOCTYPE epp SYSTEM "file:///etc/passwd">`, "a.example"),
		"parameter entity":           doc(decl+`<!DOCTYPE epp [<!ENTITY % x SYSTEM "file:///etc/passwd">%x;]>`, "a.example"),
		"a billion laughs":           doc(decl+laughs, "&a30;"),
		"quadratic blowup":           doc(decl+`<!DOCTYPE epp [<!ENTITY x "`+strings.Repeat("x", 20000)+`">]>`, strings.Repeat("&x;", 5000)),
		"undefined entity":           doc(decl, "&nbsp;"),
		"character reference to NUL": doc(decl, "a&#0;b"),
		"too large a reference":      doc(decl, "a&#x110000;b"),
		"processing instruction":     doc(decl+`<?xml-stylesheet href="http://127.0.0.1:1/"?>`, "a.example"),
		"deep":                       []byte(decl + `<epp xmlns="` + nsEPP + `">` + strings.Repeat("<a>", 9000) + strings.Repeat("</a>", 9000) + "</epp>"),
		"deep and open":              []byte(decl + `<epp xmlns="` + nsEPP + `">` + strings.Repeat("<a>", 20000)),
		"many attributes":            []byte(decl + `<epp xmlns="` + nsEPP + `"` + manyAttributes(4000) + `/>`),
		"many namespaces":            []byte(decl + `<epp xmlns="` + nsEPP + `"` + manyNamespaces(2000) + `/>`),
		"same attribute twice":       []byte(decl + `<epp xmlns="` + nsEPP + `" a="1" a="2"/>`),
		"many elements":              []byte(decl + `<epp xmlns="` + nsEPP + `">` + strings.Repeat("<a/>", 15000) + "</epp>"),
		"undeclared prefix":          []byte(decl + `<x:epp/>`),
		"two roots":                  []byte(good + good[len(decl):]),
		"text after the root":        []byte(good + "more"),
		"NUL after the root":         []byte(good + "\x00"),
		"control character":          doc(decl, "a\x01b"),
		"not UTF-8":                  doc(decl, "a\xff\xfeb"),
		"overlong UTF-8":             doc(decl, "a\xc0\xafb"),
		"surrogate":                  doc(decl, "a\xed\xa0\x80b"),
		"UTF-16, little end first":   utf16Bytes(binary.LittleEndian, strings.Replace(good, "UTF-8", "UTF-16", 1)),
		"UTF-16, big end first":      utf16Bytes(binary.BigEndian, strings.Replace(good, "UTF-8", "UTF-16", 1)),
		"declared UTF-16":            doc(`<?xml version="1.0" encoding="UTF-16"?>`, "a.example"),
		"declared ISO-8859-1":        doc(`<?xml version="1.0" encoding="ISO-8859-1"?>`, "m\xfcnchen.example"),
		"declared UTF-7":             doc(`<?xml version="1.0" encoding="UTF-7"?>`, "+ADw-a"),
		"declared EBCDIC":            doc(`<?xml version="1.0" encoding="IBM037"?>`, "a.example"),
		"XML 1.1":                    doc(`<?xml version="1.1" encoding="UTF-8"?>`, "a.example"),
		"declaration twice":          doc(decl+decl, "a.example"),
		"no element":                 []byte(decl),
		"nothing":                    {},
		"blanks":                     bytes.Repeat([]byte(" "), 60000),
		"HTTP":                       []byte("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
		"cut off":                    []byte(good[:len(good)-3]),
		"CDATA open":                 doc(decl, "<![CDATA["+strings.Repeat("]", 30000)),
		"comment open":               []byte(decl + "<!--" + strings.Repeat("-", 30000)),
		"XInclude":                   []byte(decl + `<epp xmlns="` + nsEPP + `"><xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/></epp>`),
		"random":                     []byte(strings.Repeat("\x93\x1f\x8b\x00<", 10000)),
	}
}

func manyAttributes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ` a%d=""`, i)
	}
	return b.String()
}

func manyNamespaces(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ` xmlns:n%d="urn:%d"`, i, i)
	}
	return b.String()
}

// utf16Bytes encodes text with a byte order mark.
func utf16Bytes(order binary.AppendByteOrder, text string) []byte {
	out := order.AppendUint16(nil, 0xfeff)
	for _, u := range utf16.Encode([]rune(text)) {
		out = order.AppendUint16(out, u)
	}
	return out
}
