package epp

import (
	"strings"
	"time"
)

// The login security extension of RFC 8807: passwords longer than RFC 5730 allows, what the
// client is, and what it should know about its credentials.

// LoginSecurity stands in Login.PW and Login.NewPW for the password that LoginSec holds
// (RFC 8807, section 3.2). It is never a password itself.
const LoginSecurity = "[LOGIN-SECURITY]"

// Types of a LoginSecEvent (RFC 8807, section 3.1).
const (
	LoginEventPassword    = "password"
	LoginEventCertificate = "certificate"
	LoginEventCipher      = "cipher"
	LoginEventTLSProtocol = "tlsProtocol"
	LoginEventNewPW       = "newPW"
	LoginEventStat        = "stat"
	LoginEventCustom      = "custom" // see LoginSecEvent.Name
)

// Levels of a LoginSecEvent (RFC 8807, section 3.1).
const (
	LoginEventWarning = "warning"
	LoginEventError   = "error"
)

// LoginSec extends Login (RFC 8807, section 4.1). PW is there if and only if Login.PW is
// LoginSecurity, NewPW if and only if Login.NewPW is.
type LoginSec struct {
	UserAgent *LoginUserAgent // nil if absent
	PW        string          // at least 6 characters, "" if absent
	NewPW     string          // at least 6 characters, "" if absent
}

// LoginUserAgent says what the client is. At least one member is there.
type LoginUserAgent struct{ App, Tech, OS string }

// LoginSecData extends the answer to a login.
type LoginSecData struct{ Events []LoginSecEvent } // at least one

// LoginSecEvent is something about the login's security that the client should see to.
type LoginSecEvent struct {
	Type     string    // LoginEventPassword, ...
	Name     string    // of a custom event or of a statistic, "" if absent
	Level    string    // LoginEventWarning or LoginEventError
	ExDate   time.Time // when it takes effect, zero if absent
	Value    string    // what it is about: a cipher, a number; "" if absent
	Duration string    // what a statistic covers, an xs:duration such as "P1D"; "" if absent
	Lang     string    // of Text, "" for "en"
	Text     string
}

// ExtensionURI is NSLoginSec.
func (*LoginSec) ExtensionURI() string { return NSLoginSec }

// ExtensionURI is NSLoginSec.
func (*LoginSecData) ExtensionURI() string { return NSLoginSec }

var (
	loginSecPW = simple(&simpleType{min: 6, secret: true})

	// The schema's choice of sequences comes to: in this order, and not none.
	loginSecType = &elementType{notBare: true, content: []particle{
		optional("userAgent", &elementType{notBare: true, content: []particle{
			optional("app", simple(typeToken)),
			optional("tech", simple(typeToken)),
			optional("os", simple(typeToken)),
		}}),
		optional("pw", loginSecPW),
		optional("newPW", loginSecPW),
	}}
)

var loginSecExtension = &extensionCodec{
	commands: map[string]extensionCommand{
		"loginSec": {extending("", VerbLogin), loginSecType, decodeLoginSec},
	},
	fits:      loginSecFits,
	responses: map[string]func(*responseDecoder, *element) Extension{"loginSecData": decodeLoginSecData},
}

// loginSecFits holds the passwords of the extension against those of the login.
func loginSecFits(b Body, x Extension) *Error {
	login, sec := b.(*Login), x.(*LoginSec)
	for _, p := range []struct{ element, plain, long string }{{"pw", login.PW, sec.PW}, {"newPW", login.NewPW, sec.NewPW}} {
		name := Name{NSLoginSec, p.element}
		switch {
		case p.long != "" && p.plain != LoginSecurity:
			return &Error{Code: CodeSyntaxError, Element: name, Reason: "needs " + LoginSecurity + " in the login's own " + p.element}
		case p.long == "" && p.plain == LoginSecurity:
			return &Error{Code: CodeMissingParameter, Element: name, Reason: "required where the login's own " + p.element + " is " + LoginSecurity}
		}
	}
	if sec.NewPW == LoginSecurity { // RFC 8807, section 3.2
		return &Error{Code: CodeValueSyntaxError, Element: Name{NSLoginSec, "newPW"}, Reason: "is no password"}
	}
	return nil
}

// decodeLoginSec copies its strings, as decodeLogin does.
func decodeLoginSec(el *element) Extension {
	l := &LoginSec{}
	for c := range children(el) {
		switch c.Tag {
		case "userAgent":
			l.UserAgent = decodeLoginUserAgent(c)
		case "pw":
			l.PW = strings.Clone(content(c))
		case "newPW":
			l.NewPW = strings.Clone(content(c))
		}
	}
	return l
}

func decodeLoginUserAgent(el *element) *LoginUserAgent {
	u := &LoginUserAgent{}
	for c := range children(el) {
		text := strings.Clone(content(c))
		switch c.Tag {
		case "app":
			u.App = text
		case "tech":
			u.Tech = text
		case "os":
			u.OS = text
		}
	}
	return u
}

func decodeLoginSecData(_ *responseDecoder, el *element) Extension {
	l := &LoginSecData{}
	for c := range children(el) {
		if c.Tag != "event" {
			continue
		}
		e := LoginSecEvent{
			Type: attrOr(c, "type", ""), Name: attrOr(c, "name", ""), Level: attrOr(c, "level", ""), Value: attrOr(c, "value", ""),
			Duration: attrOr(c, "duration", ""), Lang: attrOr(c, "lang", ""), Text: content(c),
		}
		e.ExDate, _ = parseDateTime(attrOr(c, "exDate", ""))
		l.Events = append(l.Events, e)
	}
	return l
}

func (l *LoginSec) encode(w *writer) {
	w.openNS("loginSec", "loginSec", NSLoginSec)
	if u := l.UserAgent; u != nil {
		w.open("loginSec:userAgent")
		w.elemOpt("loginSec:app", u.App)
		w.elemOpt("loginSec:tech", u.Tech)
		w.elemOpt("loginSec:os", u.OS)
		if *u == (LoginUserAgent{}) { // the schema wants one
			w.mark("loginSec:app")
		}
		w.close("loginSec:userAgent")
	}
	w.elemOpt("loginSec:pw", l.PW)
	w.elemOpt("loginSec:newPW", l.NewPW)
	w.close("loginSec:loginSec")
}

func (l *LoginSecData) encode(w *writer) {
	w.openNS("loginSec", "loginSecData", NSLoginSec)
	for i := range l.Events {
		e := &l.Events[i]
		w.start("loginSec:event")
		w.attr("type", e.Type)
		w.attrOpt("name", e.Name)
		w.attr("level", e.Level)
		if !e.ExDate.IsZero() {
			w.attr("exDate", timeText(e.ExDate))
		}
		w.attrOpt("value", e.Value)
		w.attrOpt("duration", e.Duration)
		w.langAttr(e.Lang)
		w.rest("loginSec:event", e.Text)
	}
	w.close("loginSec:loginSecData")
}
