package registry

import (
	"fmt"
	"strings"
	"time"
)

// PollMessage is a service message waiting for a registrar (RFC 5730,
// Section 2.9.2.3).
type PollMessage struct {
	ID     int64
	Queued time.Time
	Text   string
	Lang   string // "en"
	// Pending is how an action ended that had been answered with 1001; nil for
	// other messages.
	Pending *PendingAction
	Data    PollData
	// Object is what Data.Change shows, as it was then: *DomainView, *HostView or
	// *ContactView. Of Data.Expiry it is a *DomainView with what the notice tells; nil for
	// other messages.
	Object any
}

// PollData is what a message tells in structured form; at most one member is set.
type PollData struct {
	Transfer *TransferView `json:"transfer,omitempty"` // RFC 5731, Section 3.1.3
	Change   *Change       `json:"change,omitempty"`   // RFC 8590

	Maintenance *MaintenanceNotice `json:"maintenance,omitempty"` // RFC 9167
	Expiry      *ExpiryNotice      `json:"expiry,omitempty"`      // a domain expires soon
}

// TransferView is a transfer as the registrars on both sides see it.
type TransferView struct {
	Object string `json:"object"` // "domain" or "contact"
	Name   string `json:"name"`   // of the domain, or the contact's id
	Transfer
}

// Text tells the transfer in plain words, for a service message to either registrar.
func (v TransferView) Text() string {
	what := map[TransferStatus]string{
		TransferPending: "requested; it is approved on " + v.ActBy.UTC().Format(time.RFC3339) + " unless " + v.Losing + " rejects it",
		ClientApproved:  "approved by " + v.Losing,
		ClientRejected:  "rejected by " + v.Losing,
		ClientCancelled: "cancelled by " + v.Gaining,
		ServerApproved:  "approved by the registry",
		ServerCancelled: "cancelled by the registry",
	}[v.Status]
	return fmt.Sprintf("Transfer of %s from %s to %s %s", v.Name, v.Losing, v.Gaining, what)
}

// Availability answers one name or id of a check command. Reason says why
// it is not available, or what else is needed.
type Availability struct {
	Name      string
	Available bool
	Reason    string
	Quote     *Quote // nil where prices were not asked for
}

// MaxCheckItems bounds one check command: more than this in one frame is a scan
// of the zone, not a question.
const MaxCheckItems = 100

// CheckCount refuses an over-long check with 2306.
func CheckCount(n int, field string) error {
	if n > MaxCheckItems {
		return Errorf(KindParamPolicy, field, "", "at most %d objects are checked in one command", MaxCheckItems)
	}
	return nil
}

// Fold lowers ASCII letters and nothing else, as DNS compares names (RFC 4343):
// Unicode has letters elsewhere whose lower case is ASCII.
func Fold(s string) string {
	for i := range len(s) {
		if s[i] >= 'A' && s[i] <= 'Z' { // most names have none
			return strings.Map(func(r rune) rune {
				if r >= 'A' && r <= 'Z' {
					return r + 'a' - 'A'
				}
				return r
			}, s)
		}
	}
	return s
}

// ContactView is a contact with what an info answer adds to it.
type ContactView struct {
	*Contact
	ROID        string
	Sponsor     bool // the asker may see what contactKind-1.0 shows to the sponsor alone
	AuthInfoSet bool // shown to the sponsor alone (RFC 9154, Section 3)
}

// HostView is a host with what an info answer adds to it.
type HostView struct {
	*Host
	ROID     string
	Settings *Zone // of the zone it lies in; nil for an external host
}
