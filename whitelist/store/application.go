package store

import (
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"cadastre/registry"
	"cadastre/registry/store"
)

// The states of an application.
const (
	Held     = "held"
	Approved = "approved"
	Denied   = "denied"
)

// Who an application came from.
const (
	FromRegistrar = "registrar"
	FromVerifier  = "verifier"
)

// StageUnasked is the stage of an application before its chain of verifiers: the
// target registry has not said yet that the name is free. A stage that equals the
// length of the chain is the one after it: all approved, and the target registry
// is asked once more.
const StageUnasked = -1

// Application is an application under one policy, as it is stored.
type Application struct {
	ID                int64
	Policy            string
	PolicyVersion     int // the grant (GrantedPolicy.Grant) under which its chain of verifiers is gone through
	Target            string
	Registrant        string // identifier, as sent
	RegistrantCountry string
	Registrar         string // account it is for; "" when none is known
	Agent             string // the registrar's identifier under the policy
	Sponsor           string // account that applied
	Source            string // FromRegistrar or FromVerifier
	Credentials       *Credentials
	CredHash          string // argon2id of the registrant's credential
	Evidence          json.RawMessage
	Mail              string
	State             string
	Stage             int // position in the chain of verifiers; see StageUnasked
	Reviews           []Review
	Reasons           []string
	ClTRID, SvTRID    string // of the command that applied
	Created, DecideBy time.Time
	Decided           time.Time // zero while held
	DecidedBy         string
	TryAt             time.Time // wall time of the next question to others; zero for none
	Tries             int
	Fault             string // why the last try failed
	Version           int
	Names             []string // whitelist names it rests on, sorted
}

// Credentials are kept in clear while an outside verifier must still be shown them.
type Credentials struct {
	Registrant registry.Credential `json:"registrant,omitzero"`
	Registrar  registry.Credential `json:"registrar,omitzero"`
}

// Review is one person's or system's word on an application.
type Review struct {
	By      string    `json:"by"`
	At      time.Time `json:"at"`
	Stage   int       `json:"stage"`
	Approve bool      `json:"approve"`
	Note    string    `json:"note,omitempty"`
	Grant   int       `json:"policy_version,omitempty"` // of the policy, under which it was said
}

// applicationColumns end with the names: they change only with the application's
// own state, so the lock on its row covers them.
const applicationColumns = `
	a.id, a.policy, a.policy_version, a.target, a.registrant, a.registrant_country, a.registrar, a.agent, a.sponsor, a.source,
	a.credential, a.cred_hash, a.evidence, a.mail, a.state, a.stage, a.reviews, a.reasons, a.cltrid, a.svtrid,
	a.created_at, a.decide_by, a.decided_at, a.decided_by, a.try_at, a.tries, a.fault, a.version,
	ARRAY (SELECT an.name FROM application_names an WHERE an.application_id = a.id ORDER BY an.name)`

func scanApplication(row pgx.CollectableRow) (*Application, error) {
	a := &Application{}
	var decided, try *time.Time
	err := row.Scan(&a.ID, &a.Policy, &a.PolicyVersion, &a.Target, &a.Registrant, &a.RegistrantCountry, &a.Registrar, &a.Agent,
		&a.Sponsor, &a.Source, &a.Credentials, &a.CredHash, &a.Evidence, &a.Mail, &a.State, &a.Stage, &a.Reviews, &a.Reasons,
		&a.ClTRID, &a.SvTRID, &a.Created, &a.DecideBy, &decided, &a.DecidedBy, &try, &a.Tries, &a.Fault, &a.Version, &a.Names)
	a.Created, a.DecideBy = a.Created.UTC(), a.DecideBy.UTC()
	a.Decided, a.TryAt = store.TimeOf(decided), store.TimeOf(try)
	return a, err
}

func collectApplications(rows pgx.Rows) ([]*Application, error) {
	return pgx.CollectRows(rows, scanApplication)
}

// applicationState is what history keeps of an application: no credential and no
// hash of one.
type applicationState struct {
	Policy     string          `json:"policy"`
	Target     string          `json:"target"`
	Registrant string          `json:"registrant"`
	Registrar  string          `json:"registrar,omitempty"`
	Agent      string          `json:"agent,omitempty"`
	Sponsor    string          `json:"sponsor"`
	Source     string          `json:"source"`
	State      string          `json:"state"`
	Stage      int             `json:"stage"`
	Reviews    []Review        `json:"reviews,omitempty"`
	Reasons    []string        `json:"reasons,omitempty"`
	Evidence   json.RawMessage `json:"evidence,omitempty"`
	DecideBy   time.Time       `json:"decide_by"`
	DecidedBy  string          `json:"decided_by,omitempty"`
	Names      []string        `json:"names"`
}

func stateOf(a *Application) applicationState {
	return applicationState{
		Policy: a.Policy, Target: a.Target, Registrant: a.Registrant, Registrar: a.Registrar, Agent: a.Agent, Sponsor: a.Sponsor,
		Source: a.Source, State: a.State, Stage: a.Stage, Reviews: a.Reviews, Reasons: a.Reasons, Evidence: a.Evidence,
		DecideBy: a.DecideBy, DecidedBy: a.DecidedBy, Names: a.Names,
	}
}
