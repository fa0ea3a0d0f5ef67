package epp

import "time"

// ContactCheck is <contact:check> (RFC 5733, section 3.1.1).
type ContactCheck struct {
	IDs []string // at least one, each 3 to 16 characters
}

// ContactInfo is <contact:info> (RFC 5733, section 3.1.2).
type ContactInfo struct {
	ID       string
	AuthInfo *AuthInfo // nil if absent
}

// ContactCreate is <contact:create> (RFC 5733, section 3.2.1).
type ContactCreate struct {
	ID         string
	PostalInfo []PostalInfo // 1 or 2; the schema lets both have the same type
	Voice      *Phone       // nil if absent; its number may be empty
	Fax        *Phone       // nil if absent; its number may be empty
	Email      string       // at least one character, otherwise unchecked
	AuthInfo   AuthInfo
	Disclose   *Disclose // nil if absent
}

// ContactDelete is <contact:delete> (RFC 5733, section 3.2.2).
type ContactDelete struct{ ID string }

// ContactTransfer is <contact:transfer> (RFC 5733, sections 3.1.3 and 3.2.4).
type ContactTransfer struct {
	Op       string // TransferRequest, TransferApprove, ...
	ID       string
	AuthInfo *AuthInfo // nil if absent
}

// ContactUpdate is <contact:update> (RFC 5733, section 3.2.5). All parts may be nil, for
// an extension may carry the change.
type ContactUpdate struct {
	ID       string
	Add, Rem []Status // at most 7 each
	Chg      *ContactChange
}

// ContactChange is the <chg> part of an update. Nil members stay as they are.
type ContactChange struct {
	PostalInfo []PostalInfoChange // at most 2
	Voice      *Phone             // an empty number removes it
	Fax        *Phone             // an empty number removes it
	Email      *string            // never empty
	AuthInfo   *AuthInfo
	Disclose   *Disclose
}

// PostalInfo is a name and an address (RFC 5733, section 2.4 and following).
type PostalInfo struct {
	Type string // "int" (ASCII) or "loc" (Unicode)
	Name string // 1 to 255 characters
	Org  string // at most 255 characters, "" if absent or empty
	Addr PostalAddress
}

// PostalInfoChange is the changed part of a postal record. Nil members stay as they are.
type PostalInfoChange struct {
	Type string  // which record: "int" or "loc"
	Name *string // never empty
	Org  *string // pointer to "" removes it
	Addr *PostalAddress
}

// PostalAddress is a street address. It is replaced as a whole by an update.
type PostalAddress struct {
	Street []string // at most 3, each at most 255 characters; may hold empty lines
	City   string   // 1 to 255 characters
	SP     string   // state or province, at most 255 characters
	PC     string   // postal code, at most 16 characters
	CC     string   // two characters, not checked further
}

// Phone is a telephone number: "" or the form +1.7035555555, and an extension.
type Phone struct {
	Number string
	Ext    string // attribute x
}

// Disclose lists data whose publication departs from the server's stated policy
// (RFC 5733, section 2.9).
type Disclose struct {
	Flag              bool     // true: publish what is listed; false: do not
	Name, Org, Addr   []string // postal types, each "int" or "loc", at most two
	Voice, Fax, Email bool
}

// ContactCheckData answers ContactCheck; Name of a result is the contact's id.
type ContactCheckData struct{ Results []CheckResult }

// ContactCreateData answers ContactCreate.
type ContactCreateData struct {
	ID     string
	CrDate time.Time
}

// ContactInfoData answers ContactInfo. Zero times, empty strings and nil pointers are
// left out of the frame.
type ContactInfoData struct {
	ID         string
	ROID       string
	Statuses   []Status     // 1 to 7
	PostalInfo []PostalInfo // 1 or 2
	Voice      *Phone
	Fax        *Phone
	Email      string
	ClID       string // sponsor
	CrID       string
	CrDate     time.Time
	UpID       string
	UpDate     time.Time
	TrDate     time.Time
	AuthInfo   *AuthInfo
	Disclose   *Disclose
}

func (*ContactCheck) Verb() string    { return VerbCheck }
func (*ContactInfo) Verb() string     { return VerbInfo }
func (*ContactCreate) Verb() string   { return VerbCreate }
func (*ContactDelete) Verb() string   { return VerbDelete }
func (*ContactTransfer) Verb() string { return VerbTransfer }
func (*ContactUpdate) Verb() string   { return VerbUpdate }

func (*ContactCheck) Object() string      { return NSContact }
func (*ContactInfo) Object() string       { return NSContact }
func (*ContactCreate) Object() string     { return NSContact }
func (*ContactDelete) Object() string     { return NSContact }
func (*ContactTransfer) Object() string   { return NSContact }
func (*ContactUpdate) Object() string     { return NSContact }
func (*ContactCheckData) Object() string  { return NSContact }
func (*ContactCreateData) Object() string { return NSContact }
func (*ContactInfoData) Object() string   { return NSContact }
