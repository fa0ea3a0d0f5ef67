package epp

import "time"

// Greeting is the server's first frame and the answer to Hello (RFC 5730, section 2.4).
type Greeting struct {
	ServerID string    // 3 to 64 characters
	Date     time.Time // sent in UTC with milliseconds
	Versions []string  // "1.0"
	Langs    []string  // language tags, at least one
	ObjURIs  []string  // at least one
	ExtURIs  []string
	DCP      DCP
}

// DCP is the data collection policy of a greeting. The words are the element names of
// RFC 5730, section 2.4.
type DCP struct {
	Access     string // all none null other personal personalAndOther
	Statements []DCPStatement
}

// DCPStatement is one statement of a data collection policy.
type DCPStatement struct {
	Purposes   []string // admin contact other prov
	Recipients []string // other ours public same unrelated
	Retention  string   // business indefinite legal none stated
}

// DefaultDCP is the policy of a registry that shows clients their own and public data,
// collects what administration and provisioning need, shares it with itself and the
// public, and keeps it as its business requires.
func DefaultDCP() DCP {
	return DCP{Access: "personalAndOther", Statements: []DCPStatement{{
		Purposes: []string{"admin", "prov"}, Recipients: []string{"ours", "public"}, Retention: "stated",
	}}}
}
