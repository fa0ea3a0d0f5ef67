package lgr

import (
	"fmt"
	"strings"
	"testing"
)

// ask reports which of the words a rule named r matches.
func ask(t *testing.T, rules string, words ...string) string {
	t.Helper()
	table := parseData(t, `<range first-cp="0061" last-cp="007A" tag="letter"/><range first-cp="0030" last-cp="0039" tag="digit"/>
		<char cp="002D"/><range first-cp="0300" last-cp="0310"/>`, rules+`<action disp="x:yes" match="r"/><action disp="x:no"/>`)
	var yes []string
	for _, w := range words {
		if table.Check(w).Disposition == "x:yes" {
			yes = append(yes, w)
		}
	}
	return strings.Join(yes, " ")
}

func TestRules(t *testing.T) {
	letterRules := `<class name="letter" property="gc:L"/><class name="mark" property="gc:M"/><class name="digit" property="gc:Nd"/>
		<rule name="grapheme"><class by-ref="letter" count="1+"/><class by-ref="mark" count="0+"/></rule>`
	for _, c := range []struct{ rules, words, want string }{
		{`<rule name="r"><start/><class from-tag="letter" count="1+"/><end/></rule>`, "abc a1 1", "abc"},
		{`<rule name="r"><char cp="0061 0062"/></rule>`, "ab xaby ba a", "ab xaby"},
		{`<rule name="r"><start/><char cp="0061" count="2"/><end/></rule>`, "a aa aaa", "aa"},
		{`<rule name="r"><start/><char cp="0061" count="2+"/><end/></rule>`, "a aa aaa", "aa aaa"},
		{`<rule name="r"><start/><char cp="0061" count="2:3"/><end/></rule>`, "a aa aaa aaaa", "aa aaa"},
		{`<rule name="r"><start/><char cp="0061" count="0:1"/><char cp="0062"/><end/></rule>`, "b ab aab", "b ab"},
		{`<rule name="r"><start/><any count="3"/><end/></rule>`, "ab abc abcd", "abc"},
		{`<rule name="r"><start/><any count="0+"/><char cp="0061"/><end/></rule>`, "a aa ba ab", "a aa ba"},
		{`<rule name="r"><start/><any count="70+"/><end/></rule>`, strings.Repeat("a", 63), ""},
		{`<rule name="r"><start/><rule count="70+"><any count="0+"/></rule><end/></rule>`, "a", "a"},
		{`<rule name="r"><start/><choice count="1+"><char cp="0061 0062"/><char cp="0063"/></choice><end/></rule>`, "ab c abcab a abx", "ab c abcab"},
		// The first alternative that lets the rest match, not the first alone.
		{`<rule name="r"><start/><choice><char cp="0061"/><char cp="0061 0062"/></choice><char cp="0063"/><end/></rule>`, "ac abc", "ac abc"},
		{`<rule name="r"><choice><rule><start/><char cp="0031"/></rule><rule><char cp="0032"/><end/></rule></choice></rule>`, "1a a1 a2 2a", "1a a2"},
		{`<rule name="r"><union><class>0061</class><class>0063-0064</class></union></rule>`, "a b c d", "a c d"},
		{`<rule name="r"><intersection><class>0061-0063</class><class>0063-0064</class></intersection></rule>`, "a c d", "c"},
		{`<rule name="r"><difference><class>0061-0063</class><class>0063-0064</class></difference></rule>`, "a c d", "a"},
		{`<rule name="r"><symmetric-difference><class>0061-0063</class><class>0063-0064</class></symmetric-difference></rule>`, "a c d", "a d"},
		{`<rule name="r"><complement><class from-tag="letter"/></complement></rule>`, "a 1 a-", "1 a-"},
		{`<rule name="r"><class from-tag="nobody"/></rule>`, "a 1", ""},
		{`<union name="u"><class from-tag="digit"/><complement><complement><class>0078</class></complement></complement></union>
			<rule name="r"><class by-ref="u"/></rule>`, "1 x a", "1 x"},
		{`<rule name="r"><class property="sc:Latn"/></rule>`, "1 x", "x"},
		{`<rule name="r"><class property="ccc:230"/></rule>`, "x x\u0300", "x\u0300"},
		{`<rule name="r"><class property="bc:EN"/></rule>`, "1 x", "1"},
		{`<rule name="r"><class property="jt:T"/></rule>`, "x x\u0300", "x\u0300"},
		{`<rule name="r"><class property="Dep:Y"/></rule>`, "x", ""},
		{letterRules + `<rule name="r"><start/><rule by-ref="grapheme" count="1"/><choice count="0+"><rule by-ref="grapheme" count="0+"/>
			<class by-ref="digit" count="0+"/></choice><end/></rule>`, "a a1 a\u03001 1a \u0300a a1\u0300", "a a1 a\u03001"}, // Section 6.3.8
	} {
		if got := ask(t, c.rules, strings.Fields(c.words)...); got != c.want {
			t.Errorf("%s: %q, want %q", c.rules, got, c.want)
		}
	}
}

// Conditions of code points (RFC 7940, Section 6.4).
func TestConditions(t *testing.T) {
	table := parseData(t, `<char cp="0375" when="preceding-greek"/><range first-cp="03B1" last-cp="03C9"/>
		<char cp="0061"/><char cp="0078" not-when="after-a"/><char cp="0079" when="initial"/><char cp="0061 0078"/>
		<char cp="007A" when="with-y"/>`,
		`<class name="greek-script" property="sc:Grek"/>
		<rule name="preceding-greek"><anchor/><look-ahead><class by-ref="greek-script"/></look-ahead></rule>
		<rule name="after-a"><look-behind><char cp="0061"/><char cp="0061" count="0+"/></look-behind><anchor/></rule>
		<rule name="initial"><look-behind><start/></look-behind><anchor/></rule>
		<rule name="with-y"><char cp="0079"/></rule>`)
	for label, want := range map[string]string{
		"͵α":   "",
		"͵α͵α": "",
		"x":    "",
		"αx":   "",
		"ax":   "", // the sequence is defined without condition
		"axx":  "",
		"ya":   "",
		"yz":   "",
		"z":    "U+007A at position 1 stands where the rule with-y does not allow it",
		"yay":  "U+0079 at position 3 stands where the rule initial does not allow it",
		"b":    "U+0062 at position 1 is not in the table",
	} {
		if r := table.Check(label); r.Reason != want {
			t.Errorf("%s: %+v, want %q", label, r, want)
		}
	}
	table = parseData(t, `<char cp="0061"/><char cp="0078" not-when="after-a"/>`,
		`<rule name="after-a"><look-behind><char cp="0061"/></look-behind><anchor/></rule>`)
	if r := table.Check("xax"); r.Reason != "U+0078 at position 3 stands where the rule after-a forbids it" {
		t.Errorf("%+v", r)
	}
}

// Mappings with conditions: a and b are the same at the end of a label only.
func TestConditionalVariants(t *testing.T) {
	table := parseData(t, `<char cp="0061"><var cp="0062" when="final" type="allocatable"/><var cp="0062" not-when="final" type="blocked"/></char>
		<char cp="0062"><var cp="0061" when="final"/><var cp="0061" not-when="final"/></char>
		<char cp="0063"><var cp="0064" when="final"/></char><char cp="0064"><var cp="0063" when="final"/></char>`,
		`<rule name="final"><anchor/><look-ahead><end/></look-ahead></rule>`)
	for label, want := range map[string]string{
		"aa": "ab allocatable, ba blocked, bb blocked",
		"cc": "cd valid",
		"dc": "dd valid",
	} {
		if got := variantsOf(t, table, label); got != want {
			t.Errorf("%s: %s, want %s", label, got, want)
		}
	}
	if table.IndexLabel("cc") == table.IndexLabel("dc") || table.IndexLabel("cc") != table.IndexLabel("cd") {
		t.Error("index labels do not heed the condition")
	}
}

// Actions by variant type, with the example of RFC 7940, Section 7.2.1.
func TestActions(t *testing.T) {
	table := parseData(t, `<char cp="0078"><var cp="0078" type="allocatable"/><var cp="0079" type="blocked"/></char>
		<char cp="0079"><var cp="0078" type="allocatable"/></char>`,
		`<action disp="blocked" any-variant="blocked"/><action disp="allocatable" only-variants="allocatable"/>
		<action disp="some-disp" any-variant="allocatable"/>`)
	for label, want := range map[string]string{
		"xx": "xy blocked, yx blocked, yy blocked",
		"yy": "xx allocatable, xy some-disp, yx some-disp",
	} {
		if got := variantsOf(t, table, label); got != want {
			t.Errorf("%s: %s, want %s", label, got, want)
		}
	}
	if r := table.Check("xx"); r.Disposition != Allocatable {
		t.Errorf("xx: %+v", r)
	}
	if r := table.Check("yy"); r.Disposition != Valid {
		t.Errorf("yy: %+v", r)
	}
	if r := table.Check("xy"); r.Disposition != "some-disp" || r.Registrable() || r.Reason != "any-variant allocatable" {
		t.Errorf("xy: %+v", r)
	}
	// Section 7.2.1: code points outside the repertoire that take part in variants.
	table = parseData(t, `<char cp="0570"><var cp="0068" type="blocked"/></char>
		<char cp="0068"><var cp="0068" type="out-of-repertoire-var"/><var cp="0570" type="blocked"/></char>`,
		`<action disp="invalid" any-variant="out-of-repertoire-var"/>`)
	if r := table.Check("h"); r.Disposition != Invalid || r.Reason != "any-variant out-of-repertoire-var" {
		t.Errorf("h: %+v", r)
	}
	if got := variantsOf(t, table, "հ"); got != "h blocked" {
		t.Errorf("հ: %s", got)
	}
}

// The work of a rule that would make a backtracking matcher run for ever grows
// with the square of the label at most.
func TestMatchSteps(t *testing.T) {
	var rules strings.Builder
	rules.WriteString(`<rule name="r0"><choice count="0+"><char cp="0061" count="0+"/><rule><char cp="0061" count="1+"/><char cp="0061" count="0+"/></rule></choice></rule>`)
	const deep = 60
	for i := 1; i <= deep; i++ { // each refers to the one before twice: 2^60 copies, were they copied
		fmt.Fprintf(&rules, `<rule name="r%d"><rule by-ref="r%d" count="0+"/><rule by-ref="r%d" count="0:9"/></rule>`, i, i-1, i-1)
	}
	fmt.Fprintf(&rules, `<rule name="r"><start/><rule by-ref="r%d" count="0+"/><char cp="0062"/><end/></rule><action disp="invalid" match="r"/>`, deep)
	table := parseData(t, `<char cp="0061"/><char cp="0062"/>`, rules.String())
	for _, n := range []int{7, 15, 31, 62} {
		m := table.newMatch([]rune(strings.Repeat("a", n)))
		if m.rule(table.actions[0].rule) {
			t.Errorf("%d: matches", n)
		}
		if limit := table.ops * (n + 1); m.steps > limit || m.steps < n {
			t.Errorf("%d code points: %d steps, limit %d", n, m.steps, limit)
		}
	}
	if r := table.Check(strings.Repeat("a", 62) + "b"); r.Disposition != Invalid {
		t.Errorf("%+v", r)
	}
}
