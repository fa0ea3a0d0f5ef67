package epp

import "time"

// Types that several object mappings share.

// AuthInfo is authorization information (RFC 5731, section 2.6; RFC 5733, section 2.8).
type AuthInfo struct {
	Kind AuthKind
	PW   string // for AuthPW; may be empty
	ROID string // the object whose authorization it is, "" for the object itself
	Ext  Name   // for AuthExt: the element that was in <ext>
}

// AuthKind says which of the alternatives an AuthInfo holds.
type AuthKind int

// The three forms of authorization information. AuthNull exists only in a domain update
// and removes the value.
const (
	AuthPW AuthKind = iota
	AuthExt
	AuthNull
)

// Status is a status value with its optional explanation.
type Status struct {
	Value string // e.g. "clientHold"; one the object's schema lists
	Lang  string // of Text, "" for "en"
	Text  string
}

// Address is an IP address as it was written, with the family it claims
// (RFC 5732, section 2.5). Neither the syntax nor the match has been checked.
type Address struct {
	IP   string // "v4" (the default when absent) or "v6"
	Addr string // 3 to 45 characters
}

// CheckResult is one line of a <check> response.
type CheckResult struct {
	Name   string // a contact's id, for contacts
	Avail  bool
	Reason string // why not; at most 32 characters are sent
	Lang   string // of Reason, "" for "en"
}

// PanData tells the outcome of a pending action (RFC 5731, section 3.3, and its like
// for hosts and contacts). Object says which mapping it is for.
type PanData struct {
	ObjectURI string // NSDomain, NSHost or NSContact
	Name      string // of the object; a contact's id
	Result    bool
	ClTRID    string // of the command that began the action
	SvTRID    string
	Date      time.Time
}

// TransferData is the state of a transfer (RFC 5731, section 3.1.3; RFC 5733,
// section 3.1.3).
type TransferData struct {
	ObjectURI string // NSDomain or NSContact
	Name      string // of the object; a contact's id
	Status    string // clientApproved clientCancelled clientRejected pending serverApproved serverCancelled
	ReID      string // who asked
	ReDate    time.Time
	AcID      string // who should act
	AcDate    time.Time
	ExDate    time.Time // domains only; zero if the transfer does not change it
}

// Object is the namespace of the object mapping.
func (d *PanData) Object() string { return d.ObjectURI }

// Object is the namespace of the object mapping.
func (d *TransferData) Object() string { return d.ObjectURI }
