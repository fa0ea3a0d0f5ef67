package epp

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// mutator makes frames that are nearly right out of golden ones.
type mutator struct {
	rnd  *rand.Rand
	tags []Name
}

// texts are values at the edges of the simple types.
var edgeTexts = []string{
	"", " ", "x", "ab", "abc", strings.Repeat("a", 16), strings.Repeat("a", 17), strings.Repeat("é", 64), strings.Repeat("é", 65),
	strings.Repeat("b", 255), strings.Repeat("b", 256), "+1.7035555555", "+1", "0", "1", "99", "100", "-1", "true", "FALSE", "en", "e_n",
	"2030-04-03", "2030-4-3", "y", "m", "v4", "v6", "int", "loc", "all", "admin", "ok", "linked", "clientHold", "D1-REP", "D1", "real",
	"request", "req", " ok ", "\tabc\n", "a  b",
	"apply", "enter", "token", strings.Repeat("c", 1024), strings.Repeat("c", 1025),
	LoginSecurity, "5.00", "-5.00", "+.5", "USD", "usd", "restore", "P5D", "delayed", "custom",
	"255", "256", "65535", "65536", "2147483647", "2147483648", "+5", "-0", "00012", "1.5", "A", "NS", "TXT", "custom", "a-1", "A-",
	"ab12", "abc1", "12 34", "AQPJ////4Q==", "AQ PJ\n////4Q==", "AQPJ////4Q=", "AQPJ////4R==", "this is not a DNSKEY.",
	"2026-07-10T22:00:00.0Z", "2026-07-10T22:00:00+00:00", "2026-07-10 22:00:00Z", "2026-13-10T22:00:00Z",
	"2026-07-10T2:00:00Z", "2026-07-10T22:00:00,5Z", "report",
}

var edgeAttrs = []string{
	"type", "s", "x", "lang", "op", "unit", "id", "name", "refundable", "grace-period", "applied", "phase",
	"for", "policy", "urgent", "primary",
}

func (m *mutator) mutate(root *element) {
	var all []*element
	parents := map[*element]*element{}
	var walk func(el *element)
	walk = func(el *element) {
		for c := range children(el) {
			all, parents[c] = append(all, c), el
			walk(c)
		}
	}
	walk(root)
	if len(all) == 0 {
		return
	}
	el := all[m.rnd.IntN(len(all))]
	parent := parents[el]
	siblings := slices.Collect(children(parent))
	at := slices.Index(siblings, el)
	switch m.rnd.IntN(9) {
	case 0:
		setChildren(parent, slices.Delete(siblings, at, at+1))
	case 1:
		setChildren(parent, slices.Insert(siblings, at, clone(el)))
	case 2:
		to := m.rnd.IntN(len(siblings))
		setChildren(parent, slices.Insert(slices.Delete(siblings, at, at+1), to, el))
	case 3:
		el.Tag = m.tags[m.rnd.IntN(len(m.tags))].Local
	case 4:
		n := m.tags[m.rnd.IntN(len(m.tags))]
		el.add(&element{Space: n.Space, Tag: n.Local})
	case 5:
		el.text = m.text()
	case 6:
		el.Attr = append(el.Attr, xmlAttr{Key: edgeAttrs[m.rnd.IntN(len(edgeAttrs))], Value: m.text()})
	case 7:
		if len(el.Attr) > 0 {
			el.Attr[m.rnd.IntN(len(el.Attr))].Value = m.text()
		}
	case 8:
		if len(el.Attr) > 0 {
			el.Attr = el.Attr[1:]
		}
	}
}

func clone(el *element) *element {
	c := &element{Space: el.Space, Tag: el.Tag, Attr: slices.Clone(el.Attr), text: el.text}
	for kid := range children(el) {
		c.add(clone(kid))
	}
	return c
}

// setChildren gives an element other children.
func setChildren(el *element, list []*element) {
	el.first, el.last = nil, nil
	for _, c := range list {
		c.next = nil
		el.add(c)
	}
}

func (m *mutator) text() string { return edgeTexts[m.rnd.IntN(len(edgeTexts))] }

// serialise writes a tree of the scanner; every element declares its namespace.
func serialise(w *writer, el *element) {
	if isMark(el) && strings.HasPrefix(content(el), "<") { // whole
		w.raw(content(el))
		return
	}
	w.start(el.Tag)
	w.attr("xmlns", el.Space)
	seen := map[string]bool{}
	for _, a := range el.Attr {
		if a.Space == "" && !seen[a.Key] {
			w.attr(a.Key, a.Value)
			seen[a.Key] = true
		}
	}
	w.ready()
	for c := range children(el) {
		serialise(w, c)
	}
	w.text(el.text)
	w.close(el.Tag)
}

// Reasons to refuse what the schemas allow: they come from the RFCs' text, or from the
// type "anything" that the schemas give to elements the RFCs call empty.
var beyondSchema = []string{
	"does not match the command", "the extension has no such command element", "does not extend this command",
	"must not occur twice", "attribute msgID is missing", "only a server sends this",
	"extends only the request of a transfer",
	// libxml2 reads over characters that are not base64; XML Schema part 2, section 3.2.16, does not.
	"must be base64 (RFC 4648, section 4) of at least one octet",
	"must be one of: base64", "is no password",
	"needs [LOGIN-SECURITY] in the login's own pw", "needs [LOGIN-SECURITY] in the login's own newPW",
	"required where the login's own pw is [LOGIN-SECURITY]", "required where the login's own newPW is [LOGIN-SECURITY]",
}

var emptyByRFC = []string{"hello", "logout", "null", "voice", "fax", "email", "list"}

func stricterThanSchema(err *Error) bool {
	parent, inside := strings.CutPrefix(err.Reason, "no such element in ")
	parent = parent[strings.IndexByte(parent, ':')+1:] // without the prefix
	// What a namespace is for, an object or an extension, the schemas do not say.
	elsewhere := err.Code == CodeUnimplementedService || err.Code == CodeUnimplementedExtension
	return elsewhere || slices.Contains(beyondSchema, err.Reason) || slices.Contains(emptyByRFC, err.Element.Local) ||
		(inside && slices.Contains(emptyByRFC, parent))
}

// knownMarkup reports whether a restore report holds elements that a schema describes: the
// schemas then look into them, this package does not.
func knownMarkup(t *testing.T, frame []byte) bool {
	nodes, err := Outline(frame)
	if err != nil {
		t.Fatal(err)
	}
	mixed := 0 // depth of the element whose markup it is, 0 outside
	for _, n := range nodes {
		if mixed > 0 && n.Depth > mixed && (n.Name.Space == NSEPP || prefixOf(n.Name.Space) != "") {
			return true
		}
		if mixed == 0 || n.Depth <= mixed {
			mixed = 0
			if n.Name.Space == NSRGP && slices.Contains([]string{"preData", "postData", "resReason", "statement", "other"}, n.Name.Local) {
				mixed = n.Depth
			}
		}
	}
	return false
}

// mentionsMark reports whether the fault is inside of a mark, which this package does not
// look into, or that there are two of one.
func mentionsMark(verdict string) bool {
	return strings.Contains(verdict, nsMark) || strings.Contains(verdict, "}signedMark'") || strings.Contains(verdict, "xs:ID")
}

// The content models and the schemas have the same opinion of thousands of frames that
// are right or nearly so.
func TestContentModelAgreesWithSchemas(t *testing.T) {
	golden := goldenFrames(t, "commands")
	names := slices.Sorted(maps.Keys(golden))
	m := &mutator{rnd: rand.New(rand.NewPCG(1, 2))}
	for _, name := range names {
		nodes, err := Outline(golden[name])
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range nodes {
			m.tags = append(m.tags, n.Name)
		}
	}
	var frames [][]byte
	for range 8000 {
		root, err := scan(golden[names[m.rnd.IntN(len(names))]], commandLimits())
		if err != nil {
			t.Fatal(err)
		}
		for range 1 + m.rnd.IntN(2) {
			m.mutate(root)
		}
		w := &writer{}
		serialise(w, root)
		frames = append(frames, w.b)
	}
	accepted := 0
	for i, verdict := range schemaErrors(t, frames) {
		_, err := DecodeCommand(frames[i])
		switch {
		case err == nil && verdict == "":
			accepted++
		case err == nil:
			// libxml2 2.9 refuses blanks around dates and numbers; XML Schema part 2,
			// section 4.3.6, has them collapsed. Blanks in an empty element do no harm, nor
			// does a date for a URI, of which libxml2 takes the hour for a part.
			if !strings.Contains(verdict, "period") && !strings.Contains(verdict, "curExpDate") &&
				!strings.Contains(verdict, "content type is empty") && !strings.Contains(verdict, "xs:anyURI") && !mentionsMark(verdict) && !knownMarkup(t, frames[i]) {
				t.Errorf("accepted, but the schemas: %s\n%s", verdict, frames[i])
			}
		case verdict == "" && !stricterThanSchema(err):
			t.Errorf("refused with %v, but the schemas accept:\n%s", err, frames[i])
		case err.Malformed:
			t.Errorf("malformed: %v\n%s", err, frames[i])
		}
	}
	if accepted < len(frames)/10 {
		t.Errorf("only %d of %d frames were valid: too few to compare", accepted, len(frames))
	}
}

// FuzzDecodeCommand: decoding never panics, an error answers with a frame we can read, and
// what is accepted survives being written and read.
func FuzzDecodeCommand(f *testing.F) {
	for _, frame := range goldenFrames(f, "commands") {
		f.Add(frame)
	}
	for _, doc := range forbidden {
		f.Add([]byte(doc))
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		cmd, err := DecodeCommand(frame)
		if err != nil {
			r := err.Response()
			r.SvTRID = "54322-XYZ"
			got, readErr := DecodeResponse(EncodeResponse(r))
			if readErr != nil || got.Code() != err.Code || err.Code.Text() == "" || err.Code.Success() {
				t.Fatalf("answer to %q: %v %+v", frame, readErr, got)
			}
			return
		}
		again, err := DecodeCommand(EncodeCommand(cmd))
		if err != nil && strings.Contains(err.Reason, "too many namespaces declared") {
			return // there was room for the frame's own prefixes, but not for ours as well
		}
		if err != nil {
			t.Fatalf("%q: written and read: %v", frame, err)
		}
		if l, ok := FindExtension[*LaunchCreate](again.Extensions); ok && len(l.SignedMarks)+len(l.CodeMarks) > 0 {
			// A mark knows the prefixes of the frame it is in: from the second on they are ours.
			if cmd, again = again, nil; len(EncodeCommand(cmd)) > MaxCommandFrame {
				return
			}
			if again, err = DecodeCommand(EncodeCommand(cmd)); err != nil {
				t.Fatalf("%q: written and read twice: %v", frame, err)
			}
		}
		if string(EncodeCommand(again)) != string(EncodeCommand(cmd)) {
			t.Fatalf("%q changed by writing and reading", frame)
		}
	})
}
