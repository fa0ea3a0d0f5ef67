package lgr

import (
	"strings"
	"testing"

	"golang.org/x/net/idna"
)

func builtin(t *testing.T, name string) *Table {
	t.Helper()
	table, ok := Builtin(name)
	if !ok {
		t.Fatalf("no table %s", name)
	}
	return table
}

func TestBuiltinTables(t *testing.T) {
	if got := strings.Join(BuiltinNames(), " "); got != "Arab Cyrl Grek Latn zh" {
		t.Fatalf("tables %s", got)
	}
	safe := map[string]string{"Arab": "", "Cyrl": "абвг", "Grek": "βγδζ", "Latn": "ßàáâ", "zh": "一七三上"}
	for name, tag := range map[string]string{"Arab": "und-Arab", "Cyrl": "und-Cyrl", "Grek": "und-Grek", "Latn": "und-Latn", "zh": "zh"} {
		table := builtin(t, name)
		if table.Tag() != tag || table.Name() != name || !table.Is(strings.ToUpper(tag)) || !table.Is(name) {
			t.Errorf("%s: name %s, tag %s", name, table.Name(), table.Tag())
		}
		if doc, err := BuiltinXML(name); err != nil || !strings.Contains(string(doc), tag) {
			t.Errorf("%s: document: %v", name, err)
		}
		if got := string(table.SafeCodePoints(4)); got != safe[name] {
			t.Errorf("%s: safe code points %q", name, got)
		}
		for _, s := range table.repertoire {
			for r := s.lo; r <= s.hi; r++ {
				if r < 0x80 {
					continue
				}
				label := string(r)
				if name == "Arab" {
					label = "ك" + label // digits do not stand alone (RFC 5893, Section 2)
				}
				if _, err := idna.Registration.ToASCII(label); err != nil {
					t.Errorf("%s: U+%04X is not valid under IDNA2008: %v", name, r, err)
				}
			}
		}
	}
	if _, err := BuiltinXML("Zzzz"); err == nil {
		t.Error("a document of no table")
	}
}

// The Latin table takes every label of one code point that the repertoire of
// Latin-1 and Latin Extended-A has, and no other.
func TestLatinRepertoire(t *testing.T) {
	table := builtin(t, "Latn")
	taken := 0
	for r := rune(0x80); r <= 0x2FFF; r++ {
		alabel, err := idna.Registration.ToASCII(string(r))
		if err != nil || !strings.HasPrefix(alabel, "xn--") {
			continue
		}
		want := r >= 0xDF && r <= 0x17E && r != 0xF7
		if got := table.Check(string(r)).Registrable(); got != want {
			t.Errorf("U+%04X: %v, want %v", r, got, want)
		}
		if want {
			taken++
		}
	}
	if taken < 90 {
		t.Errorf("only %d code points are taken", taken)
	}
	for _, label := range []string{"bücher", "straße-1", "łódź", "a-z0189é"} {
		if r := table.Check(label); r.Disposition != Valid {
			t.Errorf("%s: %+v", label, r)
		}
		if table.IndexLabel(label) != label {
			t.Errorf("%s has another index label", label)
		}
	}
}

func TestBuiltinChecks(t *testing.T) {
	for _, c := range []struct{ table, label, disposition, reason string }{
		{"Latn", "москва", Invalid, "U+043C at position 1 is not in the table"},
		{"Latn", "", Invalid, "empty"},
		{"Latn", strings.Repeat("é", 64), Invalid, "more than 63"},
		{"Latn", "a\xff", Invalid, "UTF-8"},
		{"Cyrl", "москва-1", Valid, ""},
		{"Cyrl", "мoсква", Invalid, "U+006F at position 2"},
		{"Grek", "οδός", Valid, ""},
		{"Arab", "كتاب", Valid, ""},
		{"Arab", "ك٠٩", Valid, ""},
		{"Arab", "ك٠۹", Invalid, "do not mix"},
		{"Arab", "ك1٩", Invalid, "digits-of-two-scripts"},
		{"zh", "中国", Allocatable, ""},
		{"zh", "中國", Allocatable, ""},
		{"zh", "国東", Valid, ""},
		{"zh", "a国1", Allocatable, ""},
	} {
		r := builtin(t, c.table).Check(c.label)
		if r.Disposition != c.disposition || !strings.Contains(r.Reason, c.reason) || (r.Reason == "") != r.Registrable() {
			t.Errorf("%s %q: %+v, want %s, %s", c.table, c.label, r, c.disposition, c.reason)
		}
	}
}
