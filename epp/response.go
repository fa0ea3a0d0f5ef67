package epp

// Response is a server's answer to a command (RFC 5730, section 2.6).
type Response struct {
	Results    []Result // at least one
	MsgQ       *MsgQ    // nil if the queue is empty or not shown
	ResData    ResData  // nil if there is none
	Extensions []Extension
	ClTRID     string // of the command, "" if it had none
	SvTRID     string // 3 to 64 characters
}

// ResData is the object-specific part of a response. The concrete types are pointers:
// *DomainCheckData, *ContactInfoData, *TransferData, ...
type ResData interface {
	// Object is the namespace URI of the object mapping.
	Object() string

	encode(w *writer)
}

// Result is one result of a command. A success stands alone; errors may be several.
type Result struct {
	Code   Code
	Msg    string // "" means the English text of the code
	Lang   string // of Msg, "" for "en"
	Values []Value
}

// Value names an offending element with what the client wrote in it, and the reason
// (RFC 5730, section 2.6, <value> and <extValue>).
type Value struct {
	Element Name   // empty Local if no element can be named
	Attr    string // set when an attribute of Element is meant
	Text    string // what the client sent; sanitised and capped when encoded
	Reason  string // "" sends <value>, else <extValue>
	Lang    string // of Reason, "" for "en"

	// Block is sent instead of Element, Attr and Text: see MoveUnhandled. nil if there is none.
	Block Block
}

// Success is the answer 1000 with its data, which may be nil.
func Success(data ResData) *Response {
	return &Response{Results: []Result{{Code: CodeOK}}, ResData: data}
}

// Failure is an answer with one error code and, where v is given, the values at fault.
func Failure(code Code, v ...Value) *Response {
	return &Response{Results: []Result{{Code: code, Values: v}}}
}

// Code is the code of the first result, 0 if there is none.
func (r *Response) Code() Code {
	if len(r.Results) == 0 {
		return 0
	}
	return r.Results[0].Code
}
