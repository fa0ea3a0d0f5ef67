package lgr

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// FuzzParse reads what may be a ruleset. What is taken must answer about labels
// of its own repertoire within bounds, and consistently.
func FuzzParse(f *testing.F) {
	for _, name := range BuiltinNames() {
		doc, err := BuiltinXML(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(doc)
	}
	doc, err := os.ReadFile(filepath.Join("testdata", "every.xml"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(doc)
	f.Add([]byte(document(`<char cp="0061" when="r"/>`, `<rule name="r"><anchor/></rule>`)))
	f.Fuzz(func(t *testing.T, doc []byte) {
		table, err := Parse(bytes.NewReader(doc))
		if err != nil {
			return
		}
		var label []rune
		for _, s := range table.repertoire {
			for r := s.lo; r <= s.hi && len(label) < 6; r++ {
				label = append(label, r)
			}
		}
		for i := range label {
			consistent(t, table, string(label[:i+1]))
			consistent(t, table, string(label[i:]))
		}
		table.SafeCodePoints(3)
	})
}

// FuzzCheck checks labels against every built-in table.
func FuzzCheck(f *testing.F) {
	for _, label := range []string{"bücher", "москва", "οδός", "كتاب٣", "中國", "国東", "l·l", "क्\u200dष", "ア・", "\xff", "a"} {
		f.Add(label)
	}
	f.Fuzz(func(t *testing.T, label string) {
		contextErr := CheckContext(label)
		for _, name := range BuiltinNames() {
			table, _ := Builtin(name)
			if r := table.Check(label); r.Registrable() && contextErr != nil {
				t.Errorf("%s takes %q against %v", name, label, contextErr)
			}
			consistent(t, table, label)
		}
	})
}

// consistent checks what holds for any table and label: variants share the index
// label (but for tables with conditions, which may look at what varies), what is
// between a label and its variant is what Variants says, and a variant leads back.
func consistent(t *testing.T, table *Table, label string) {
	t.Helper()
	r := table.Check(label)
	if r.Registrable() != (r.Reason == "") {
		t.Errorf("%q: %+v", label, r)
	}
	index := table.IndexLabel(label)
	conditions := false
	for _, c := range table.chars {
		conditions = conditions || c.when.name != ""
		for _, v := range c.vars {
			conditions = conditions || v.when.name != ""
		}
	}
	if !conditions && table.IndexLabel(index) != index && len([]rune(index)) <= maxRunes {
		t.Errorf("%q: index label %q has index label %q", label, index, table.IndexLabel(index))
	}
	list, _, err := table.Variants(label, 20)
	if err != nil {
		return
	}
	for _, v := range list {
		if d, ok := table.Between(label, v.Label); !ok || d != v.Disposition {
			t.Errorf("from %q to %q: %s %v, want %s", label, v.Label, d, ok, v.Disposition)
		}
		if got := table.IndexLabel(v.Label); !conditions && got != index {
			t.Errorf("%q has index label %q, its variant %q has %q", label, index, v.Label, got)
		}
	}
}
