package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// An answer is shown as fields: the same ones, under the element names of the RFCs, make
// the text and the JSON.

// field is a name with a value: string, bool, uint64, time.Time, []string, fields,
// []item or eppTable. Empty values (zero times and empty strings too) are left out.
type field struct {
	name  string
	value any
}

type fields []field

// item is an entry of a list that is one line of text and an object in JSON.
type item struct {
	line string
	data fields
}

// eppTable is rows of the same fields.
type eppTable struct {
	columns []string
	rows    []fields
}

func (f field) empty() bool {
	switch v := f.value.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case time.Time:
		return v.IsZero()
	case []string:
		return len(v) == 0
	case []item:
		return len(v) == 0
	case fields:
		return len(v) == 0
	case eppTable:
		return len(v.rows) == 0
	}
	return false
}

// MarshalJSON keeps the order of the fields.
func (f fields) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for _, one := range f {
		if one.empty() {
			continue
		}
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(one.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(one.value)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// MarshalJSON is the item's object.
func (i item) MarshalJSON() ([]byte, error) { return json.Marshal(i.data) }

// MarshalJSON is an array of objects.
func (t eppTable) MarshalJSON() ([]byte, error) { return json.Marshal(t.rows) }

// text writes fields as aligned lines, tables and nested fields below each other.
func (f fields) text(indent string) string {
	width := 0
	for _, one := range f {
		if !one.empty() && !one.block() {
			width = max(width, utf8.RuneCountInString(one.name))
		}
	}
	var b strings.Builder
	for _, one := range f {
		if one.empty() {
			continue
		}
		switch v := one.value.(type) {
		case eppTable:
			b.WriteString(v.text(indent))
		case fields:
			b.WriteString(indent + one.name + "\n" + v.text(indent+"  "))
		default:
			label := one.name
			for _, line := range one.lines() {
				b.WriteString(indent + pad(label, width) + "  " + line + "\n")
				label = ""
			}
		}
	}
	return b.String()
}

// block reports whether a value stands on lines of its own.
func (f field) block() bool {
	switch f.value.(type) {
	case eppTable, fields:
		return true
	}
	return false
}

// lines are the value as text, one line for each entry of a list.
func (f field) lines() []string {
	switch v := f.value.(type) {
	case []string:
		out := make([]string, len(v))
		for i := range v {
			out[i] = printable(v[i])
		}
		return out
	case []item:
		out := make([]string, len(v))
		for i := range v {
			out[i] = printable(v[i].line)
		}
		return out
	}
	return []string{cell(f.value)}
}

// cell is a single value as text.
func cell(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return printable(v)
	case bool:
		if v {
			return "yes"
		}
		return "no"
	case uint64:
		return strconv.FormatUint(v, 10)
	case time.Time:
		return v.UTC().Format("2006-01-02 15:04:05.999 UTC")
	}
	return printable(fmt.Sprint(value))
}

// text writes a table with a heading.
func (t eppTable) text(indent string) string {
	cells := make([][]string, 0, len(t.rows)+1)
	heading := make([]string, len(t.columns))
	widths := make([]int, len(t.columns))
	for i, c := range t.columns {
		heading[i] = strings.ToUpper(c)
	}
	cells = append(cells, heading)
	for _, row := range t.rows {
		line := make([]string, len(t.columns))
		for i, c := range t.columns {
			for _, f := range row {
				if f.name == c {
					line[i] = cell(f.value)
				}
			}
		}
		cells = append(cells, line)
	}
	for _, line := range cells {
		for i, c := range line {
			widths[i] = max(widths[i], utf8.RuneCountInString(c))
		}
	}
	var b strings.Builder
	for _, line := range cells {
		row := indent
		for i, c := range line {
			row += pad(c, widths[i]) + "  "
		}
		b.WriteString(strings.TrimRight(row, " ") + "\n")
	}
	return b.String()
}

func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s)))
}

// printable makes text of a server harmless for a terminal and keeps it on its line:
// control and formatting characters become their Go escapes, white space a blank.
func printable(s string) string {
	clean := func(r rune) bool { return r == ' ' || unicode.IsPrint(r) }
	if strings.IndexFunc(s, func(r rune) bool { return !clean(r) }) < 0 && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case clean(r):
			b.WriteRune(r)
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		default:
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
	}
	return b.String()
}
