package epp

import "time"

// The registry maintenance notification mapping of RFC 9167. Its one command is info; its
// data come in poll messages too.

// Poll types of a maintenance: why a message about it was queued (RFC 9167, section 3.3).
const (
	MaintenanceCreate   = "create"
	MaintenanceUpdate   = "update"
	MaintenanceDelete   = "delete"
	MaintenanceCourtesy = "courtesy"
	MaintenanceEnd      = "end"
)

// Impacts of a maintenance on a system, and reasons for it (RFC 9167, section 3.3).
const (
	ImpactNone    = "none"
	ImpactPartial = "partial"
	ImpactFull    = "full"

	MaintenancePlanned   = "planned"
	MaintenanceEmergency = "emergency"
)

// MaintenanceInfo is <maint:info> (RFC 9167, section 4.1.1): of one maintenance, or the list
// of all.
type MaintenanceInfo struct {
	List bool
	ID   MaintenanceID // zero for a list
}

// MaintenanceID names a maintenance.
type MaintenanceID struct {
	ID   string
	Name string // for people, "" if absent
	Lang string // of Name, "" for "en"
}

// MaintenanceListData answers MaintenanceInfo for a list.
type MaintenanceListData struct{ Items []MaintenanceListItem }

// MaintenanceListItem is one line of a list.
type MaintenanceListItem struct {
	ID     MaintenanceID
	Start  time.Time
	End    time.Time
	CrDate time.Time
	UpDate time.Time // zero if it was not changed
}

// MaintenanceData answers MaintenanceInfo for one maintenance, and is the data of a poll
// message.
type MaintenanceData struct {
	ID           MaintenanceID
	Types        []MaintenanceText   // what is done: "routine", ...
	PollType     string              // MaintenanceCreate, ...; "" outside of poll messages
	Systems      []MaintenanceSystem // at least one
	Environment  string              // production, ote, staging, dev or custom
	EnvName      string              // of a custom environment, "" if absent
	Start        time.Time
	End          time.Time
	Reason       string // MaintenancePlanned or MaintenanceEmergency
	Detail       string // URI of a page about it, "" if absent
	Descriptions []MaintenanceText
	TLDs         []string                 // affected, none if not said
	Intervention *MaintenanceIntervention // nil if not said
	CrDate       time.Time
	UpDate       time.Time // zero if it was not changed
}

// MaintenanceText is text for people.
type MaintenanceText struct {
	Text string
	Lang string // "" for "en"
	HTML bool   // of a description: HTML, not plain text
}

// MaintenanceSystem is a system with what the maintenance does to it.
type MaintenanceSystem struct {
	Name   string
	Host   string // name or address, "" if absent
	Impact string // ImpactNone, ImpactPartial or ImpactFull
}

// MaintenanceIntervention says what clients have to do afterwards.
type MaintenanceIntervention struct {
	Connection     bool // connect anew
	Implementation bool // change their software
}

// Verb is VerbInfo.
func (*MaintenanceInfo) Verb() string { return VerbInfo }

// Object is NSMaintenance.
func (*MaintenanceInfo) Object() string { return NSMaintenance }

// Object is NSMaintenance.
func (*MaintenanceListData) Object() string { return NSMaintenance }

// Object is NSMaintenance.
func (*MaintenanceData) Object() string { return NSMaintenance }

var maintenanceInfoType = sequence(choice(
	one("list", emptyType),
	one("id", simple(typeToken, implied("name", typeToken), implied("lang", typeLang))),
))
