package epp

import (
	"bytes"
	"encoding/xml"
	"io"
	"slices"
	"strings"
	"testing"
)

// wellFormed are documents that every namespace-aware XML processor accepts and so do we.
var wellFormed = []string{
	`<a/>`, `<a></a>`, "\uFEFF<a/>", `<?xml version="1.0"?><a/>`,
	`<?xml version='1.0' encoding='utf-8' standalone='yes' ?><a/>`,
	"<?xml\n version = \"1.0\"\n?>\n<!-- c -->\n<a\n/>\n<!-- d -->\n",
	`<a b="1" c='2'/>`, `<a b="x&lt;&gt;&amp;&apos;&quot;&#65;&#x41;y"/>`, `<a b='"' c="'"/>`,
	`<a>x&lt;&gt;&amp;&apos;&quot;&#65;&#x1F600;y</a>`, `<a>]]&gt;</a>`, `<a>></a>`, `<a>]] ></a>`,
	`<a><![CDATA[<b>&c;]]></a>`, `<a><![CDATA[]]></a>`, `<a><![CDATA[]]]]><![CDATA[>]]></a>`,
	`<a>x<!-- < & ]]> -->y</a>`, `<a><!----></a>`, "<a>\r\n\t</a>", "<a b='x\r\ny'/>",
	`<p:a xmlns:p="u"/>`, `<a xmlns="u"><b xmlns=""/></a>`, `<p:a xmlns:p="u"><p:b/><q:c xmlns:q="v" q:d="1" d="2"/></p:a>`,
	`<a xml:lang="en" xml:space="preserve"/>`, `<a xmlns:xml="http://www.w3.org/XML/1998/namespace"/>`,
	`<a xmlns:p="u" xmlns:q="v" p:x="1" q:x="2" x="3"/>`, `<é/>`, `<a·b/>`, `<_-.0/>`, `<日本語 属性="値"/>`,
	"<a>\U0001F600\uFFFD\uE000\u0085\u2028</a>", `<a   ></a  >`, `<a b = "1"/>`, `<a>&#9;&#10;&#13;&#32;</a>`,
	`<a><b/><b/></a>`, `<a>&#x0000041;</a>`, `<xmla/>`, `<a xmlname="1"/>`,
}

// malformed are documents that no XML processor may accept.
var malformed = []string{
	``, ` `, `x`, `<`, `<a`, `<a>`, `<a/`, `</a>`, `<a></b>`, `<a></a`, `<a></ a>`, `<a/><b/>`, `<a/>x`, `x<a/>`,
	` <?xml version="1.0"?><a/>`, `<?xml?><a/>`, `<?xml version="1.0"><a/>`, `<?xml encoding="UTF-8"?><a/>`,
	`<?xml version="1.0" standalone="maybe"?><a/>`, `<?xml version="1.0" version="1.0"?><a/>`,
	`<?xml version="1.0"encoding="UTF-8"?><a/>`, `<?xml version="1.0" standalone="no" encoding="UTF-8"?><a/>`,
	`<a b/>`, `<a b=/>`, `<a b=1/>`, `<a b="1/>`, `<a b="1"c="2"/>`, `<a b="1" b="2"/>`, `<a b="<"/>`,
	`<a b="&"/>`, `<a b="&x"/>`, `<a b="&x;"/>`, `<a>&</a>`, `<a>&amp</a>`, `<a>&nbsp;</a>`, `<a>&#;</a>`,
	`<a>&#x;</a>`, `<a>&#0;</a>`, `<a>&#8;</a>`, `<a>&#xD800;</a>`, `<a>&#xFFFE;</a>`, `<a>&#x110000;</a>`,
	`<a>&#99999999999999999999;</a>`, `<a>&#xG;</a>`, `<a>&#1A;</a>`, `<a>&#X41;</a>`, `<a>& amp;</a>`, `<a>&;</a>`,
	`<a>]]></a>`, `<a><![CDATA[</a>`, `<![CDATA[]]><a/>`, `<a/><![CDATA[]]>`, `<a><![cdata[]]></a>`,
	`<a><!-- -- --></a>`, `<a><!-- ---></a>`, `<a><!-- </a>`, `<a><!></a>`, `<a><!- x -></a>`,
	`<1/>`, `<-a/>`, `<.a/>`, `<a 1="x"/>`, "<a\x00/>", "<a>\x01</a>", "<a>\x0b</a>", "<a>\x7f\xff</a>",
	"<a>\xc0\x80</a>", "<a>\xed\xa0\x80</a>", "<a>\xf4\x90\x80\x80</a>", "<a>\xef\xbf\xbe</a>", "<a>\xef\xbf\xbf</a>",
	`<a/></a>`, `<a><b></a></b>`,
	`<a><b/>`, `&lt;a/>`, `<a/>&#32;`, `<×/>`, `<a÷/>`,
}

// notNamespaced are well-formed by XML 1.0 alone, but not with namespaces.
var notNamespaced = []string{
	`<p:a/>`, `<a p:b="1"/>`, `<:a/>`, `<a:/>`, `<a :b="1"/>`, `<p:a:b xmlns:p="u"/>`, `<a xmlns:p=""/>`,
	`<a xmlns:xmlns="u"/>`, `<a xmlns:xml="u"/>`, `<a xmlns:p="http://www.w3.org/XML/1998/namespace"/>`,
	`<a xmlns:p="http://www.w3.org/2000/xmlns/"/>`, `<a xmlns="http://www.w3.org/2000/xmlns/"/>`,
	`<a xmlns="http://www.w3.org/XML/1998/namespace"/>`, `<a xmlns="u" xmlns="u"/>`, `<a xmlns:p="u" xmlns:p="u"/>`,
	`<a xmlns:p="u" xmlns:q="u" p:x="1" q:x="2"/>`, `<a><b xmlns:p="u"/><p:c/></a>`, `<xmlns:a/>`,
	`<p:1 xmlns:p="u"/>`,
}

// forbidden are legal XML, but have no place in EPP.
var forbidden = []string{
	`<!DOCTYPE a><a/>`, `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>`,
	`<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><a/>`, `<a><?php x ?></a>`, `<?xml-stylesheet href="x"?><a/>`,
	`<a/><?x?>`, `<?xml version="1.0" encoding="ISO-8859-1"?><a/>`, `<?xml version="1.0" encoding="UTF-16"?><a/>`,
	`<?xml version="1.0" encoding="US-ASCII"?><a/>`, `<?xml version="1.1"?><a/>`, `<?xml version="1.0" encoding="UTF-7"?><a/>`,
	"\xff\xfe<\x00a\x00/\x00>\x00", "\xfe\xff\x00<\x00a\x00/\x00>",
}

func accepts(doc string) error {
	if _, err := scan([]byte(doc), commandLimits()); err != nil {
		return err
	}
	return nil
}

func TestScanAcceptsAndRefuses(t *testing.T) {
	for _, doc := range wellFormed {
		if err := accepts(doc); err != nil {
			t.Errorf("%q refused: %v", doc, err)
		}
	}
	for _, list := range [][]string{malformed, notNamespaced, forbidden} {
		for _, doc := range list {
			if accepts(doc) == nil {
				t.Errorf("%q accepted", doc)
			}
		}
	}
}

// libxml2 has the same opinion of every document above, and of a great many made from them
// by cutting, doubling and joining.
func TestScanAgreesWithLibxml2(t *testing.T) {
	var docs [][]byte
	for _, list := range [][]string{wellFormed, malformed, notNamespaced} {
		for _, doc := range list {
			docs = append(docs, []byte(doc))
		}
	}
	exact := len(docs)
	docs = append(docs, mangled(docs)...)
	for i, verdict := range xmllint(t, docs) {
		err := accepts(string(docs[i]))
		switch {
		case len(docs[i]) == 0 || strings.Contains(verdict, "is not a valid URI"):
			// xmllint prints nothing for an empty file; namespace names need not be URIs
		case err == nil && verdict != "":
			t.Errorf("accepted %q, but libxml2: %s", docs[i], verdict)
		case err != nil && verdict == "" && (i < exact || !forbiddenHere(docs[i])):
			t.Errorf("refused %q, but libxml2 accepts: %v", docs[i], err)
		}
	}
}

// forbiddenHere tells legal XML that the front door refuses on purpose.
func forbiddenHere(doc []byte) bool {
	for _, mark := range []string{"<?", "<!DOCTYPE", "version", "encoding"} {
		if bytes.Contains(doc, []byte(mark)) {
			return true
		}
	}
	return false
}

// mangled makes variations of documents: every octet left out, every octet replaced by one
// that means something to XML, and halves of neighbours joined.
func mangled(docs [][]byte) [][]byte {
	const special = "<>/&;'\"=: -]!?x\x00\x80#"
	var list [][]byte
	for n, doc := range docs {
		for i := range doc {
			list = append(list, append(append([]byte{}, doc[:i]...), doc[i+1:]...))
			changed := append([]byte{}, doc...)
			changed[i] = special[(i+n)%len(special)]
			list = append(list, changed)
		}
		other := docs[(n+1)%len(docs)]
		list = append(list, append(append([]byte{}, doc[:len(doc)/2]...), other[len(other)/2:]...))
	}
	return list
}

func TestScanLimits(t *testing.T) {
	deep := func(n int) string { return strings.Repeat("<a>", n) + strings.Repeat("</a>", n) }
	wide := func(n int) string { return "<a>" + strings.Repeat("<b/>", n-1) + "</a>" }
	attrs := func(n int) string {
		s := "<a"
		for i := range n {
			s += " a" + strings.Repeat("x", i) + "='1'"
		}
		return s + "/>"
	}
	long := func(n int) string { return "<a>" + strings.Repeat("x", n-len("<a></a>")) + "</a>" }
	for _, c := range []struct {
		name string
		make func(int) string
		most int
	}{
		{"depth", deep, maxDepth},
		{"elements", wide, maxElements},
		{"attributes", attrs, maxAttrs},
		{"octets", long, MaxCommandFrame},
	} {
		if err := accepts(c.make(c.most)); err != nil {
			t.Errorf("%s: the limit itself refused: %v", c.name, err)
		}
		if accepts(c.make(c.most+1)) == nil {
			t.Errorf("%s: more than the limit accepted", c.name)
		}
	}
}

// The tree holds what the document says: text in one piece, names by namespace.
func TestScanTree(t *testing.T) {
	doc := "<p:a xmlns:p='u' xmlns='v' x='1\n2' p:y='&#10;'> <b>one<!-- c --><![CDATA[<two>]]>&amp;\r\nthree</b> <c xmlns=''>  </c></p:a>"
	root, err := scan([]byte(doc), commandLimits())
	if err != nil {
		t.Fatal(err)
	}
	if nameOf(root) != (Name{"u", "a"}) || len(slices.Collect(children(root))) != 2 {
		t.Errorf("root %v with %d children", nameOf(root), len(slices.Collect(children(root))))
	}
	if x, _ := attr(root, "x"); x != "1 2" || root.Attr[1].Space != "u" || root.Attr[1].Value != "\n" {
		t.Errorf("attributes %+v", root.Attr)
	}
	b := child(root, "b")
	if b != nil {
		t.Error("child found in a foreign namespace")
	}
	b = firstChild(root)
	if nameOf(b) != (Name{"v", "b"}) || content(b) != "one<two>&\nthree" {
		t.Errorf("%v %q", nameOf(b), content(b))
	}
	var last string
	for c := range children(root) {
		last = nameOf(c).Space + "|" + c.Tag + "|" + content(c)
	}
	if last != "|c|  " {
		t.Errorf("last child %q", last)
	}
}

// A refusal never repeats the input.
func TestScanErrorsQuoteNothing(t *testing.T) {
	for _, doc := range append(append([]string{}, malformed...), forbidden...) {
		doc = strings.ReplaceAll(doc, "a", "zzsecretzz")
		if err := accepts(doc); err != nil && strings.Contains(err.Error(), "zzsecretzz") {
			t.Errorf("%q: %v", doc, err)
		}
	}
}

// FuzzFrontDoor holds the scanner against the standard library, which accepts much that
// it should not: whatever passes the front door must pass there, with the same text.
func FuzzFrontDoor(f *testing.F) {
	for _, list := range [][]string{wellFormed, malformed, notNamespaced, forbidden} {
		for _, doc := range list {
			f.Add([]byte(doc))
		}
	}
	for _, frame := range goldenFrames(f, "commands") {
		f.Add(frame)
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		lim := commandLimits()
		if root, scanErr := scan(doc, lim); scanErr == nil {
			wantFragments(t, root)
		}
		lim.whole = nil
		root, scanErr := scan(doc, lim)
		if scanErr != nil {
			return
		}
		elements := 0
		dec := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(doc, []byte("\uFEFF"))))
		for {
			token, err := dec.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				// It knows the name characters of the fourth edition only.
				if strings.Contains(err.Error(), "invalid XML name") || strings.Contains(err.Error(), "expected") {
					return
				}
				t.Fatalf("the standard library refuses %q: %v", doc, err)
			}
			if start, ok := token.(xml.StartElement); ok {
				// It leaves line breaks in attribute values.
				if elements == 0 && (start.Name.Local != root.Tag || replaceBlanks(start.Name.Space) != replaceBlanks(root.Space)) {
					t.Fatalf("root of %q: %v, standard library %v", doc, nameOf(root), start.Name)
				}
				elements++
			}
		}
		nodes := outline(nil, root, 0)
		if len(nodes) != elements {
			t.Fatalf("%q: %d elements, standard library %d", doc, len(nodes), elements)
		}
	})
}

// wantFragments checks that every element left whole stands by itself.
func wantFragments(t *testing.T, el *element) {
	if !isMark(el) {
		for c := range children(el) {
			wantFragments(t, c)
		}
		return
	}
	whole := decodeFragment(el)
	if f, err := ParseFragment([]byte(whole.String())); err != nil || f != whole {
		t.Fatalf("%q: %v %q", whole, err, f)
	}
}
