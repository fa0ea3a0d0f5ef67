package rst

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	root, err := parse([]byte(response("1000", `<resData><h:infData xmlns:h="`+nsHost+`"><h:name> ns1.example </h:name>`+
		`<h:status s="ok"/><h:status s="linked"/><h:addr ip="v4">192.0.2.1</h:addr></h:infData></resData>`)))
	if err != nil {
		t.Fatal(err)
	}
	data := root.first(nsHost, "infData")
	if data.value(nsHost, "name") != "ns1.example" || strings.Join(data.marks(nsHost, "status", "s"), " ") != "linked ok" {
		t.Errorf("%s", data.canonical())
	}
	if root.first(nsDomain, "name") != nil || root.value(nsHost, "roid") != "" {
		t.Error("it finds what is not there")
	}
	// Prefixes do not matter, values do.
	other := strings.NewReplacer("h:", "x:", ":h=", ":x=")
	same, err := parse([]byte(other.Replace(response("1000", `<resData><h:infData xmlns:h="`+nsHost+`"><h:name>ns1.example</h:name>`+
		`<h:status s="ok"/><h:status s="linked"/><h:addr ip="v4">192.0.2.1</h:addr></h:infData></resData>`))))
	if err != nil || same.canonical() != root.canonical() {
		t.Errorf("%v\n%s\n%s", err, same.canonical(), root.canonical())
	}
	if changed, err := parse([]byte(response("1000", ""))); err != nil || changed.canonical() == root.canonical() {
		t.Errorf("%v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(lies().greeting))
	f.Add([]byte(response("2400", `<extension/>`)))
	f.Add([]byte(`<a xmlns="b" c="d"><e/>text</a>`))
	f.Add([]byte(strings.Repeat("<a>", 2*maxDepth)))
	f.Fuzz(func(t *testing.T, frame []byte) {
		root, err := parse(frame)
		if err != nil {
			return
		}
		again, err := parse(frame)
		if err != nil || again.canonical() != root.canonical() {
			t.Errorf("read twice: %v", err)
		}
		if len(root.all(root.space, root.local)) > len(frame) {
			t.Error("more elements than octets")
		}
	})
}
