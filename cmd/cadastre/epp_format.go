package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"unicode"

	"github.com/spf13/pflag"
	"golang.org/x/term"

	"cadastre/epp"
	"cadastre/epp/client"
)

// eppFormat says how answers are printed.
type eppFormat struct{ json, xml bool }

func (f *eppFormat) register(flags *pflag.FlagSet) {
	flags.BoolVar(&f.json, "json", false, "print each answer as one line of JSON")
	flags.BoolVar(&f.xml, "xml", false, "print each answer as the XML that came")
}

// statusOf is errRefused for a result code of 2000 or above.
func statusOf(resp *epp.Response) error {
	if resp.Code().Success() {
		return nil
	}
	return errRefused
}

// show prints an answer, with what the client has to add to it if the command succeeded,
// and gives statusOf it.
func (c *eppClient) show(reply *client.Reply, extra []field) error {
	resp := reply.Response
	if !resp.Code().Success() {
		extra = nil
	}
	switch {
	case c.format.xml:
		c.printXML(reply.Frame)
		for _, f := range extra {
			fmt.Fprintf(c.app.stderr, "%s %s\n", f.name, cell(f.value))
		}
	case c.format.json:
		if err := c.printJSON(responseJSON(reply, extra)); err != nil {
			return err
		}
	default:
		c.printText(reply, extra)
	}
	return statusOf(resp)
}

func (c *eppClient) printJSON(f fields) error {
	line, err := json.Marshal(f)
	if err == nil {
		_, err = c.app.stdout.Write(append(line, '\n'))
	}
	return err
}

// printXML prints a frame as it came, apart from what could drive a terminal.
func (c *eppClient) printXML(frame []byte) {
	if isTerminal(c.app.stdout) {
		frame = bytes.Map(func(r rune) rune {
			if unicode.IsControl(r) && r != '\n' && r != '\t' {
				return unicode.ReplacementChar
			}
			return r
		}, frame)
	}
	if !bytes.HasSuffix(frame, []byte("\n")) {
		frame = append(bytes.Clone(frame), '\n')
	}
	_, _ = c.app.stdout.Write(frame)
}

// responseJSON is an answer as an object: code, results, queue, data, extensions, ids.
func responseJSON(reply *client.Reply, extra []field) fields {
	resp := reply.Response
	var results []item
	for _, r := range resp.Results {
		var values []item
		for _, v := range r.Values {
			values = append(values, item{data: fields{
				{"element", v.Element.String()}, {"attribute", v.Attr}, {"value", v.Text}, {"reason", v.Reason},
			}})
		}
		results = append(results, item{data: fields{
			{"code", uint64(r.Code)}, {"message", client.Message(r)}, {"values", values},
		}})
	}
	f := fields{{"code", uint64(resp.Code())}, {"results", results}}
	if q := resp.MsgQ; q != nil {
		f = append(f, field{"queue", fields{{"count", q.Count}, {"id", q.ID}, {"qDate", q.QDate}, {"message", q.Msg}}})
	}
	if data := dataFields(resp.ResData); data != nil {
		f = append(f, field{"object", objectOf(resp.ResData)}, field{"data", data})
	}
	f = append(f, extra...)
	var extensions []item
	for _, e := range resp.Extensions {
		if f := extensionFields(e); f != nil { // others are among the foreign ones
			extensions = append(extensions, item{data: append(fields{{"namespace", e.ExtensionURI()}}, f...)})
		}
	}
	for _, t := range foreign(reply.Frame, shownNamespaces(resp)) {
		extensions = append(extensions, item{data: append(
			fields{{"namespace", t.node.Name.Space}, {"element", t.node.Name.Local}}, t.view()...,
		)})
	}
	return append(f, field{"extensions", extensions}, field{"clTRID", resp.ClTRID}, field{"svTRID", resp.SvTRID})
}

// objectOf is the word for the kind of object that data is about.
func objectOf(data epp.ResData) string {
	switch data.Object() {
	case epp.NSDomain:
		return objectDomain
	case epp.NSHost:
		return objectHost
	case epp.NSContact:
		return objectContact
	}
	return data.Object()
}

// shownNamespaces are those whose elements are shown from their types.
func shownNamespaces(resp *epp.Response) map[string]bool {
	shown := map[string]bool{}
	if dataFields(resp.ResData) != nil {
		shown[resp.ResData.Object()] = true
	}
	for _, e := range resp.Extensions {
		if extensionFields(e) != nil {
			shown[e.ExtensionURI()] = true
		}
	}
	return shown
}

// printText prints an answer for people.
func (c *eppClient) printText(reply *client.Reply, extra []field) {
	resp := reply.Response
	color := isTerminal(c.app.stdout) && os.Getenv("NO_COLOR") == ""
	var b strings.Builder
	for _, r := range resp.Results {
		line := r.Code.String() + " " + printable(client.Message(r))
		switch {
		case !color:
		case r.Code.Success():
			line = "\x1b[32m" + line + "\x1b[0m"
		default:
			line = "\x1b[31m" + line + "\x1b[0m"
		}
		b.WriteString(line + "\n")
		for _, v := range r.Values {
			b.WriteString("     " + printable(valueText(v)) + "\n")
		}
	}
	if q := resp.MsgQ; q != nil {
		b.WriteString(fields{{"queue", fields{{"count", q.Count}, {"id", q.ID}, {"qDate", q.QDate}, {"message", q.Msg}}}}.text(""))
	}
	b.WriteString(append(dataFields(resp.ResData), extra...).text(""))
	for _, e := range resp.Extensions {
		if view := extensionFields(e); view != nil {
			b.WriteString(fields{{printable(e.ExtensionURI()), view}}.text(""))
		}
	}
	for _, t := range foreign(reply.Frame, shownNamespaces(resp)) {
		b.WriteString(printable(t.node.Name.Space+" "+t.node.Name.Local) + "\n" + t.view().text("  "))
	}
	if !resp.Code().Success() {
		b.WriteString(fields{{"svTRID", resp.SvTRID}}.text("     "))
	}
	_, _ = c.app.stdout.Write([]byte(b.String()))
}

// valueText is what a server says about one value at fault.
func valueText(v epp.Value) string {
	var parts []string
	if v.Element.Local != "" {
		name := v.Element.String()
		if v.Attr != "" {
			name += " " + v.Attr
		}
		if v.Text != "" {
			name += fmt.Sprintf(" %q", v.Text)
		}
		parts = append(parts, name)
	} else if v.Text != "" {
		parts = append(parts, fmt.Sprintf("%q", v.Text))
	}
	if v.Reason != "" {
		parts = append(parts, v.Reason)
	}
	return strings.Join(parts, ": ")
}

// showGreeting prints a greeting.
func (c *eppClient) showGreeting(frame []byte) error {
	greeting, err := epp.DecodeGreeting(frame)
	if err != nil {
		c.printXML(frame)
		return err
	}
	f := fields{
		{"svID", greeting.ServerID},
		{"svDate", greeting.Date},
		{"version", greeting.Versions},
		{"lang", greeting.Langs},
		{"objURI", greeting.ObjURIs},
		{"extURI", greeting.ExtURIs},
	}
	switch {
	case c.format.xml:
		c.printXML(frame)
	case c.format.json:
		return c.printJSON(f)
	default:
		_, _ = c.app.stdout.Write([]byte(f.text("")))
	}
	return nil
}

// isTerminal reports whether a stream of the process is a terminal.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
