package epp

import (
	"errors"
)

// ErrNotGreeting is returned for a well-formed frame that is not a greeting.
var ErrNotGreeting = errors.New("epp: not a greeting")

// DecodeGreeting reads a greeting.
func DecodeGreeting(frame []byte) (*Greeting, error) {
	el, err := serverElement(frame, "greeting")
	if err != nil {
		return nil, err
	}
	if el == nil {
		return nil, ErrNotGreeting
	}
	d := &responseDecoder{}
	g := d.greeting(el)
	return g, d.err
}

func (d *responseDecoder) greeting(el *element) *Greeting {
	g := &Greeting{}
	for c := range children(el) {
		switch c.Tag {
		case "svID":
			g.ServerID = content(c)
		case "svDate":
			g.Date = d.time(c)
		case "svcMenu":
			decodeSvcMenu(c, g)
		case "dcp":
			g.DCP = decodeDCP(c)
		}
	}
	return g
}

func decodeSvcMenu(el *element, g *Greeting) {
	for c := range children(el) {
		switch c.Tag {
		case "version":
			g.Versions = append(g.Versions, content(c))
		case "lang":
			g.Langs = append(g.Langs, content(c))
		case "objURI":
			g.ObjURIs = append(g.ObjURIs, content(c))
		case "svcExtension":
			g.ExtURIs = append(g.ExtURIs, contents(c)...)
		}
	}
}

func decodeDCP(el *element) DCP {
	words := func(parent *element) (list []string) {
		for c := range children(parent) {
			list = append(list, c.Tag)
		}
		return list
	}
	first := func(parent *element) string {
		if c := firstChild(parent); c != nil {
			return c.Tag
		}
		return ""
	}
	var d DCP
	for c := range children(el) {
		switch c.Tag {
		case "access":
			d.Access = first(c)
		case "statement":
			var s DCPStatement
			for part := range children(c) {
				switch part.Tag {
				case "purpose":
					s.Purposes = words(part)
				case "recipient":
					s.Recipients = words(part)
				case "retention":
					s.Retention = first(part)
				}
			}
			d.Statements = append(d.Statements, s)
		}
	}
	return d
}
