package epp

// Error says why a frame was refused. It holds everything an answer needs: see Result.
type Error struct {
	Code    Code
	Element Name   // what is at fault; empty Local if no element can be named
	Attr    string // set when an attribute of Element is at fault
	Value   string // what the client sent there; never a password
	Reason  string // one English phrase

	// What was recognised before the fault was found, for the answer and the log.
	ClTRID string // "" if there was none or it could not be read
	Verb   string // command element, "" if unknown
	Object string // object namespace, "" if none or unknown

	// Malformed is set when the frame is not acceptable XML, or over a limit, so that
	// nothing in it can be trusted.
	Malformed bool
}

// Error is the text for logs.
func (e *Error) Error() string {
	s := "epp: " + e.Code.String() + " " + e.Code.Text()
	if e.Element.Local != "" {
		s += ": " + e.Element.String()
		if e.Attr != "" {
			s += "@" + e.Attr
		}
	}
	if e.Reason != "" {
		s += ": " + e.Reason
	}
	return s
}

// Result is the result to answer the frame with.
func (e *Error) Result() Result {
	r := Result{Code: e.Code}
	if e.Reason != "" {
		r.Values = []Value{{Element: e.Element, Attr: e.Attr, Text: e.Value, Reason: e.Reason}}
	}
	return r
}

// Response is the answer to the frame, without a server transaction id.
func (e *Error) Response() *Response {
	return &Response{Results: []Result{e.Result()}, ClTRID: e.ClTRID}
}
