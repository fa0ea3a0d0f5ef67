package epp

import "time"

// EncodeCommand writes a client frame. It trusts the values to be those the schemas
// allow, but whatever they are the result is well-formed.
func EncodeCommand(c *Command) []byte { return AppendCommand(make([]byte, 0, 1024), c) }

// AppendCommand is EncodeCommand into the memory of dst.
func AppendCommand(dst []byte, c *Command) []byte {
	w := &writer{b: dst}
	w.document()
	if _, hello := c.Body.(*Hello); hello {
		w.raw("<hello/></epp>")
		return w.b
	}
	w.open("command")
	c.Body.encode(w)
	w.extensions(c.Extensions)
	w.elemOpt("clTRID", c.ClTRID)
	w.raw("</command></epp>")
	return w.b
}

func (w *writer) extensions(list []Extension) {
	if len(list) == 0 {
		return
	}
	w.open("extension")
	for _, e := range list {
		e.encode(w)
	}
	w.close("extension")
}

func (*Hello) encode(w *writer)       { w.mark("hello") }
func (*Logout) encode(w *writer)      { w.mark("logout") }
func (*PollRequest) encode(w *writer) { w.raw(`<poll op="req"/>`) }

func (p *PollAck) encode(w *writer) {
	w.raw(`<poll op="ack"`)
	w.attr("msgID", p.MsgID)
	w.empty()
}

func (l *Login) encode(w *writer) {
	w.open("login")
	w.elem("clID", l.ClID)
	w.elem("pw", l.PW)
	w.elemOpt("newPW", l.NewPW)
	w.open("options")
	w.elem("version", l.Version)
	w.elem("lang", l.Lang)
	w.close("options")
	w.open("svcs")
	for _, uri := range l.ObjURIs {
		w.elem("objURI", uri)
	}
	w.extURIs(l.ExtURIs)
	w.close("svcs")
	w.close("login")
}

func (w *writer) extURIs(uris []string) {
	if len(uris) == 0 {
		return
	}
	w.open("svcExtension")
	for _, uri := range uris {
		w.elem("extURI", uri)
	}
	w.close("svcExtension")
}

// objectTags are the prefixed tags of elements that several mappings have under the same
// local name.
type objectTags struct {
	prefix, uri             string
	name                    string // "domain:name" or, for contacts, "contact:id"
	authInfo, pw, ext, null string
	status, cd, reason      string
}

// begin writes the command element and the object's element inside of it.
func (w *writer) begin(verb, op string, t *objectTags) {
	w.start(verb)
	w.attrOpt("op", op)
	w.ready()
	w.openNS(t.prefix, verb, t.uri)
}

// end closes what begin opened.
func (w *writer) end(verb string, t *objectTags) {
	w.raw("</" + t.prefix + ":" + verb + "></" + verb + ">")
}

// names is a command that holds names only: check, delete, info.
func (w *writer) names(verb string, t *objectTags, names ...string) {
	w.begin(verb, "", t)
	for _, n := range names {
		w.elem(t.name, n)
	}
	w.end(verb, t)
}

func (w *writer) authInfo(t *objectTags, a *AuthInfo) {
	if a == nil {
		return
	}
	w.open(t.authInfo)
	switch a.Kind {
	case AuthPW:
		w.start(t.pw)
		w.attrOpt("roid", a.ROID)
		w.rest(t.pw, a.PW)
	case AuthExt:
		w.open(t.ext)
		w.foreign(a.Ext)
		w.close(t.ext)
	case AuthNull:
		w.mark(t.null)
	}
	w.close(t.authInfo)
}

// foreign writes an empty element of any namespace.
func (w *writer) foreign(n Name) {
	if !isNCName(n.Local) {
		n.Local = "unknown"
	}
	w.start(n.Local)
	w.attr("xmlns", n.Space)
	w.empty()
}

func (w *writer) statuses(t *objectTags, list []Status) {
	for _, s := range list {
		w.start(t.status)
		w.attr("s", s.Value)
		w.attrOpt("lang", s.Lang)
		if s.Text == "" {
			w.empty()
			continue
		}
		w.rest(t.status, s.Text)
	}
}

func (w *writer) addresses(tag string, list []Address) {
	for _, a := range list {
		w.start(tag)
		w.attrOpt("ip", a.IP)
		w.rest(tag, a.Addr)
	}
}

func (w *writer) date(tag string, t time.Time) {
	w.open(tag)
	w.b = t.UTC().AppendFormat(w.b, time.DateOnly)
	w.close(tag)
}
