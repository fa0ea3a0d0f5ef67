package registry

import (
	"maps"
	"slices"
	"strings"
)

// Status is an object status of RFC 5731, 5732 or 5733, Section 2.3 each.
type Status string

// The status values. Those that begin with "client" are set and removed by the
// sponsoring registrar, "server" by the registry; the others follow from the
// object's state.
const (
	ClientDeleteProhibited   Status = "clientDeleteProhibited"
	ClientHold               Status = "clientHold"
	ClientRenewProhibited    Status = "clientRenewProhibited"
	ClientTransferProhibited Status = "clientTransferProhibited"
	ClientUpdateProhibited   Status = "clientUpdateProhibited"
	ServerDeleteProhibited   Status = "serverDeleteProhibited"
	ServerHold               Status = "serverHold"
	ServerRenewProhibited    Status = "serverRenewProhibited"
	ServerTransferProhibited Status = "serverTransferProhibited"
	ServerUpdateProhibited   Status = "serverUpdateProhibited"
	Inactive                 Status = "inactive"
	Linked                   Status = "linked"
	OK                       Status = "ok"
	PendingCreate            Status = "pendingCreate"
	PendingDelete            Status = "pendingDelete"
	PendingTransfer          Status = "pendingTransfer"
)

// Statuses is a sorted set of statuses. The zero value is empty.
type Statuses []Status

// Has reports whether any of the given statuses is in the set.
func (s Statuses) Has(any ...Status) bool {
	for _, a := range any {
		if slices.Contains(s, a) {
			return true
		}
	}
	return false
}

// With returns the set with st added; the receiver is left alone.
func (s Statuses) With(st ...Status) Statuses {
	out := slices.Clone(s)
	for _, x := range st {
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	slices.Sort(out)
	return out
}

// Without returns the set with st removed; the receiver is left alone.
func (s Statuses) Without(st ...Status) Statuses {
	return slices.DeleteFunc(slices.Clone(s), func(x Status) bool { return slices.Contains(st, x) })
}

// Strings returns the set as plain strings, never nil.
func (s Statuses) Strings() []string {
	out := make([]string, len(s))
	for i, x := range s {
		out[i] = string(x)
	}
	return out
}

// StatusesOf makes a set of plain strings.
func StatusesOf(names []string) Statuses {
	var out Statuses
	for _, n := range names {
		out = out.With(Status(n))
	}
	return out
}

// The statuses a registrar may set on each kind of object: RFC 5731, 5732 and
// 5733, Section 2.2 or 2.3 each.
var (
	domainClientStatuses = []Status{
		ClientDeleteProhibited, ClientHold, ClientRenewProhibited,
		ClientTransferProhibited, ClientUpdateProhibited,
	}
	hostClientStatuses    = []Status{ClientDeleteProhibited, ClientUpdateProhibited}
	contactClientStatuses = []Status{ClientDeleteProhibited, ClientTransferProhibited, ClientUpdateProhibited}
	domainServerStatuses  = []Status{
		ServerDeleteProhibited, ServerHold, ServerRenewProhibited,
		ServerTransferProhibited, ServerUpdateProhibited,
	}
)

// changeStatuses applies rem, then add, to the set. It is not idempotent:
// adding a status that is there or removing one that is not is an error, and
// only those in allowed may be touched. prefix is the object's ("domain").
func changeStatuses(have Statuses, change StatusChange, allowed []Status, prefix string) (Statuses, error) {
	field := prefix + ":status"
	out := have
	for _, st := range change.Rem {
		if err := touchable(st, allowed, field); err != nil {
			return nil, err
		}
		if !out.Has(st) {
			return nil, Errorf(KindParamPolicy, field, string(st), "this status is not set, so it cannot be removed")
		}
		out = out.Without(st)
	}
	for _, st := range change.Add {
		if err := touchable(st, allowed, field); err != nil {
			return nil, err
		}
		if out.Has(st) {
			return nil, Errorf(KindParamPolicy, field, string(st), "this status is set already")
		}
		out = out.With(st)
	}
	return out, nil
}

func touchable(st Status, allowed []Status, field string) error {
	if slices.Contains(allowed, st) {
		return nil
	}
	if strings.HasPrefix(string(st), "server") {
		return Errorf(KindParamPolicy, field, string(st), "only the registry sets and removes server statuses")
	}
	return Errorf(KindParamPolicy, field, string(st), "this status cannot be set or removed by a command")
}

// StatusChange is what an update asks of an object's statuses. Texts holds the
// rationale of those that are added, where one was given.
type StatusChange struct {
	Add, Rem []Status
	Texts    StatusTexts
}

// StatusTexts holds why statuses were set, in the words of who set them (RFC 5731,
// Section 2.3).
type StatusTexts map[Status]StatusText

// StatusText is a rationale; Lang is empty for English.
type StatusText struct {
	Lang string `json:"lang,omitempty"`
	Text string `json:"text"`
}

// maxStatusText bounds a rationale, in octets.
const maxStatusText = 1000

// changed returns the texts after a change of statuses; the receiver is left alone.
func (t StatusTexts) changed(c StatusChange, prefix string) (StatusTexts, error) {
	out := maps.Clone(t)
	for _, st := range c.Rem {
		delete(out, st)
	}
	for _, st := range c.Add {
		text, ok := c.Texts[st]
		if !ok || text.Text == "" {
			continue
		}
		if len(text.Text) > maxStatusText {
			return nil, Errorf(KindParamPolicy, prefix+":status", string(st), "its explanation has more than %d octets", maxStatusText)
		}
		if out == nil {
			out = StatusTexts{}
		}
		out[st] = text
	}
	return out, nil
}

// adds reports whether any of the given statuses is to be set.
func (c StatusChange) adds(st ...Status) bool { return Statuses(c.Add).Has(st...) }

// Empty reports whether nothing is asked.
func (c StatusChange) Empty() bool { return len(c.Add) == 0 && len(c.Rem) == 0 }

// updateProhibited says why an object with these statuses cannot be updated, or
// nil. clientUpdateProhibited does not stand in the way of the update that
// removes it (RFC 5731, Section 2.3). The registry itself is bound only by
// pendingDelete.
func updateProhibited(have Statuses, change StatusChange, actor Actor, prefix string) error {
	if !actor.Operator && have.Has(ServerUpdateProhibited) {
		return prohibited(ServerUpdateProhibited, prefix)
	}
	if !actor.Operator && have.Has(ClientUpdateProhibited) && !slices.Contains(change.Rem, ClientUpdateProhibited) {
		return prohibited(ClientUpdateProhibited, prefix)
	}
	return nil
}

func prohibited(st Status, prefix string) *Error {
	return Errorf(KindStatus, prefix+":status", string(st), "the object's status %s prohibits the operation", st)
}
