package registry

import (
	"encoding/json"
	"time"
)

// Change is a change that the registry made itself (RFC 8590).
type Change struct {
	Object    string    `json:"object"` // "domain", "host" or "contact"
	Name      string    `json:"name"`
	Operation string    `json:"operation"`    // "update", "delete", "autoRenew", …
	Op        string    `json:"op,omitempty"` // finer, where the operation has kinds ("purge", "request")
	At        time.Time `json:"at"`
	SvTRID    string    `json:"svtrid"`
	Who       string    `json:"who"`
	Case      *Case     `json:"case,omitempty"`
	Reason    string    `json:"reason,omitempty"`
	// State is the object afterwards, or before where it is gone, as history keeps it.
	State  json.RawMessage `json:"state,omitempty"`
	Before bool            `json:"before,omitempty"`
}

// Operations of a Change (RFC 8590, Section 2.1). A custom one is named by Op.
const (
	ChangeUpdate    = "update"
	ChangeDelete    = "delete" // Op is OpPurge where the object is gone at once
	ChangeRestore   = "restore"
	ChangeAutoRenew = "autoRenew"
	ChangeAutoPurge = "autoPurge"
	ChangeCustom    = "custom"

	OpPurge = "purge"
)

// Case is the dispute that a change belongs to (RFC 8590, Section 3.1.2).
type Case struct {
	Type string `json:"type"` // "udrp", "urs", or another name
	ID   string `json:"id"`
}

// maxCaseID bounds the parts of a case, in characters.
const maxCaseID = 64

// CheckCase refuses a case that a message could not carry.
func (c *Case) CheckCase(field string) error {
	for _, part := range []string{c.Type, c.ID} {
		if part == "" || len(part) > maxCaseID {
			return Errorf(KindValue, field, part, "a case has a type and an id of 1 to %d characters", maxCaseID)
		}
		for i := range len(part) {
			if part[i] < ' ' || part[i] > '~' {
				return Errorf(KindValue, field, part, "a case is written in ASCII")
			}
		}
	}
	return nil
}
