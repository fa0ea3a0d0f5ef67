package epp

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

// A client reads servers that are not always as strict as this package, so responses are
// not held against the content models: a reader takes what it knows and skips the rest.
// Outline shows a frame in full.

// ErrNotResponse is returned for a well-formed frame that is not what was asked for.
var ErrNotResponse = errors.New("epp: not a response")

// DecodeResponse reads one XML instance from a server. Object data and extensions that
// this package does not know are left out.
func DecodeResponse(frame []byte) (*Response, error) {
	el, err := serverElement(frame, "response")
	if err != nil {
		return nil, err
	}
	if el == nil {
		return nil, ErrNotResponse
	}
	d := &responseDecoder{}
	r := d.response(el)
	if d.err != nil {
		return nil, d.err
	}
	if len(r.Results) == 0 {
		return nil, fmt.Errorf("%w: it has no result", ErrNotResponse)
	}
	return r, nil
}

// serverElement gives the child of <epp> with that name, nil if there is none.
func serverElement(frame []byte, local string) (*element, error) {
	root, err := scan(frame, responseLimits())
	if err != nil {
		return nil, fmt.Errorf("epp: malformed frame: %w", err)
	}
	if root.Tag != "epp" || root.Space != NSEPP {
		return nil, nil
	}
	return child(root, local), nil
}

// responseDecoder keeps the first error, so that the readers below stay short.
type responseDecoder struct{ err error }

func (d *responseDecoder) fail(el *element, problem string) {
	if d.err == nil {
		d.err = fmt.Errorf("epp: %s in %s", problem, nameOf(el))
	}
}

func (d *responseDecoder) response(el *element) *Response {
	r := &Response{}
	for c := range children(el) {
		if c.Space != NSEPP {
			continue
		}
		switch c.Tag {
		case "result":
			r.Results = append(r.Results, d.result(c))
		case "msgQ":
			r.MsgQ = d.msgQ(c)
		case "resData":
			r.ResData = d.resData(c)
		case "extension":
			r.Extensions = d.extensions(c)
		case "trID":
			r.ClTRID, r.SvTRID = trIDs(c)
		}
	}
	return r
}

func (d *responseDecoder) result(el *element) Result {
	code, err := strconv.Atoi(attrOr(el, "code", ""))
	if err != nil || code < 1000 || code > 9999 {
		d.fail(el, "no result code")
	}
	r := Result{Code: Code(code)}
	for c := range children(el) {
		switch c.Tag {
		case "msg":
			r.Msg, r.Lang = content(c), attrOr(c, "lang", "")
		case "value":
			r.Values = append(r.Values, decodeValue(c))
		case "extValue":
			r.Values = append(r.Values, d.extValue(c))
		}
	}
	return r
}

func decodeValue(el *element) Value {
	c := firstChild(el)
	if c == nil {
		return Value{Text: elementText(el)}
	}
	v := Value{Element: nameOf(c), Text: content(c)}
	if v.Element == (Name{NSEPP, undefElement}) {
		v.Element = Name{}
	}
	if v.Text == "" && len(c.Attr) == 1 {
		v.Attr, v.Text = c.Attr[0].Key, c.Attr[0].Value
	}
	return v
}

func (d *responseDecoder) msgQ(el *element) *MsgQ {
	count, err := strconv.ParseUint(attrOr(el, "count", ""), 10, 64)
	if err != nil {
		d.fail(el, "no count")
	}
	q := &MsgQ{Count: count, ID: attrOr(el, "id", "")}
	for c := range children(el) {
		switch c.Tag {
		case "qDate":
			q.QDate = d.time(c)
		case "msg":
			q.Msg, q.Lang = content(c), attrOr(c, "lang", "")
		}
	}
	return q
}

func trIDs(el *element) (client, server string) {
	for c := range children(el) {
		switch c.Tag {
		case "clTRID":
			client = content(c)
		case "svTRID":
			server = content(c)
		}
	}
	return client, server
}

// resData reads the first object data it knows.
func (d *responseDecoder) resData(el *element) ResData {
	for c := range children(el) {
		if data := d.objectData(c); data != nil {
			return data
		}
	}
	return nil
}

// objectData reads the data of one object, nil if it does not know them.
func (d *responseDecoder) objectData(el *element) ResData {
	switch el.Space {
	case NSDomain:
		return d.domainData(el)
	case NSHost:
		return d.hostData(el)
	case NSContact:
		return d.contactData(el)
	case NSMaintenance:
		return d.maintenanceData(el)
	}
	return nil
}

func (d *responseDecoder) extensions(el *element) []Extension {
	var list []Extension
	for c := range children(el) {
		if codec := extensionOf(c.Space); codec != nil && codec.responses[c.Tag] != nil {
			list = append(list, codec.responses[c.Tag](d, c))
		}
	}
	return list
}

// time reads an xs:dateTime. One without time zone, which no EPP server should send, is
// taken as UTC.
func (d *responseDecoder) time(el *element) time.Time {
	if t, ok := parseDateTime(elementText(el)); ok {
		return t
	}
	d.fail(el, "no date and time")
	return time.Time{}
}
