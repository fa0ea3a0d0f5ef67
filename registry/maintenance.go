package registry

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Maintenance is an event of the registry's operation that registrars are told of in
// good time (RFC 9167, Section 3.3).
type Maintenance struct {
	ID MaintenanceID `json:"id"`
	MaintenancePlan
	Settled   time.Time `json:"-"` // up to which instant its messages were sent
	Created   time.Time `json:"created"`
	Updated   time.Time `json:"updated,omitzero"`   // zero when never
	Cancelled time.Time `json:"cancelled,omitzero"` // zero while it is to be
	Version   int       `json:"version"`            // 1 at creation, one more with every change
}

// MaintenancePlan is what an operator says of a maintenance.
type MaintenancePlan struct {
	Name         MaintenanceText     `json:"name,omitzero"`   // for people, empty if it has none
	Types        []MaintenanceText   `json:"types,omitempty"` // what is done: "Software Update"
	Systems      []MaintenanceSystem `json:"systems"`         // at least one
	Environment  string              `json:"environment"`     // production, ote, staging, dev or custom
	EnvName      string              `json:"env_name,omitempty"`
	Start        time.Time           `json:"start"`
	End          time.Time           `json:"end"`
	Reason       string              `json:"reason"`           // planned or emergency
	Detail       string              `json:"detail,omitempty"` // URI of a page about it
	Descriptions []MaintenanceText   `json:"descriptions,omitempty"`
	Zones        []string            `json:"zones,omitempty"` // affected; none: all of the system
	Intervention *Intervention       `json:"intervention,omitempty"`
	Reminder     Duration            `json:"reminder"` // a message so long before Start; 0: none
}

// MaintenanceText is text for people.
type MaintenanceText struct {
	Text string `json:"text"`
	Lang string `json:"lang,omitempty"` // empty: English
	HTML bool   `json:"html,omitempty"` // of a description: HTML, not plain text
}

// MaintenanceSystem is a system and what the maintenance does to it.
type MaintenanceSystem struct {
	Name   string `json:"name"`
	Host   string `json:"host,omitempty"` // canonical
	Impact string `json:"impact"`         // full, partial or none
}

// Intervention says what clients have to do.
type Intervention struct {
	Connection     bool `json:"connection"`     // connect anew
	Implementation bool `json:"implementation"` // change their software
}

// MaintenanceID is the id of a maintenance, in text as in M1201. It never changes and is
// never used again (RFC 9167, Section 3.3).
type MaintenanceID int64

func (id MaintenanceID) String() string { return "M" + strconv.FormatInt(int64(id), 10) }

// MarshalText implements encoding.TextMarshaler.
func (id MaintenanceID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (id *MaintenanceID) UnmarshalText(b []byte) (err error) {
	*id, err = ParseMaintenanceID(string(b), "maint:id")
	return err
}

// ParseMaintenanceID reads an id as String writes it; whatever else it is, there is no
// maintenance of this id: 2303.
func ParseMaintenanceID(text, field string) (MaintenanceID, error) {
	digits, _ := strings.CutPrefix(text, "M")
	n, err := strconv.ParseInt(digits, 10, 64)
	if id := MaintenanceID(n); err == nil && n > 0 && id.String() == text {
		return id, nil
	}
	return 0, Errorf(KindNotFound, field, text, "there is no such maintenance; ids are like M1201")
}

// MaintenanceEvent is why a message about a maintenance is sent: the poll types of RFC
// 9167, Section 3.3.
type MaintenanceEvent string

// The events. Nobody commands the last two.
const (
	MaintenanceCreated   MaintenanceEvent = "create"
	MaintenanceChanged   MaintenanceEvent = "update"
	MaintenanceCancelled MaintenanceEvent = "delete"
	MaintenanceReminder  MaintenanceEvent = "courtesy"
	MaintenanceEnd       MaintenanceEvent = "end"
)

// MaintenanceNotice is a message about a maintenance, with the maintenance as it was then;
// of a cancelled one, as it was before.
type MaintenanceNotice struct {
	Event MaintenanceEvent `json:"event"`
	State Maintenance      `json:"state"`
}

// NewMaintenance makes a maintenance of a plan. Only an emergency may have begun already.
func NewMaintenance(plan MaintenancePlan, zones Zones, now time.Time) (*Maintenance, error) {
	if err := plan.Check(zones, now); err != nil {
		return nil, err
	}
	if plan.Reason == "planned" && plan.Start.Before(now) {
		return nil, Errorf(KindRange, "start", plan.Start.Format(time.RFC3339), "the start has passed: it is %s; only an emergency may have begun already", now.Format(time.RFC3339))
	}
	return &Maintenance{MaintenancePlan: plan, Created: now, Settled: now, Version: 1}, nil
}

// next is the message that falls due next; the zero time when none will.
func (m *Maintenance) next() (MaintenanceEvent, time.Time) {
	if !m.Cancelled.IsZero() {
		return "", time.Time{}
	}
	if at := m.Start.Add(-m.Reminder.D()); m.Reminder > 0 && at.After(m.Settled) {
		return MaintenanceReminder, at
	}
	if m.End.After(m.Settled) {
		return MaintenanceEnd, m.End
	}
	return "", time.Time{}
}

// DueAt is when the next message is due; the zero time when none will be.
func (m *Maintenance) DueAt() time.Time {
	_, at := m.next()
	return at
}

// DueMessage is a message about a maintenance that is due at an instant.
type DueMessage struct {
	Event MaintenanceEvent
	At    time.Time
}

// Settle takes it that everything due by now is sent, and returns what that is, in order.
func (m *Maintenance) Settle(now time.Time) (due []DueMessage) {
	for {
		event, at := m.next()
		if at.IsZero() || at.After(now) {
			break
		}
		due = append(due, DueMessage{event, at})
		m.Settled = at
	}
	m.Settled = now
	return due
}

// Change puts another plan in the place of a maintenance's. What is over or cancelled
// stays as it is: 2304.
func (m *Maintenance) Change(plan MaintenancePlan, zones Zones, now time.Time) error {
	if err := m.open(now); err != nil {
		return err
	}
	if err := plan.Check(zones, now); err != nil {
		return err
	}
	m.MaintenancePlan, m.Updated = plan, now
	return nil
}

// Cancel ends a maintenance before it is over.
func (m *Maintenance) Cancel(now time.Time) error {
	if err := m.open(now); err != nil {
		return err
	}
	m.Cancelled = now
	return nil
}

// open refuses with 2304 what can no longer be changed.
func (m *Maintenance) open(now time.Time) error {
	switch {
	case !m.Cancelled.IsZero():
		return Errorf(KindStatus, "maintenance", m.ID.String(), "it was cancelled on %s", m.Cancelled.Format(time.RFC3339))
	case !m.End.After(now):
		return Errorf(KindStatus, "maintenance", m.ID.String(), "it has been over since %s", m.End.Format(time.RFC3339))
	}
	return nil
}

// Text tells a registrar of an event in plain words.
func (m *Maintenance) Text(event MaintenanceEvent) string {
	what := "Maintenance " + m.ID.String()
	if m.Name.Text != "" {
		what += ", " + m.Name.Text + ","
	}
	systems := make([]string, len(m.Systems))
	for i, s := range m.Systems {
		systems[i] = s.Name + " (impact: " + s.Impact + ")"
	}
	when := fmt.Sprintf("from %s until %s: %s", m.Start.Format(time.RFC3339), m.End.Format(time.RFC3339), strings.Join(systems, ", "))
	switch event {
	case MaintenanceChanged:
		return what + " was changed; it is now " + when
	case MaintenanceCancelled:
		return what + " was cancelled; it was to be " + when
	case MaintenanceReminder:
		return "Reminder: " + what + " is " + when
	case MaintenanceEnd:
		return what + " is over; it was " + when
	}
	return what + " is " + when
}

// Equal says whether two plans are the same.
func (p *MaintenancePlan) Equal(q *MaintenancePlan) bool {
	same := (p.Intervention == nil) == (q.Intervention == nil)
	return same && (p.Intervention == nil || *p.Intervention == *q.Intervention) &&
		p.Name == q.Name && slices.Equal(p.Types, q.Types) && slices.Equal(p.Systems, q.Systems) &&
		p.Environment == q.Environment && p.EnvName == q.EnvName && p.Start.Equal(q.Start) && p.End.Equal(q.End) &&
		p.Reason == q.Reason && p.Detail == q.Detail && slices.Equal(p.Descriptions, q.Descriptions) &&
		slices.Equal(p.Zones, q.Zones) && p.Reminder == q.Reminder
}
