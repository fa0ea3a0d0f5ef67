package desk

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

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

// Metrics counts what the desk does (names begin cadastre_whitelist_).
type Metrics struct{}

// NewMetrics registers the metrics; nil registers nothing.
func NewMetrics(r prometheus.Registerer) *Metrics { return &Metrics{} }

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

// Apply applies for pre-approval (C-22 to C-36): one application under each policy
// that controls the registration. Errors: 2001-2005 for the request, 2306 when no
// policy controls it, 2302 when the target is registered or the whitelist names are
// all held or registered, 2308 when a rule denies at once.
func (d *Desk) Apply(ctx context.Context, actor registry.Actor, req ApplyRequest) ([]*Application, error) {
	panic("to be built")
}

// Announce is Apply by a verifier for a direct application (C-110, C-111): held until
// the verifier decides; rules and other verifiers of the chain are not asked. registrar is
// an IANA number or account id, and must be known when a form needs it. policy may be
// empty when the account has one policy only.
func (d *Desk) Announce(ctx context.Context, actor registry.Actor, policy string, req ApplyRequest) (*Application, error) {
	panic("to be built")
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

// Enter writes a whitelist name by a verifier's own create; 2201 outside its scope
// or by a registrar.
func (d *Desk) Enter(ctx context.Context, actor registry.Actor, req EnterRequest) (*Name, error) {
	panic("to be built")
}

// DeleteName removes an entry by its policy's verifier; 2201 for others, 2304 while
// applications for it are undecided.
func (d *Desk) DeleteName(ctx context.Context, actor registry.Actor, name string) error {
	panic("to be built")
}

// InfoName shows a whitelist name to the applying registrar, the policy's verifier
// and the operator; 2201 to others, 2303 when there is none. credential, when not
// nil, must match the entry's (2202): so a target registry asks over EPP.
func (d *Desk) InfoName(ctx context.Context, actor registry.Actor, name string, credential *string) (*Name, error) {
	panic("to be built")
}

// Runs says whether a canonical name lies at or below a whitelist zone of this registry.
func (d *Desk) Runs(ctx context.Context, name string) (bool, error) { panic("to be built") }

// CheckNames answers domain:check for names in whitelist zones: held and published
// names are taken.
func (d *Desk) CheckNames(ctx context.Context, actor registry.Actor, names []string) ([]registry.Availability, error) {
	panic("to be built")
}

// Decision of an application by a person, a verifier or the outside system.
type Decision struct {
	Approve bool
	Pending bool // the outside system needs more time
	Reason  string
	By      string // who decides: a person's name or an account
}

// Decide carries out a decision by hand (operator) or by a policy's verifier. The
// application's status says what came of it: still pending when another verifier of
// the chain, a second person or the target registry must have its say first. 2303
// unknown, 2201 not this verifier's, 2304 decided already.
func (d *Desk) Decide(ctx context.Context, actor registry.Actor, id string, dec Decision) (*Application, error) {
	panic("to be built")
}

// ApplicationFilter selects applications; empty members select all.
type ApplicationFilter struct {
	Policy, Status, Target string
	Limit                  int
}

// Applications lists applications, oldest first, for the operator or a verifier
// (its own policies only).
func (d *Desk) Applications(ctx context.Context, actor registry.Actor, f ApplicationFilter) ([]*Application, error) {
	panic("to be built")
}

// ShowApplication shows one to the operator, the policy's verifier, or who applied.
func (d *Desk) ShowApplication(ctx context.Context, actor registry.Actor, id string) (*Application, error) {
	panic("to be built")
}

// Work does what is to be done now: asks outside verifiers and target registries,
// denies what was not decided in time. It returns how many applications it moved.
func (d *Desk) Work(ctx context.Context) (int, error) { panic("to be built") }

// Prune runs the pruning of every policy that is due (C-114 to C-123) and returns
// how many names it removed.
func (d *Desk) Prune(ctx context.Context) (int, error) { panic("to be built") }

// SettleBy works and prunes until nothing is left that fell due by the instant at
// and needs no one else.
func (d *Desk) SettleBy(ctx context.Context, at time.Time) error { panic("to be built") }

// Run works and prunes, every second and whenever something was applied for or the
// clock is moved, until ctx ends.
func (d *Desk) Run(ctx context.Context) { panic("to be built") }
