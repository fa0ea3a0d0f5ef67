package registry

import "time"

// Preapproval is what a domain create says about who shall hold the name
// (preapproval-1.0). The zero value is a create that says nothing.
type Preapproval struct {
	Registrant string     // the registrant's identifier, as sent; "" when absent
	Credential Credential // the registrant's; zero when absent
	Registrar  string     // IANA number of the registrar, as sent; "" when absent
	// RegistrarCredential is the registrar's own; zero when absent.
	RegistrarCredential Credential
}

// Credential proves an identity. It never reaches a log, a metric or an answer.
type Credential struct {
	Type  string `json:"type"` // one of CredentialTypes
	Value string `json:"value"`
}

// CredentialTypes are the kinds of credential preapproval-1.0 knows.
var CredentialTypes = []string{"password", "token", "passport", "driversLicence", "governmentId"}

// PendingAction tells a registrar how an action that was answered with 1001 ended
// (RFC 5731, Section 3.3).
type PendingAction struct {
	Name     string    `json:"name"` // the target name
	Approved bool      `json:"approved"`
	ClTRID   string    `json:"cltrid,omitempty"` // of the command that is decided here
	SvTRID   string    `json:"svtrid"`
	At       time.Time `json:"at"`

	Application string    `json:"application"`
	Status      string    `json:"status"` // approved or denied
	Names       []string  `json:"names,omitempty"`
	Expires     time.Time `json:"expires,omitzero"`
	Reasons     []string  `json:"reasons,omitempty"`
}
