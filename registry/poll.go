package registry

import (
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
}

// Availability answers one name or id of a check command. Reason says why
// it is not available, or what else is needed.
type Availability struct {
	Name      string
	Available bool
	Reason    string
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
	if strings.IndexFunc(s, func(r rune) bool { return r >= 'A' && r <= 'Z' }) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
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
	ROID string
}
