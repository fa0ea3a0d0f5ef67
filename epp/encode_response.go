package epp

import (
	"strconv"
	"strings"
	"sync"
)

// Caps on what a response repeats of a client's input and says about it, in characters.
const (
	maxValueText   = 256
	maxReasonText  = 512
	maxCheckReason = 32 // reasonBaseType of eppcom-1.0.xsd
)

// EncodeResponse writes a server's answer. Text is escaped and sanitised, what a client
// sent is capped; object data are trusted to be what the schemas allow.
func EncodeResponse(r *Response) []byte { return AppendResponse(make([]byte, 0, 1024), r) }

// AppendResponse is EncodeResponse into the memory of dst.
func AppendResponse(dst []byte, r *Response) []byte {
	w := writers.Get().(*writer)
	w.b = dst
	w.response(r)
	dst, w.b = w.b, nil
	writers.Put(w)
	return dst
}

// writers are kept for their own sake: what they write into is the caller's.
var writers = sync.Pool{New: func() any { return new(writer) }}

func (w *writer) response(r *Response) {
	w.document()
	w.open("response")
	for i := range r.Results {
		w.result(&r.Results[i])
	}
	if len(r.Results) == 0 { // the schema wants one; a server that forgot it has failed
		w.result(&Result{Code: CodeCommandFailed})
	}
	w.msgQ(r.MsgQ)
	if r.ResData != nil {
		w.open("resData")
		r.ResData.encode(w)
		w.close("resData")
	}
	w.extensions(r.Extensions)
	w.open("trID")
	w.elemOpt("clTRID", r.ClTRID)
	w.elem("svTRID", r.SvTRID)
	w.raw("</trID></response></epp>")
}

func (w *writer) result(r *Result) {
	code := r.Code
	if code.Text() == "" {
		code = CodeCommandFailed
	}
	w.raw(`<result code="`)
	w.b = strconv.AppendInt(w.b, int64(code), 10)
	w.raw(`">`)
	if r.Msg == "" {
		w.start("msg")
		w.langAttr(r.Lang)
		w.ready()
		w.raw(code.Text()) // in which there is nothing to escape
		w.close("msg")
	} else {
		w.message("msg", r.Lang, r.Msg)
	}
	for i := range r.Values {
		w.value(&r.Values[i])
	}
	w.close("result")
}

// message writes msgType: text with its language.
func (w *writer) message(tag, lang, text string) {
	w.start(tag)
	w.langAttr(lang)
	w.rest(tag, text)
}

// langAttr writes a language unless it is the default or not one.
func (w *writer) langAttr(lang string) {
	if lang == "" {
		return
	}
	if code, _ := checkLang(lang); code == 0 {
		w.attr("lang", lang)
	}
}

// value writes <value> or <extValue> (RFC 5730, section 2.6). The schema wants exactly one
// element inside, of any name; where none can be named it is <undef>.
func (w *writer) value(v *Value) {
	if v.Reason != "" {
		w.open("extValue")
	}
	w.open("value")
	if v.Block != nil {
		v.Block.encode(w)
	} else {
		w.offender(v)
	}
	w.close("value")
	if v.Reason != "" {
		w.message("reason", v.Lang, capped(v.Reason, maxReasonText))
		w.close("extValue")
	}
}

// offender writes the element at fault with the client's value.
func (w *writer) offender(v *Value) {
	tag, space := v.Element.Local, v.Element.Space
	prefix := prefixOf(space)
	if !isNCName(tag) || len(tag) > maxValueText || (prefix == "" && !plainURI(space)) {
		tag, space, prefix = undefElement, NSEPP, ""
	}
	if prefix != "" {
		tag = prefix + ":" + tag
	}
	w.start(tag)
	switch {
	case prefix != "":
		w.attr("xmlns:"+prefix, space)
	case space != NSEPP:
		w.attr("xmlns", space)
	}
	text := capped(v.Text, maxValueText)
	if isNCName(v.Attr) && len(v.Attr) <= maxValueText && v.Attr != "xmlns" {
		w.attr(v.Attr, text)
		text = ""
	}
	if text == "" {
		w.empty()
		return
	}
	w.rest(tag, text)
}

// plainURI reports whether a namespace name of a client may be declared in an answer: some
// parsers refuse a frame for a namespace name that is not a URI.
func plainURI(s string) bool {
	rest, urn := strings.CutPrefix(s, "urn:")
	if !urn && !strings.HasPrefix(s, "http://") && !strings.HasPrefix(s, "https://") {
		return s == ""
	}
	if !urn {
		_, rest, _ = strings.Cut(s, "://")
		if host, _, _ := strings.Cut(rest, "/"); host == "" || strings.Trim(host, ":") != host {
			return false
		}
	}
	for _, c := range []byte(rest) {
		letter := (c|0x20) >= 'a' && (c|0x20) <= 'z'
		if !letter && (c < '0' || c > '9') && c != '-' && c != '.' && c != '_' && (c != ':' || !urn) && (c != '/' || urn) {
			return false
		}
	}
	return rest != "" && len(s) <= maxValueText
}

// undefElement stands in <value> for an element that cannot be named.
const undefElement = "undef"

func (w *writer) msgQ(q *MsgQ) {
	if q == nil {
		return
	}
	w.start("msgQ")
	w.int("count", q.Count)
	w.attr("id", q.ID)
	if q.QDate.IsZero() && q.Msg == "" {
		w.empty()
		return
	}
	w.ready()
	w.timeOpt("qDate", q.QDate)
	if q.Msg != "" {
		w.message("msg", q.Lang, q.Msg)
	}
	w.close("msgQ")
}

// checkData writes chkData of all mappings.
func (w *writer) checkData(t *objectTags, results []CheckResult) {
	w.openNS(t.prefix, "chkData", t.uri)
	for i := range results {
		r := &results[i]
		w.open(t.cd)
		w.start(t.name)
		w.bool("avail", r.Avail)
		w.rest(t.name, r.Name)
		if r.Reason != "" {
			w.message(t.reason, r.Lang, capped(r.Reason, maxCheckReason))
		}
		w.close(t.cd)
	}
	w.closeNS(t.prefix, "chkData")
}

func (d *PanData) encode(w *writer) {
	p := prefixOf(d.ObjectURI)
	name := p + ":name"
	if d.ObjectURI == NSContact {
		name = p + ":id"
	}
	w.openNS(p, "panData", d.ObjectURI)
	w.start(name)
	w.bool("paResult", d.Result)
	w.rest(name, d.Name)
	w.open(p + ":paTRID")
	w.elemOpt("clTRID", d.ClTRID)
	w.elem("svTRID", d.SvTRID)
	w.close(p + ":paTRID")
	w.time(p+":paDate", d.Date)
	w.close(p + ":panData")
}

func (d *TransferData) encode(w *writer) {
	p := prefixOf(d.ObjectURI)
	name := p + ":name"
	if d.ObjectURI == NSContact {
		name = p + ":id"
	}
	w.openNS(p, "trnData", d.ObjectURI)
	w.elem(name, d.Name)
	w.elem(p+":trStatus", d.Status)
	w.elem(p+":reID", d.ReID)
	w.time(p+":reDate", d.ReDate)
	w.elem(p+":acID", d.AcID)
	w.time(p+":acDate", d.AcDate)
	if d.ObjectURI == NSDomain {
		w.timeOpt("domain:exDate", d.ExDate)
	}
	w.close(p + ":trnData")
}
