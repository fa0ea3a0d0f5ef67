package epp

import (
	"strconv"
	"time"
	"unicode/utf8"
)

// writer puts XML together. Tags are constants of this package with the prefix that
// prefixOf gives; everything else goes through text or attr, which escape it, so that the
// result is well-formed whatever the values hold.
type writer struct{ b []byte }

// document begins a frame. RFC 5730 writes its samples with this declaration.
func (w *writer) document() {
	w.raw(`<?xml version="1.0" encoding="UTF-8" standalone="no"?>` + "\n" + `<epp xmlns="` + NSEPP + `">`)
}

func (w *writer) raw(s string) { w.b = append(w.b, s...) }

// open writes a start tag without attributes.
func (w *writer) open(tag string) {
	b := append(w.b, '<')
	b = append(b, tag...)
	w.b = append(b, '>')
}

// close writes an end tag.
func (w *writer) close(tag string) {
	b := append(w.b, '<', '/')
	b = append(b, tag...)
	w.b = append(b, '>')
}

// start begins a start tag; attributes may follow, then ready or empty.
func (w *writer) start(tag string) {
	w.b = append(w.b, '<')
	w.b = append(w.b, tag...)
}

func (w *writer) ready() { w.b = append(w.b, '>') }

func (w *writer) empty() { w.b = append(w.b, '/', '>') }

// openNS writes the start tag of the top element of an object mapping or an extension,
// which declares the prefix it uses. All three are names of this package, in which there is
// nothing to escape.
func (w *writer) openNS(prefix, local, uri string) {
	w.startNS(prefix, local, uri)
	w.ready()
}

func (w *writer) startNS(prefix, local, uri string) {
	b := append(w.b, '<')
	b = append(b, prefix...)
	b = append(b, ':')
	b = append(b, local...)
	b = append(b, " xmlns:"...)
	b = append(b, prefix...)
	b = append(b, '=', '"')
	b = append(b, uri...)
	w.b = append(b, '"')
}

// closeNS writes the end tag for startNS.
func (w *writer) closeNS(prefix, local string) {
	b := append(w.b, '<', '/')
	b = append(b, prefix...)
	b = append(b, ':')
	b = append(b, local...)
	w.b = append(b, '>')
}

// attr writes an attribute.
func (w *writer) attr(name, value string) {
	w.b = append(w.b, ' ')
	w.b = append(w.b, name...)
	w.b = append(w.b, '=', '"')
	w.escaped(value, true)
	w.b = append(w.b, '"')
}

// attrOpt writes an attribute unless it is empty.
func (w *writer) attrOpt(name, value string) {
	if value != "" {
		w.attr(name, value)
	}
}

// elem writes an element with text.
func (w *writer) elem(tag, text string) {
	w.open(tag)
	w.text(text)
	w.close(tag)
}

// elemOpt writes an element with text unless the text is empty.
func (w *writer) elemOpt(tag, text string) {
	if text != "" {
		w.elem(tag, text)
	}
}

// elemPtr writes an element unless the pointer is nil.
func (w *writer) elemPtr(tag string, text *string) {
	if text != nil {
		w.elem(tag, *text)
	}
}

// mark writes an empty element.
func (w *writer) mark(tag string) {
	w.start(tag)
	w.empty()
}

// rest ends a start tag, writes the text and the end tag.
func (w *writer) rest(tag, text string) {
	w.ready()
	w.text(text)
	w.close(tag)
}

// timeLayout is for points in time in UTC, to the millisecond.
const timeLayout = "2006-01-02T15:04:05.999Z"

// timeText is a point in time for an attribute.
func timeText(t time.Time) string { return t.UTC().Format(timeLayout) }

// time writes an element with a point in time in UTC, to the millisecond (RFC 5731,
// section 2.4).
func (w *writer) time(tag string, t time.Time) {
	w.open(tag)
	w.b = t.UTC().AppendFormat(w.b, timeLayout)
	w.close(tag)
}

// timeOpt is time, but nothing for the zero time.
func (w *writer) timeOpt(tag string, t time.Time) {
	if !t.IsZero() {
		w.time(tag, t)
	}
}

// int writes an attribute with a number.
func (w *writer) int(name string, n uint64) {
	w.attr(name, strconv.FormatUint(n, 10))
}

// bool writes an attribute with a truth value; "1" and "0" are understood by the oldest
// clients.
func (w *writer) bool(name string, v bool) {
	if v {
		w.attr(name, "1")
		return
	}
	w.attr(name, "0")
}

// text writes character data.
func (w *writer) text(s string) { w.escaped(s, false) }

// escaped writes a string so that a parser gives it back: markup as entities, white space
// that a parser would change as character references, and what XML cannot hold (control
// characters, octets that are not UTF-8) as U+FFFD.
func (w *writer) escaped(s string, attr bool) {
	done := 0
	for i := 0; i < len(s); {
		c := s[i]
		if plainASCII[c] { // nearly everything
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if (r == utf8.RuneError && n == 1) || !legalRune(r) {
				w.raw(s[done:i])
				w.raw("\uFFFD")
				done = i + n
			}
			i += n
			continue
		}
		if e := escapeOf(c, attr); e != "" {
			w.raw(s[done:i])
			w.raw(e)
			done = i + 1
		}
		i++
	}
	w.raw(s[done:])
}

// plainASCII are the octets that stand for themselves in text and in attributes.
var plainASCII = func() (t [256]bool) {
	for c := range byte(utf8.RuneSelf) {
		t[c] = escapeOf(c, true) == ""
	}
	return t
}()

// escapeOf gives what stands for an ASCII octet, "" if it stands for itself.
func escapeOf(c byte, attr bool) string {
	switch {
	case c > '>':
		return ""
	case c == '<':
		return "&lt;"
	case c == '>':
		return "&gt;"
	case c == '&':
		return "&amp;"
	case c == '"' && attr:
		return "&quot;"
	case c == '\r':
		return "&#13;"
	case c == '\t' && attr:
		return "&#9;"
	case c == '\n' && attr:
		return "&#10;"
	case c < 0x20 && c != '\t' && c != '\n':
		return "\uFFFD"
	}
	return ""
}
