package epp

// Hello asks for the greeting (RFC 5730, section 2.3).
type Hello struct{}

// Login opens a session (RFC 5730, section 2.9.1.1).
type Login struct {
	ClID    string   // 3 to 16 characters
	PW      string   // 6 to 16 characters
	NewPW   string   // 6 to 16 characters, "" if the password stays
	Version string   // always "1.0"; another one is refused with 2100
	Lang    string   // language of messages, syntactically a language tag
	ObjURIs []string // object namespaces the client will use, at least one
	ExtURIs []string // extension namespaces the client will use
}

// Logout ends a session (RFC 5730, section 2.9.1.2).
type Logout struct{}

func (*Hello) Verb() string    { return VerbHello }
func (*Hello) Object() string  { return "" }
func (*Login) Verb() string    { return VerbLogin }
func (*Login) Object() string  { return "" }
func (*Logout) Verb() string   { return VerbLogout }
func (*Logout) Object() string { return "" }
