package desk

import (
	"context"
	"time"

	"cadastre/registry"
)

// Targets knows which target names are registered: in the registry's own store, or
// at target registries that are asked over the network. It is called outside
// transactions only.
type Targets interface {
	// Registered says of each target name whether it is registered now; a name in
	// redemption or pending delete counts as registered. Names that could not be
	// asked about, because no target registry is known for them or it did not
	// answer, are absent from the answer; err then says why. Answers for the other
	// names hold nevertheless.
	Registered(ctx context.Context, names []string) (map[string]bool, error)
}

// Status of an application or a whitelist name as protocols show it.
const (
	StatusPending  = "pending"
	StatusApproved = "approved"
	StatusDenied   = "denied"
)

// ApplyRequest asks for pre-approval of a target name.
type ApplyRequest struct {
	Target      string
	Preapproval registry.Preapproval
	Evidence    Evidence
}

// Evidence is what came with an application and decides nothing by itself.
type Evidence struct {
	Period            string            `json:"period,omitempty"`     // such as "2y"
	Registrant        string            `json:"registrant,omitempty"` // contact id
	Contacts          map[string]string `json:"contacts,omitempty"`   // role to contact id
	RegistrarIdentity string            `json:"registrar_credential_type,omitempty"`
	Mail              string            `json:"mail,omitempty"` // where the registrant is told, from a verifier
}

// Application is an application as its parties may see it. It holds no credential.
type Application struct {
	ID         string    `json:"application"`
	Policy     string    `json:"policy"`
	Overseer   string    `json:"overseer"`
	Target     string    `json:"target"`
	Registrant string    `json:"registrant"`
	Registrar  string    `json:"registrar,omitempty"` // account
	Agent      string    `json:"registrar_id,omitempty"`
	Sponsor    string    `json:"sponsor"`
	Source     string    `json:"source"` // "registrar" or "verifier"
	Status     string    `json:"status"`
	Waiting    string    `json:"waiting,omitempty"` // for whom: "rules", "a person", "a second person", "the outside verifier", "the target registry"
	Names      []string  `json:"names"`
	Expires    time.Time `json:"expires,omitzero"`
	Reasons    []string  `json:"reasons,omitempty"`
	Credential string    `json:"credential,omitempty"` // its type, never its value
	Evidence   Evidence  `json:"evidence,omitzero"`
	Reviews    []Review  `json:"reviews,omitempty"`
	Created    time.Time `json:"created"`
	DecideBy   time.Time `json:"decide_by"`
	Decided    time.Time `json:"decided,omitzero"`
	DecidedBy  string    `json:"decided_by,omitempty"`
	Tries      int       `json:"tries,omitempty"`
	Fault      string    `json:"fault,omitempty"`
}

// Review is one person's or system's word on an application.
type Review struct {
	By      string    `json:"by"`
	At      time.Time `json:"at"`
	Stage   int       `json:"stage"`
	Approve bool      `json:"approve"`
	Note    string    `json:"note,omitempty"`
}

// EnterRequest writes entries without an application (C-80, C-110).
type EnterRequest struct {
	Name string // the whitelist name
	// Target, Registrant and Registrar are given with op="enter"; else all are empty
	// and read off the name by the policy's form.
	Target, Registrant, Registrar string
}

// Name is a whitelist name as domain:info shows it.
type Name struct {
	Name          string
	ROID          string
	Application   string // "" when none, or several
	Status        string // pending or approved
	Target        string
	Registrant    string
	Registrar     string // the registrar's identifier under the policy
	Policy        string
	Sponsor       string // account
	Created       time.Time
	Published     time.Time
	Expires       time.Time // zero while pending
	HasCredential bool
}

// Decision of an application by a person, a verifier or the outside system.
type Decision struct {
	Approve bool
	Pending bool // the outside system needs more time
	Reason  string
	By      string // who decides: a person's name or an account
}

// ApplicationFilter selects applications; empty members select all.
type ApplicationFilter struct {
	Policy, Status, Target string
	Limit                  int
}
