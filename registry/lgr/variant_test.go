package lgr

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func variantsOf(t *testing.T, table *Table, label string) string {
	t.Helper()
	list, complete, err := table.Variants(label, 100)
	if err != nil || !complete {
		t.Fatalf("%s: complete %v, %v", label, complete, err)
	}
	var out []string
	for _, v := range list {
		out = append(out, v.Label+" "+v.Disposition)
		if got, ok := table.Between(label, v.Label); !ok || got != v.Disposition {
			t.Errorf("from %s to %s: %s %v, want %s", label, v.Label, got, ok, v.Disposition)
		}
		if table.IndexLabel(v.Label) != table.IndexLabel(label) {
			t.Errorf("%s and %s do not collide", label, v.Label)
		}
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

func TestVariants(t *testing.T) {
	for _, c := range []struct{ table, label, want string }{
		{"Latn", "bücher", ""},
		{"Latn", "москва", ""},
		{"Cyrl", "москва", ""},
		{"Grek", "σε", "ςέ blocked, ςε allocatable, σέ blocked"},
		{"Grek", "νόμος", "νομος blocked, νομοσ blocked, νομός blocked, νομόσ blocked, νόμοσ allocatable, νόμός blocked, νόμόσ blocked"},
		{"Arab", "كب", "کب blocked"},
		{"zh", "中国", "中國 allocatable"},
		{"zh", "国東", "国东 allocatable, 國东 blocked, 國東 allocatable"},
		{"zh", "头发", ""}, // 头 is not in the table
		{"zh", "发", "發 allocatable, 髮 allocatable"},
		{"zh", "發", "发 allocatable, 髮 blocked"},
		{"zh", "中文", ""},
	} {
		if got := variantsOf(t, builtin(t, c.table), c.label); got != c.want {
			t.Errorf("%s %s: %s, want %s", c.table, c.label, got, c.want)
		}
	}
}

func TestBetweenStrangers(t *testing.T) {
	zh := builtin(t, "zh")
	for _, c := range [][2]string{{"中国", "中"}, {"中", "中国"}, {"国", "学"}, {"x", "国"}, {"москва", "国"}, {"国", ""}} {
		if d, ok := zh.Between(c[0], c[1]); ok {
			t.Errorf("%s is a variant of %s: %s", c[1], c[0], d)
		}
	}
	if d, ok := zh.Between("中国", "中国"); !ok || d != Allocatable {
		t.Errorf("a label as a variant of itself: %s %v", d, ok)
	}
}

// A label with 2^60 variants costs no more than the limit.
func TestVariantsLimit(t *testing.T) {
	zh := builtin(t, "zh")
	label := strings.Repeat("国", 60)
	list, complete, err := zh.Variants(label, 50)
	if err != nil || complete || len(list) != 50 {
		t.Fatalf("%d variants, complete %v, %v", len(list), complete, err)
	}
	if d, ok := zh.Between(label, strings.Repeat("國", 60)); !ok || d != Allocatable {
		t.Errorf("all traditional: %s %v", d, ok)
	}
	if d, ok := zh.Between(label, strings.Repeat("国國", 30)); !ok || d != Blocked {
		t.Errorf("mixed: %s %v", d, ok)
	}
}

// RFC 7940, Section 8.4: "ab" is made as {a}{b} and as {ab}.
func TestDuplicateVariants(t *testing.T) {
	table := parseData(t, `<char cp="0061"><var cp="0061" type="allocatable"/></char><char cp="0062"/>
		<char cp="0061 0062"><var cp="0061 0062" type="blocked"/></char>`, "")
	if _, _, err := table.Variants("ab", 10); err == nil {
		// The label itself is blocked, so it has no variants at all.
		if r := table.Check("ab"); r.Registrable() {
			t.Error("a duplicate is not told")
		}
	}
	table = parseData(t, `<char cp="0061"><var cp="0063"/></char><char cp="0063"><var cp="0061"/></char><char cp="0062"/>
		<char cp="0061 0062"><var cp="0063 0062"/></char><char cp="0063 0062"><var cp="0061 0062"/></char>`, "")
	if _, _, err := table.Variants("ab", 10); !errors.Is(err, ErrDuplicate) {
		t.Errorf("error %v", err)
	}
}

// Sequences on both sides, beside variants of what they are made of.
func TestSequenceVariants(t *testing.T) {
	table := parseData(t, `<char cp="006F"/><char cp="0065"/><char cp="0078"><var cp="0079"/></char><char cp="0079"><var cp="0078"/></char>
		<char cp="00F6"><var cp="006F 0065" type="allocatable"/></char>
		<char cp="006F 0065"><var cp="00F6" type="blocked"/></char>
		<char cp="006C 00B7 006C"/>`, "")
	for label, want := range map[string]string{
		"xö":   "xoe allocatable, yoe allocatable, yö valid",
		"oex":  "oey valid, öx blocked, öy blocked",
		"l·lx": "l·ly valid",
		"oo":   "",
	} {
		if got := variantsOf(t, table, label); got != want {
			t.Errorf("%s: %s, want %s", label, got, want)
		}
	}
	if r := table.Check("lx"); r.Disposition != Invalid || !strings.Contains(r.Reason, "only in sequences") {
		t.Errorf("a code point of a sequence alone: %+v", r)
	}
}
