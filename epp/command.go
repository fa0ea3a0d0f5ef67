package epp

// Verbs of RFC 5730, section 2.9, and "hello" (section 2.3), as Body.Verb reports them.
const (
	VerbHello    = "hello"
	VerbLogin    = "login"
	VerbLogout   = "logout"
	VerbPoll     = "poll"
	VerbCheck    = "check"
	VerbInfo     = "info"
	VerbCreate   = "create"
	VerbDelete   = "delete"
	VerbRenew    = "renew"
	VerbTransfer = "transfer"
	VerbUpdate   = "update"
)

// Transfer operations, RFC 5730, section 2.9.3.4.
const (
	TransferRequest = "request"
	TransferApprove = "approve"
	TransferReject  = "reject"
	TransferCancel  = "cancel"
	TransferQuery   = "query"
)

// Command is one decoded client frame: a command element, or hello.
type Command struct {
	Body       Body
	Extensions []Extension // in frame order; use FindExtension
	ClTRID     string      // 3 to 64 characters, "" if the client sent none
}

// Body is what a command asks for. The concrete types are Hello, Login, Logout,
// PollRequest, PollAck and one per object and verb (DomainCheck, ContactUpdate, ...),
// always as pointers.
type Body interface {
	// Verb is the command's element name in RFC 5730: "check", "info", ...
	Verb() string
	// Object is the namespace URI of the object mapping, "" for session commands.
	Object() string

	encode(w *writer)
}

// Extension is one child of <extension> in a command or a response
// (RFC 3735, sections 2.5 and 2.6). The concrete types are pointers, named after the
// extension and the element: *ContactKindCreate, ...
type Extension interface {
	// ExtensionURI is the namespace that is announced in the greeting.
	ExtensionURI() string

	encode(w *writer)
}

// FindExtension gives the first extension of type T in a command or a response:
//
//	kind, ok := epp.FindExtension[*epp.ContactKindCreate](cmd.Extensions)
func FindExtension[T Extension](list []Extension) (T, bool) {
	for _, e := range list {
		if t, ok := e.(T); ok {
			return t, true
		}
	}
	var none T
	return none, false
}

// Name is the command's name in logs and metrics: "login", "domain:check", "poll".
// It has few possible values, so it can be a metrics label.
func (c *Command) Name() string {
	if c.Body == nil {
		return "unknown"
	}
	if p := prefixOf(c.Body.Object()); p != "" {
		return p + ":" + c.Body.Verb()
	}
	return c.Body.Verb()
}

// ExtensionURIs lists the namespaces of the command's extensions, each once, so that a
// server can compare them with what it announced and what the login chose.
func (c *Command) ExtensionURIs() []string {
	var uris []string
	for _, e := range c.Extensions {
		uris = appendOnce(uris, e.ExtensionURI())
	}
	return uris
}

func appendOnce(list []string, s string) []string {
	for _, have := range list {
		if have == s {
			return list
		}
	}
	return append(list, s)
}
