package epp

import "time"

// The preapproval-1.0 extension (docs of package schemas, preapproval-1.0.xsd): names that
// may be registered only by those whom an overseer has approved beforehand.

// What a domain create with the extension asks for.
const (
	PreapprovalApply    = "apply"    // approve the registration of this target name
	PreapprovalRegister = "register" // register this target name, with these credentials
	PreapprovalEnter    = "enter"    // write this whitelist name
)

// States of an application or of a whitelist name.
const (
	PreapprovalPending  = "pending"
	PreapprovalApproved = "approved"
	PreapprovalDenied   = "denied"
)

// PreapprovalCreate extends DomainCreate. Which members go with which operation is the
// registry's business; any of them may come with any operation here.
type PreapprovalCreate struct {
	Op         string // PreapprovalApply, PreapprovalRegister (the default) or PreapprovalEnter
	Target     string // target name of an entry, "" if absent, else 1 to 255 characters
	Registrant *PreapprovalParty
	Registrar  *PreapprovalParty
}

// PreapprovalParty is a registrant or a registrar as the overseer knows it.
type PreapprovalParty struct {
	ID         string                 // 1 to 255 characters
	Credential *PreapprovalCredential // nil if absent
}

// PreapprovalCredential proves an identity. Nothing in this package repeats its value.
type PreapprovalCredential struct {
	Type  string // password, token, passport, driversLicence or governmentId
	Value string // 1 to 1024 characters
}

// PreapprovalCreateData extends DomainCreateData of an application, once for each policy.
type PreapprovalCreateData struct {
	Application string
	Status      string   // PreapprovalPending or PreapprovalApproved
	Names       []string // whitelist names
	Expires     time.Time
}

// PreapprovalPanData extends PanData: how an application was decided.
type PreapprovalPanData struct {
	Application string
	Status      string // PreapprovalApproved or PreapprovalDenied
	Names       []string
	Expires     time.Time
	Reasons     []string
}

// PreapprovalInfoData extends DomainInfoData of a whitelist name. Zero members but status,
// target and policy are left out of the frame.
type PreapprovalInfoData struct {
	Application string // "" if there is none, or several
	Status      string // PreapprovalPending or PreapprovalApproved
	Target      string
	Registrant  string
	Registrar   string
	Policy      string
	Expires     time.Time
}

// ExtensionURI is NSPreapproval.
func (*PreapprovalCreate) ExtensionURI() string { return NSPreapproval }

// ExtensionURI is NSPreapproval.
func (*PreapprovalCreateData) ExtensionURI() string { return NSPreapproval }

// ExtensionURI is NSPreapproval.
func (*PreapprovalPanData) ExtensionURI() string { return NSPreapproval }

// ExtensionURI is NSPreapproval.
func (*PreapprovalInfoData) ExtensionURI() string { return NSPreapproval }

var (
	preapprovalOp = &simpleType{enum: []string{PreapprovalApply, PreapprovalRegister, PreapprovalEnter}}

	preapprovalCredential = simple(&simpleType{keepBlanks: true, min: 1, max: 1024, secret: true},
		required("type", &simpleType{enum: []string{"password", "token", "passport", "driversLicence", "governmentId"}}))

	preapprovalParty = &elementType{
		attrs:   []attribute{required("id", typeLabel)},
		content: []particle{optional("credential", preapprovalCredential)},
	}

	preapprovalCreateType = &elementType{
		attrs: []attribute{implied("op", preapprovalOp)},
		content: []particle{
			optional("target", simple(typeLabel)),
			optional("registrant", preapprovalParty),
			optional("registrar", preapprovalParty),
		},
	}
)
