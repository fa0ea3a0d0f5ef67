package epp

import (
	"strings"
)

// Decoder turns client frames into commands. The zero value accepts every object mapping
// and every extension this package knows.
type Decoder struct {
	// Objects and Extensions are the namespaces the greeting announces; nil stands for all
	// that are known. Others are refused with 2307 and 2103 before anything is read in them.
	Objects    []string
	Extensions []string
}

// DecodeCommand is Decoder.DecodeCommand of the zero Decoder.
func DecodeCommand(frame []byte) (*Command, *Error) { return Decoder{}.DecodeCommand(frame) }

// DecodeCommand reads one XML instance from a client. Either the command or the error is
// nil. What it returns may share the memory of one copy of the frame, never that of the
// slice itself.
func (d Decoder) DecodeCommand(frame []byte) (*Command, *Error) {
	s := scanners.Get().(*scanner)
	defer s.release()
	root, scanErr := s.scan(frame, commandLimits())
	if scanErr != nil {
		return nil, &Error{Code: CodeSyntaxError, Reason: scanErr.Error(), Malformed: true}
	}
	el, err := clientElement(root)
	if err != nil {
		return nil, err
	}
	if el.Tag == "hello" {
		if err := emptyType.validate(el); err != nil {
			err.Verb = VerbHello
			return nil, err
		}
		return &Command{Body: &Hello{}}, nil
	}
	cmd := &Command{ClTRID: recoverClTRID(el)}
	verb, object := "", ""
	if err = d.command(cmd, el, &verb, &object); err != nil {
		err.ClTRID, err.Verb, err.Object = cmd.ClTRID, verb, object
		return nil, err
	}
	return cmd, nil
}

// clientElement gives the <hello> or <command> of a frame (RFC 5730, section 2).
func clientElement(root *element) (*element, *Error) {
	if root.Space != NSEPP || root.Tag != "epp" {
		return nil, &Error{Code: CodeSyntaxError, Element: nameOf(root), Reason: "the root must be epp in the namespace " + NSEPP}
	}
	var el *element
	for c := root.first; c != nil; c = c.next {
		if el != nil {
			return nil, &Error{Code: CodeSyntaxError, Element: nameOf(c), Reason: "one frame holds one command"}
		}
		el = c
	}
	if err := emptyType.validateAttrs(root); err != nil {
		return nil, err
	}
	switch {
	case !allBlank(content(root)):
		return nil, &Error{Code: CodeSyntaxError, Element: nameOf(root), Reason: "must not contain text"}
	case el == nil:
		return nil, &Error{Code: CodeSyntaxError, Element: nameOf(root), Reason: "there is no command"}
	case el.Space != NSEPP:
		return nil, &Error{Code: CodeUnknownCommand, Element: nameOf(el), Reason: "not an element of EPP"}
	}
	switch el.Tag {
	case "command", "hello":
		return el, nil
	case "greeting", "response":
		return nil, &Error{Code: CodeSyntaxError, Element: nameOf(el), Reason: "only a server sends this"}
	case "extension":
		return nil, &Error{Code: CodeUnimplementedExtension, Element: nameOf(el), Reason: "no protocol extension is implemented"}
	}
	return nil, &Error{Code: CodeUnknownCommand, Element: nameOf(el), Reason: "not an element of EPP"}
}

// recoverClTRID reads the client's transaction id ahead of everything else, so that even a
// refused command is answered with it. An unusable one is reported by command.
func recoverClTRID(el *element) string {
	if c := child(el, "clTRID"); c != nil && firstChild(c) == nil {
		if v, code, _ := typeTRID.parse(content(c)); code == 0 {
			return v
		}
	}
	return ""
}

// command reads commandType of epp-1.0.xsd; verb and object are set as soon as known.
func (d Decoder) command(cmd *Command, el *element, verb, object *string) *Error {
	if err := emptyType.validateAttrs(el); err != nil {
		return err
	}
	if !allBlank(content(el)) {
		return &Error{Code: CodeSyntaxError, Element: nameOf(el), Reason: "must not contain text"}
	}
	first := firstChild(el)
	if first == nil {
		return &Error{Code: CodeSyntaxError, Element: nameOf(el), Reason: "there is no command"}
	}
	if err := d.body(cmd, first, verb, object); err != nil {
		return err
	}
	return d.trailer(cmd, el, first)
}

// body reads the command element itself.
func (d Decoder) body(cmd *Command, el *element, verb, object *string) (err *Error) {
	if el.Space == NSEPP {
		switch el.Tag {
		case VerbLogin:
			*verb = el.Tag
			cmd.Body, err = decodeLogin(el)
			return err
		case VerbLogout:
			*verb = el.Tag
			cmd.Body = &Logout{}
			return emptyType.validate(el)
		case VerbPoll:
			*verb = el.Tag
			cmd.Body, err = decodePoll(el)
			return err
		case VerbCheck, VerbInfo, VerbCreate, VerbDelete, VerbRenew, VerbTransfer, VerbUpdate:
			*verb = el.Tag
			return d.objectCommand(cmd, el, object)
		case "extension", "clTRID":
			return &Error{Code: CodeSyntaxError, Element: nameOf(el), Reason: "the command must come first"}
		}
	}
	return &Error{Code: CodeUnknownCommand, Element: nameOf(el), Reason: "not a command of EPP"}
}

// objectCommand reads a command on an object (RFC 5730, section 2.7.2).
func (d Decoder) objectCommand(cmd *Command, el *element, object *string) *Error {
	wrapper := readWriteType
	if el.Tag == VerbTransfer {
		wrapper = transferType
	}
	if err := wrapper.validate(el); err != nil {
		return err
	}
	obj := firstChild(el)
	mapping := mappingOf(obj.Space)
	if mapping == nil || (d.Objects != nil && !oneOf(obj.Space, d.Objects)) {
		return &Error{
			Code: CodeUnimplementedService, Element: nameOf(obj), Value: obj.Space,
			Reason: "no such object service: " + capped(obj.Space, 128),
		}
	}
	*object = obj.Space
	if obj.Tag != el.Tag {
		return &Error{Code: CodeSyntaxError, Element: nameOf(obj), Reason: "does not match the command"}
	}
	codec, ok := mapping[el.Tag]
	if !ok {
		return &Error{Code: CodeUnimplementedCommand, Element: nameOf(obj), Reason: "the object has no such command"}
	}
	if err := codec.model.validate(obj); err != nil {
		return err
	}
	cmd.Body = codec.decode(obj, attrOr(el, "op", ""))
	return nil
}

// trailer reads what follows the command element: extension and clTRID.
func (d Decoder) trailer(cmd *Command, el, first *element) *Error {
	const begin, extended, end = 0, 1, 2
	state := begin
	for c := el.first; c != nil; c = c.next {
		switch {
		case c == first:
		case c.Space == NSEPP && c.Tag == "extension" && state == begin:
			state = extended
			if err := d.extensions(cmd, c); err != nil {
				return err
			}
		case c.Space == NSEPP && c.Tag == "clTRID" && state != end:
			state = end
			if err := trIDType.validate(c); err != nil {
				return err
			}
		default:
			return &Error{Code: CodeSyntaxError, Element: nameOf(c), Reason: "not allowed in this place of a command"}
		}
	}
	return nil
}

func decodeLogin(el *element) (*Login, *Error) {
	if err := loginType.validate(el); err != nil {
		return nil, err
	}
	// A session keeps these strings; without a copy each would keep all values of the frame.
	get := func(parent *element, name string) string {
		if c := child(parent, name); c != nil {
			return strings.Clone(content(c))
		}
		return ""
	}
	options, svcs := child(el, "options"), child(el, "svcs")
	l := &Login{
		ClID: get(el, "clID"), PW: get(el, "pw"), NewPW: get(el, "newPW"),
		Version: get(options, "version"), Lang: get(options, "lang"),
	}
	for c := range children(svcs) {
		if c.Tag == "objURI" {
			l.ObjURIs = append(l.ObjURIs, strings.Clone(content(c)))
			continue
		}
		for x := range children(c) {
			l.ExtURIs = append(l.ExtURIs, strings.Clone(content(x)))
		}
	}
	return l, nil
}

func decodePoll(el *element) (Body, *Error) {
	if err := pollType.validate(el); err != nil {
		return nil, err
	}
	if attrOr(el, "op", "") == "req" {
		return &PollRequest{}, nil
	}
	id := attrOr(el, "msgID", "")
	if id == "" { // RFC 5730, section 2.9.2.3
		return nil, &Error{Code: CodeMissingParameter, Element: nameOf(el), Attr: "msgID", Reason: "attribute msgID is missing"}
	}
	return &PollAck{MsgID: id}, nil
}
