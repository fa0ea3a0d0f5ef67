package lgr

import (
	"errors"
	"strings"
	"testing"
)

// document wraps the inside of data and rules.
func document(data, rules string) string {
	if rules != "" {
		rules = "<rules>" + rules + "</rules>"
	}
	return `<lgr xmlns="` + Namespace + `"><meta><language>und-Zyyy</language><unicode-version>15.0.0</unicode-version>
		<references><reference id="0">A standard</reference></references></meta>` +
		"<data>" + data + "</data>" + rules + "</lgr>"
}

func parseData(t *testing.T, data, rules string) *Table {
	t.Helper()
	table, err := Parse(strings.NewReader(document(data, rules)))
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func refuse(t *testing.T, doc, why string) {
	t.Helper()
	_, err := Parse(strings.NewReader(doc))
	var e *Error
	if !errors.As(err, &e) || !strings.Contains(err.Error(), why) {
		t.Errorf("%s\n\terror %v, want %q", doc, err, why)
	}
}

const letterA = `<char cp="0061"/>`

func TestParseMeta(t *testing.T) {
	table, err := Parse(strings.NewReader(`<?xml version="1.0" encoding="UTF-8"?><!-- c --><l:lgr xmlns:l="` + Namespace + `"><l:meta>
		<l:version comment="draft">3</l:version><l:date>2009-11-01</l:date><l:language>de</l:language><l:language>und-Latn</l:language>
		<l:scope type="domain">example.com</l:scope><l:scope type="domain">.</l:scope><scope xmlns="http://example.com/scope">x</scope>
		<l:validity-start>2014-03-12</l:validity-start><l:validity-end>2030-03-12</l:validity-end>
		<l:unicode-version>6.3.0</l:unicode-version><l:description type="text/plain"> d </l:description>
		</l:meta><l:data><l:char cp="0061"/></l:data></l:lgr>`))
	if err != nil {
		t.Fatal(err)
	}
	m := table.Meta()
	if m.Version != "3" || m.Date.Format("2006-01-02") != "2009-11-01" || strings.Join(m.Languages, " ") != "de und-Latn" ||
		strings.Join(m.Scopes, " ") != "example.com ." || m.ValidFrom.Year() != 2014 || m.ValidUntil.Year() != 2030 ||
		m.UnicodeNumber != "6.3.0" || m.Description != "d" {
		t.Errorf("%+v", m)
	}
	if table.Name() != "de" || table.Tag() != "de" || !table.Is("UND-LATN") || table.Is("fr") {
		t.Errorf("name %s, tag %s", table.Name(), table.Tag())
	}
}

func TestParseRefusesDocuments(t *testing.T) {
	ns := ` xmlns="` + Namespace + `"`
	for doc, why := range map[string]string{
		"":                               "no element",
		"<lgr":                           "line 1, column",
		`<!DOCTYPE lgr><lgr` + ns + `/>`: "document type",
		`<!DOCTYPE l [<!ENTITY a "b">]><lgr` + ns + `/>`:                                 "document type",
		`<?php x?><lgr` + ns + `/>`:                                                      "processing instruction",
		`<lgr/>`:                                                                         "document element",
		`<lgr xmlns="urn:ietf:params:xml:ns:lgr-2.0"/>`:                                  "document element",
		`<lgr` + ns + ` id="1"><data/></lgr>`:                                            "attribute id",
		`<lgr` + ns + `/>`:                                                               "no data",
		`<lgr` + ns + `><meta/></lgr>`:                                                   "no data",
		`<lgr` + ns + `><rules/></lgr>`:                                                  "where data is due",
		`<lgr` + ns + `><data/></lgr>`:                                                   "data is empty",
		`<lgr` + ns + `>x<data/></lgr>`:                                                  "text",
		`<lgr` + ns + `><data>` + letterA + `</data><meta/></lgr>`:                       "wrong place",
		`<lgr` + ns + `><data>` + letterA + `</data><data/></lgr>`:                       "wrong place",
		`<lgr` + ns + `><data>` + letterA + `</data></lgr><lgr/>`:                        "second document element",
		`<lgr` + ns + `><data>` + letterA + `</data></lgr>x`:                             "text outside",
		`<lgr` + ns + `><data><char cp="0061" cp="0062"/></data></lgr>`:                  "there twice",
		`<lgr` + ns + `><data><char xmlns="urn:x" cp="0061"/></data></lgr>`:              "not in the namespace",
		`<lgr` + ns + `><data>` + strings.Repeat("<char>", 50) + `</data></lgr>`:         "nested deeper",
		`<lgr` + ns + `><meta><x/></meta></lgr>`:                                         "element x",
		`<lgr` + ns + `><meta><date>2020-02-30</date></meta></lgr>`:                      "not a date",
		`<lgr` + ns + `><meta><date/><date/></meta></lgr>`:                               "not a date",
		`<lgr` + ns + `><meta><version/><version/></meta></lgr>`:                         "twice",
		`<lgr` + ns + `><meta><language>x y</language></meta></lgr>`:                     "language tag",
		`<lgr` + ns + `><meta><scope type="x">a</scope></meta></lgr>`:                    "other than domain",
		`<lgr` + ns + `><meta><scope type="domain">a.</scope></meta></lgr>`:              "trailing dot",
		`<lgr` + ns + `><meta><unicode-version>6.3</unicode-version></meta></lgr>`:       "Unicode version",
		`<lgr` + ns + `><meta><references><reference id="a"/></references></meta></lgr>`: "reference id",
		strings.Repeat(" ", maxBytes+1):                                                  "longer than",
	} {
		refuse(t, doc, why)
	}
}

func TestParseRefusesData(t *testing.T) {
	for data, why := range map[string]string{
		`<x/>`:                "element x",
		`<char/>`:             "no cp",
		`<char cp=""/>`:       "null variants",
		`<char cp="61"/>`:     "not a code point",
		`<char cp="006a"/>`:   "not a code point",
		`<char cp="00061"/>`:  "not a code point",
		`<char cp="D800"/>`:   "no character",
		`<char cp="110000"/>`: "no character",
		`<char cp="` + strings.Repeat("0061 ", 21) + `"/>`: "more than 20",
		letterA + letterA:                            "twice",
		`<char cp="0061" tag="a a"/>`:                "twice",
		`<char cp="0061" tag=""/>`:                   "1 to 20",
		`<char cp="0061" tag="a/b"/>`:                "malformed",
		`<char cp="0061 0062" tag="a"/>`:             "sequence has no tag",
		`<char cp="0061" ref="1"/>`:                  "not declared",
		`<char cp="0061" ref="0 0"/>`:                "twice",
		`<char cp="0061" when="a" not-when="b"/>`:    "exclude",
		`<char cp="0061" when="a"/>`:                 "not defined",
		`<char cp="0061" type="a"/>`:                 "attribute type",
		`<char cp="0061">x</char>`:                   "text",
		`<char cp="0061"><char cp="0062"/></char>`:   "element char",
		`<range first-cp="0061"/>`:                   "not a code point",
		`<range first-cp="0062" last-cp="0061"/>`:    "before it begins",
		`<range first-cp="0061" last-cp="10FFFF"/>`:  "surrogates",
		`<range first-cp="10000" last-cp="10FFFF"/>`: "more than 200000",
		`<range first-cp="0061" last-cp="0065"/><range first-cp="0065" last-cp="0067"/>`: "two ranges",
		letterA + `<range first-cp="0060" last-cp="0061"/>`:                              "both a char and in a range",
		`<char cp="0061"><var cp="0062" type="_a"/></char>`:                              "underscore",
		`<char cp="0061"><var cp="0062"/><var cp="0062" type="a"/></char>`:               "twice with the same condition",
		`<char cp="0061"><var cp="0062"/></char>`:                                        "not symmetric",
		`<char cp="0061"><var cp="0062"/></char><char cp="0062"/>`:                       "not symmetric",
		`<char cp="0061"><var cp="0062"/></char><char cp="0062"><var cp="0061"/><var cp="0063"/></char>
			<char cp="0063"><var cp="0062"/></char>`: "not transitive",
		`<char cp="0061 0061"><var cp="0062 0062"/></char><char cp="0062 0062"><var cp="0061 0061"/></char>`: "overlap",
		`<char cp="0061"><var cp="0061 0062"/></char><char cp="0061 0062"><var cp="0061"/></char>`:           "which holds it",
		`<char cp="0061"><var cp="0078 0079"/></char><char cp="0078 0079"><var cp="0061"/></char>
			<char cp="0078"><var cp="0061 0071"/></char><char cp="0061 0071"><var cp="0078"/></char>`: "hold others in turn",
		`<char cp="0030"><var cp="0061 0062"/><var cp="0063 0064"/></char><char cp="0061 0062"><var cp="0030"/><var cp="0063 0064"/></char>
			<char cp="0063 0064"><var cp="0030"/><var cp="0061 0062"/></char><char cp="0061"><var cp="0078"/></char><char cp="0078"><var cp="0061"/></char>
			<char cp="0063"><var cp="0079"/></char><char cp="0079"><var cp="0063"/></char>`: "have parts with variants: 0061 0062 and 0063 0064",
	} {
		refuse(t, document(data, ""), why)
	}
	refuse(t, document(`<char cp="0061"><var cp="0062" when="r"/></char><char cp="0062"><var cp="0061"/></char>`, `<rule name="r"><any/></rule>`), "not symmetric")
}

func TestParseRefusesRules(t *testing.T) {
	for rules, why := range map[string]string{
		`<x name="a"/>`:                                                            "element x",
		`<rule><any/></rule>`:                                                      "no name",
		`<rule name="a"/>`:                                                         "empty",
		`<rule name="a" by-ref="b"/>`:                                              "both name and by-ref",
		`<rule name="a" count="1"><any/></rule>`:                                   "both name and count",
		`<rule name="a"><rule by-ref="a"/></rule>`:                                 "so far",
		`<rule name="a"><x/></rule>`:                                               "no match operator",
		`<rule name="a"><any/></rule><class name="a">0061</class>`:                 "twice",
		`<rule name="a"><any count="0"/></rule>`:                                   "less than 1",
		`<rule name="a"><any count="2:1"/></rule>`:                                 "not n, n+",
		`<rule name="a"><any count="-1"/></rule>`:                                  "not n, n+",
		`<rule name="a"><any count="99999999999"/></rule>`:                         "not n, n+",
		`<rule name="a"><any ref="0"/></rule>`:                                     "attribute ref",
		`<rule name="a"><start count="1"/></rule>`:                                 "attribute count",
		`<rule name="a"><any/><start/></rule>`:                                     "not the first",
		`<rule name="a"><end/><any/></rule>`:                                       "not the last",
		`<rule name="a"><rule count="1+"><start/><any/></rule></rule>`:             "count on an operator",
		`<rule name="a"><look-ahead><any/></look-ahead></rule>`:                    "no anchor",
		`<rule name="a"><look-ahead><any/></look-ahead><anchor/></rule>`:           "in this order",
		`<rule name="a"><anchor/><any/></rule>`:                                    "beside",
		`<rule name="a"><anchor/><look-ahead><anchor/></look-ahead></rule>`:        "holds an anchor",
		`<rule name="a"><choice><any/></choice></rule>`:                            "less than two",
		`<rule name="a"><choice><any/><anchor/></choice></rule>`:                   "without a rule around it",
		`<rule name="a"><char cp=""/></rule>`:                                      "cp is empty",
		`<class name="a"/>`:                                                        "neither",
		`<class name="a" property="gc:L" from-tag="b"/>`:                           "exclude",
		`<class name="a" property="gc:Q"/>`:                                        "no value",
		`<class name="a" property="sc:Greek"/>`:                                    "not supported",
		`<class name="a" property="InSC:Virama"/>`:                                 "property InSC is not supported",
		`<class name="a" property="L"/>`:                                           "name:value",
		`<class name="a" property="ccc:09"/>`:                                      "no value",
		`<class name="a">0062-0061</class>`:                                        "before it begins",
		`<class name="a" by-ref="b"/>`:                                             "both name",
		`<union name="a"><class>0061</class></union>`:                              "combines 2",
		`<union name="a"><class by-ref="b"/><class>0061</class></union>`:           "so far",
		`<union name="a"><class count="1">0061</class><class>0062</class></union>`: "attribute count",
		`<complement name="a"><rule/></complement>`:                                "neither a class",
		`<action/>`:                                                   "disp",
		`<action disp="a" match="b"/>`:                                "so far",
		`<action disp="a" match="b" not-match="c"/>`:                  "exclude",
		`<action disp="a" any-variant="b" all-variants="c"/>`:         "exclude",
		`<action disp="a" any-variant=""/>`:                           "1 to",
		`<rule name="b"><anchor/></rule><action disp="a" match="b"/>`: "has an anchor",
	} {
		refuse(t, document(letterA, rules), why)
	}
	for version, why := range map[string]string{"": "needs unicode-version", "99.0.0": "not known here"} {
		meta := ""
		if version != "" {
			meta = "<meta><unicode-version>" + version + "</unicode-version></meta>"
		}
		refuse(t, `<lgr xmlns="`+Namespace+`">`+meta+`<data>`+letterA+`</data><rules><class name="a" property="gc:L"/></rules></lgr>`, why)
	}
}
