package lgr

import (
	"strings"
	"testing"
)

func TestSet(t *testing.T) {
	set := NewSet(builtin(t, "Latn"), builtin(t, "zh"), builtin(t, "Grek"))
	for _, c := range []struct{ label, tag, table, why string }{
		{"bücher", "", "Latn", ""},
		{"bücher", "und-latn", "Latn", ""},
		{"bücher", "LATN", "Latn", ""},
		{"中国", "", "zh", ""},
		{"中国", "zh", "zh", ""},
		{"οδός", "", "Grek", ""},
		{"bücher", "zh", "", "table zh: U+00FC at position 2 is not in the table"},
		{"bücher", "fr", "", `there is no table "fr" here`},
		{"москва", "", "", "no table takes the label; table Latn: U+043C at position 1"},
	} {
		table, err := set.Check(c.label, c.tag)
		switch {
		case c.why != "" && (err == nil || !strings.Contains(err.Error(), c.why)):
			t.Errorf("%s %s: %v, want %s", c.label, c.tag, err, c.why)
		case c.why == "" && (err != nil || table.Name() != c.table):
			t.Errorf("%s %s: %v", c.label, c.tag, err)
		}
	}
	if _, err := NewSet().Check("ü", ""); err == nil {
		t.Error("a set of no tables takes a label")
	}
}

func TestKey(t *testing.T) {
	one := parseNamed(t, `<char cp="0061"><var cp="0430"/></char><char cp="0430"><var cp="0061"/></char><char cp="0078"/>`)
	two := parseNamed(t, `<char cp="0430"><var cp="03B1"/></char><char cp="03B1"><var cp="0430"/></char><char cp="0078"/>`)
	both, none := NewSet(one, two), NewSet(builtin(t, "Latn"))
	for _, label := range []string{"ax", "аx", "αx"} { // Latin, Cyrillic, Greek
		if got := both.Key(label); got != "ax" {
			t.Errorf("%s: key %s", label, got)
		}
		if got := none.Key(label); got != label {
			t.Errorf("%s: key %s without variants", label, got)
		}
	}
	if one.IndexLabel("аx") != "ax" || one.IndexLabel("αx") != "αx" || both.Key("x") != "x" {
		t.Error("index labels of one table")
	}
	long := strings.Repeat("а", 64)
	if both.Key(long) != long {
		t.Error("a label too long has another key")
	}
	// A variant is a sequence of code points that have variants.
	seq := parseNamed(t, `<char cp="0030"><var cp="0079 0061"/></char><char cp="0079 0061"><var cp="0030"/></char>
		<char cp="0079"><var cp="0061"/></char><char cp="0061"><var cp="0079"/></char>`)
	for _, label := range []string{"0", "ya", "aa", "yy", "ay"} {
		if got := seq.IndexLabel(label); got != "aa" {
			t.Errorf("%s: key %s", label, got)
		}
	}
}

// A sequence that overlaps itself: "sss" is {ss}{s} and {s}{ss}.
func TestKeyOfOverlap(t *testing.T) {
	table := parseNamed(t, `<char cp="0073"/><char cp="0073 0073"><var cp="00DF" type="allocatable"/></char>
		<char cp="00DF"><var cp="0073 0073" type="allocatable"/></char>`)
	for _, label := range []string{"ssss", "ßß", "sßs", "ßss", "ssß"} {
		if got := table.IndexLabel(label); got != "ssss" {
			t.Errorf("%s: key %s", label, got)
		}
	}
	if got := variantsOf(t, table, "sss"); got != "sß allocatable, ßs allocatable" {
		t.Errorf("variants %s", got)
	}
}

func parseNamed(t *testing.T, data string) *Table { return parseData(t, data, "") }

// The key of a label outside ASCII takes no memory to speak of for ASCII ones.
func TestKeyOfASCII(t *testing.T) {
	set := NewSet(builtin(t, "Latn"), builtin(t, "zh"), builtin(t, "Grek"))
	if n := testing.AllocsPerRun(100, func() { set.Key("example-label") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
