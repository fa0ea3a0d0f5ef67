package registry

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/net/idna"
)

// ace is the A-label name of a name in Unicode.
func ace(t *testing.T, name string) string {
	t.Helper()
	a, err := idna.Registration.ToASCII(name)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAdmitLabel(t *testing.T) {
	z := NewZone("test", TargetZone)
	z.IDNTables = []string{"Latn", "Grek", "zh"}
	z.Suffixes = append(z.Suffixes, "sub.test")
	z.UseTables()
	for _, c := range []struct {
		name  string
		req   IDNRequest
		table string // "" of an ASCII label
		key   bool
		fault string // part of the reason
	}{
		{name: "plain.test"},
		{name: "plain.test", req: IDNRequest{Table: "Latn"}, table: "und-Latn"},
		{name: "bücher.test", table: "und-Latn", key: true},
		{name: "bücher.test", req: IDNRequest{Table: "UND-latn", UName: "Bücher.test"}, table: "und-Latn", key: true},
		{name: "bücher.test", req: IDNRequest{Table: "Grek"}, fault: "U+0062 at position 1"},
		{name: "bücher.test", req: IDNRequest{Table: "Cyrl"}, fault: "no such table: there are Latn, Grek, zh"},
		{name: "bücher.test", req: IDNRequest{UName: "bucher.test"}, fault: "not the name that is to be registered"},
		{name: "αθηνα.test", table: "und-Grek", key: true},
		{name: "пример.test", fault: "no table takes the label"},
		{name: "αa.test", fault: "no table takes the label"},
		{name: "汉.sub.test", table: "zh", key: true},
	} {
		got, err := z.AdmitLabel(ace(t, c.name), c.req)
		var e *Error
		switch {
		case c.fault != "" && (!errors.As(err, &e) || e.Kind != KindParamPolicy || !strings.Contains(e.Reason, c.fault)):
			t.Errorf("%s %v: %v, want %q", c.name, c.req, err, c.fault)
		case c.fault == "" && (err != nil || got.Table != c.table || (got.Key != "") != c.key):
			t.Errorf("%s %v: %+v, %v", c.name, c.req, got, err)
		}
	}
	key := func(name string) string {
		l, err := z.AdmitLabel(ace(t, name), IDNRequest{})
		if err != nil {
			t.Fatal(err)
		}
		return l.Key
	}
	if key("αθηνα.test") != key("αθήνα.test") || key("αθηνα.test") == key("βθηνα.test") || key("汉.test") == key("汉.sub.test") {
		t.Error("keys: variants share one, and names elsewhere do not")
	}
}

func TestIDNOnlyZone(t *testing.T) {
	z := NewZone("test", TargetZone)
	z.IDNTables, z.IDN.Only = []string{"Latn"}, true
	if err := z.CheckRegistrable("plain.test"); !IsKind(err, KindParamPolicy) {
		t.Errorf("an ASCII label: %v", err)
	}
	if err := z.CheckRegistrable(ace(t, "bücher.test")); err != nil {
		t.Error(err)
	}
}

// RFC 5892, Appendix A.3: a middle dot stands between two l.
func TestContextRulesOfNames(t *testing.T) {
	if _, err := CanonicalName(ace(t, "l·l.test"), "name"); err != nil {
		t.Error(err)
	}
	a, err := idna.Punycode.ToASCII("a·b.test")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := CanonicalName(a, "name"); err == nil || !strings.Contains(err.Error(), "U+00B7") {
		t.Errorf("%s: %v", a, err)
	}
}

func TestZoneChecksTables(t *testing.T) {
	good := `<lgr xmlns="urn:ietf:params:xml:ns:lgr-1.0"><data><char cp="00E9"/><char cp="0061"/></data></lgr>`
	for name, c := range map[string]struct {
		change func(z *Zone)
		fault  string
	}{
		"unknown":   {func(z *Zone) { z.IDNTables = []string{"Klingon"} }, "no such table: there are Arab"},
		"policy":    {func(z *Zone) { z.IDN.Variants = "sell" }, "block or allocate"},
		"only":      {func(z *Zone) { z.IDN.Only = true }, "needs a table"},
		"broken":    {func(z *Zone) { z.IDN.Tables = []IDNTable{{"x", "<lgr"}} }, "idn.tables"},
		"twice":     {func(z *Zone) { z.IDN.Tables = []IDNTable{{"x", good}, {"X", good}} }, "two tables"},
		"nameless":  {func(z *Zone) { z.IDN.Tables = []IDNTable{{"", good}} }, "named by"},
		"too large": {func(z *Zone) { z.IDN.Tables = []IDNTable{{"x", strings.Repeat(" ", maxTableXML+1)}} }, "at most"},
		"good":      {func(z *Zone) { z.IDN.Tables = []IDNTable{{"x", good}} }, ""},
	} {
		z := NewZone("test", TargetZone)
		z.IDNTables = nil
		c.change(z)
		if err := z.checkIDN(); (err == nil) != (c.fault == "") || err != nil && !strings.Contains(err.Error(), c.fault) {
			t.Errorf("%s: %v, want %q", name, err, c.fault)
		}
	}
}
