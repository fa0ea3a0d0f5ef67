package desk

import (
	"context"
	"time"

	"cadastre/registry"
	"cadastre/whitelist"
)

// Policy is a stored policy with its state; its documents hold no secrets.
type Policy struct {
	ID       string            `json:"id"`
	State    string            `json:"state"` // proposed, granted, refused, withdrawn
	Reason   string            `json:"reason,omitempty"`
	Version  int               `json:"version"`
	Added    time.Time         `json:"added"`
	Granted  time.Time         `json:"granted,omitzero"`
	PrunedAt time.Time         `json:"pruned,omitzero"`
	PruneAt  time.Time         `json:"prune_due,omitzero"`
	Document *whitelist.Policy `json:"document"`           // the granted one, else the proposed
	Proposed *whitelist.Policy `json:"proposed,omitempty"` // waiting beside a granted one
	Held     int               `json:"held"`               // applications undecided
	Names    int               `json:"names"`              // published
}

// AddPolicy stores a policy as proposed, or a new version beside the granted one;
// it controls nothing until granted.
func (d *Desk) AddPolicy(ctx context.Context, actor registry.Actor, document []byte) (*Policy, error) {
	panic("to be built")
}

// GrantPolicy makes the proposed document control registrations, and charges the fee.
// Every process obeys within PolicyLife.
func (d *Desk) GrantPolicy(ctx context.Context, actor registry.Actor, id string) (*Policy, error) {
	panic("to be built")
}

// WithdrawPolicy ends control, or refuses what is only proposed; reason is kept.
// Applications under it are denied; entries stay until they expire.
func (d *Desk) WithdrawPolicy(ctx context.Context, actor registry.Actor, id, reason string) (*Policy, error) {
	panic("to be built")
}

// RemovePolicy deletes a policy that is not granted and has neither held
// applications nor names; else 2305.
func (d *Desk) RemovePolicy(ctx context.Context, actor registry.Actor, id string) error {
	panic("to be built")
}

// Policies lists all, by id.
func (d *Desk) Policies(ctx context.Context) ([]*Policy, error) { panic("to be built") }

// ShowPolicy shows one; 2303 when there is none.
func (d *Desk) ShowPolicy(ctx context.Context, id string) (*Policy, error) { panic("to be built") }

// Test explains for a registration which policies bite and which whitelist names
// result (a granted policy bites; a proposed one would).
func (d *Desk) Test(ctx context.Context, r whitelist.Registration) ([]TestResult, error) {
	panic("to be built")
}

// TestResult is one policy's part in Test.
type TestResult struct {
	Policy   string   `json:"policy"`
	State    string   `json:"state"`
	Overseer string   `json:"overseer"`
	Controls bool     `json:"controls"`
	Names    []string `json:"names,omitempty"`
	Verdict  string   `json:"verdict,omitempty"` // of the built-in rules, where the chain begins with them
	Fault    string   `json:"fault,omitempty"`   // why no name results
}

// PolicyLife bounds how long a process goes on with policies that were changed
// elsewhere.
const PolicyLife = 200 * time.Millisecond

// IssueToken makes a new bearer token for a verifier's account and returns it, once;
// the older ones stop working.
func (d *Desk) IssueToken(ctx context.Context, actor registry.Actor, account string) (token string, err error) {
	panic("to be built")
}

// AccountOfToken finds the verifier's account of a bearer token; 2200 when there is
// none or the account is suspended.
func (d *Desk) AccountOfToken(ctx context.Context, token string) (account string, err error) {
	panic("to be built")
}
