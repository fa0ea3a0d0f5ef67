package epp

import "time"

// Name server selectors of DomainInfo (RFC 5731, section 3.1.2).
const (
	HostsAll  = "all"
	HostsDel  = "del"
	HostsSub  = "sub"
	HostsNone = "none"
)

// DomainCheck is <domain:check> (RFC 5731, section 3.1.1).
type DomainCheck struct {
	Names []string // at least one, each 1 to 255 characters
}

// DomainInfo is <domain:info> (RFC 5731, section 3.1.2).
type DomainInfo struct {
	Name     string
	Hosts    string    // HostsAll (the default), HostsDel, HostsSub or HostsNone
	AuthInfo *AuthInfo // nil if absent
}

// DomainCreate is <domain:create> (RFC 5731, section 3.2.1).
type DomainCreate struct {
	Name       string
	Period     *Period // nil if absent
	NS         NameServers
	Registrant string // "" if absent, else 3 to 16 characters
	Contacts   []DomainContact
	AuthInfo   AuthInfo
}

// DomainDelete is <domain:delete> (RFC 5731, section 3.2.2).
type DomainDelete struct{ Name string }

// DomainRenew is <domain:renew> (RFC 5731, section 3.2.3).
type DomainRenew struct {
	Name       string
	CurExpDate time.Time // midnight UTC of the day named
	Period     *Period   // nil if absent
}

// DomainTransfer is <domain:transfer> (RFC 5731, sections 3.1.3 and 3.2.4).
type DomainTransfer struct {
	Op       string // TransferRequest, TransferApprove, ...
	Name     string
	Period   *Period   // nil if absent
	AuthInfo *AuthInfo // nil if absent
}

// DomainUpdate is <domain:update> (RFC 5731, section 3.2.5). All three parts may be nil,
// for an extension may carry the change.
type DomainUpdate struct {
	Name     string
	Add, Rem *DomainAddRem
	Chg      *DomainChange
}

// DomainAddRem is what an update adds or removes. It may be empty.
type DomainAddRem struct {
	NS       NameServers
	Contacts []DomainContact
	Statuses []Status
}

// DomainChange is the <chg> part of an update. Nil members stay as they are.
type DomainChange struct {
	Registrant *string   // pointer to "" removes the registrant
	AuthInfo   *AuthInfo // AuthNull removes the value
}

// Period is a validity period (RFC 5731, section 2.7).
type Period struct {
	Value int    // 1 to 99
	Unit  string // "y" or "m"
}

// NameServers is a delegation: host objects or host attributes, never both; both empty
// when the element was absent (RFC 5731, section 1.1).
type NameServers struct {
	HostObjs  []string
	HostAttrs []HostAttr
}

// HostAttr is a name server given as an attribute of the domain.
type HostAttr struct {
	Name  string
	Addrs []Address
}

// DomainContact is a contact with the role it plays.
type DomainContact struct {
	ID   string // 3 to 16 characters
	Type string // "admin", "billing" or "tech"; "" if the frame said none
}

// DomainCheckData answers DomainCheck.
type DomainCheckData struct{ Results []CheckResult }

// DomainCreateData answers DomainCreate.
type DomainCreateData struct {
	Name   string
	CrDate time.Time
	ExDate time.Time // zero if none
}

// DomainRenewData answers DomainRenew.
type DomainRenewData struct {
	Name   string
	ExDate time.Time // zero if none
}

// DomainInfoData answers DomainInfo. Zero times, empty strings and nil pointers are left
// out of the frame.
type DomainInfoData struct {
	Name       string
	ROID       string
	Statuses   []Status // at most 11
	Registrant string
	Contacts   []DomainContact
	NS         NameServers
	Hosts      []string // subordinate hosts
	ClID       string   // sponsor
	CrID       string
	CrDate     time.Time
	UpID       string
	UpDate     time.Time
	ExDate     time.Time
	TrDate     time.Time
	AuthInfo   *AuthInfo
}

func (*DomainCheck) Verb() string    { return VerbCheck }
func (*DomainInfo) Verb() string     { return VerbInfo }
func (*DomainCreate) Verb() string   { return VerbCreate }
func (*DomainDelete) Verb() string   { return VerbDelete }
func (*DomainRenew) Verb() string    { return VerbRenew }
func (*DomainTransfer) Verb() string { return VerbTransfer }
func (*DomainUpdate) Verb() string   { return VerbUpdate }

func (*DomainCheck) Object() string      { return NSDomain }
func (*DomainInfo) Object() string       { return NSDomain }
func (*DomainCreate) Object() string     { return NSDomain }
func (*DomainDelete) Object() string     { return NSDomain }
func (*DomainRenew) Object() string      { return NSDomain }
func (*DomainTransfer) Object() string   { return NSDomain }
func (*DomainUpdate) Object() string     { return NSDomain }
func (*DomainCheckData) Object() string  { return NSDomain }
func (*DomainCreateData) Object() string { return NSDomain }
func (*DomainRenewData) Object() string  { return NSDomain }
func (*DomainInfoData) Object() string   { return NSDomain }
