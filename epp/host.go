package epp

import "time"

// HostCheck is <host:check> (RFC 5732, section 3.1.1).
type HostCheck struct {
	Names []string // at least one, each 1 to 255 characters
}

// HostInfo is <host:info> (RFC 5732, section 3.1.2).
type HostInfo struct{ Name string }

// HostCreate is <host:create> (RFC 5732, section 3.2.1).
type HostCreate struct {
	Name  string
	Addrs []Address
}

// HostDelete is <host:delete> (RFC 5732, section 3.2.2).
type HostDelete struct{ Name string }

// HostUpdate is <host:update> (RFC 5732, section 3.2.5). All three parts may be nil,
// for an extension may carry the change.
type HostUpdate struct {
	Name     string
	Add, Rem *HostAddRem
	NewName  *string // <chg>: the new name, 1 to 255 characters; nil if there is none
}

// HostAddRem is what an update adds or removes. It may be empty.
type HostAddRem struct {
	Addrs    []Address
	Statuses []Status
}

// HostCheckData answers HostCheck.
type HostCheckData struct{ Results []CheckResult }

// HostCreateData answers HostCreate.
type HostCreateData struct {
	Name   string
	CrDate time.Time
}

// HostInfoData answers HostInfo. Zero times and an empty UpID are left out of the frame.
type HostInfoData struct {
	Name     string
	ROID     string
	Statuses []Status // 1 to 7
	Addrs    []Address
	ClID     string // sponsor
	CrID     string
	CrDate   time.Time
	UpID     string
	UpDate   time.Time
	TrDate   time.Time
}

func (*HostCheck) Verb() string  { return VerbCheck }
func (*HostInfo) Verb() string   { return VerbInfo }
func (*HostCreate) Verb() string { return VerbCreate }
func (*HostDelete) Verb() string { return VerbDelete }
func (*HostUpdate) Verb() string { return VerbUpdate }

func (*HostCheck) Object() string      { return NSHost }
func (*HostInfo) Object() string       { return NSHost }
func (*HostCreate) Object() string     { return NSHost }
func (*HostDelete) Object() string     { return NSHost }
func (*HostUpdate) Object() string     { return NSHost }
func (*HostCheckData) Object() string  { return NSHost }
func (*HostCreateData) Object() string { return NSHost }
func (*HostInfoData) Object() string   { return NSHost }
