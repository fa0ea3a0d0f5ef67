package epp

// EncodeGreeting writes the server's greeting.
func EncodeGreeting(g *Greeting) []byte {
	w := &writer{b: make([]byte, 0, 2048)}
	w.document()
	w.open("greeting")
	w.elem("svID", g.ServerID)
	w.time("svDate", g.Date)
	w.open("svcMenu")
	for _, v := range g.Versions {
		w.elem("version", v)
	}
	for _, l := range g.Langs {
		w.elem("lang", l)
	}
	for _, uri := range g.ObjURIs {
		w.elem("objURI", uri)
	}
	w.extURIs(g.ExtURIs)
	w.close("svcMenu")
	w.dcp(g.DCP)
	w.raw("</greeting></epp>")
	return w.b
}

func (w *writer) dcp(d DCP) {
	w.open("dcp")
	w.wrapped("access", d.Access)
	for _, s := range d.Statements {
		w.open("statement")
		w.wrapped("purpose", s.Purposes...)
		w.wrapped("recipient", s.Recipients...)
		w.wrapped("retention", s.Retention)
		w.close("statement")
	}
	w.close("dcp")
}

// wrapped writes empty elements inside of another one.
func (w *writer) wrapped(tag string, words ...string) {
	w.open(tag)
	for _, word := range words {
		w.mark(word)
	}
	w.close(tag)
}
