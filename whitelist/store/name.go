package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"cadastre/registry"
	"cadastre/registry/store"
)

// Published is the state of a name that DNS shows; Held is the other.
const Published = "published"

// Name is a whitelist name, as it is stored.
type Name struct {
	Name       string
	ID         int64
	ZoneID     int64
	Policy     string
	Target     string
	Registrant string // identifier; "" when the name is not about the registrant
	Agent      string // the registrar's identifier; "" when it is not about the registrar
	Registrar  string // the registrar's account, where known
	Sponsor    string // account that applied for it, or entered it
	CredHash   string
	State      string
	Created    time.Time
	Published  time.Time // zero while held
	Expires    time.Time // zero while held
	Version    int
	Holders    []Holder // applications it rests on
}

// Holder is an application that a name rests on.
type Holder struct {
	Application int64
	State       string
	Sponsor     string
	CredHash    string
}

// Credential is the hash of the credential that the name stands for, or will when it
// is published; "" for none. All applications it rests on were made with the same one.
func (n *Name) Credential() string {
	if n.State == Published || n.Registrant == "" {
		return n.CredHash
	}
	for _, h := range n.Holders {
		if h.State == Held {
			return h.CredHash
		}
	}
	return ""
}

// Held says whether an undecided application rests on the name.
func (n *Name) Held() bool {
	return slices.ContainsFunc(n.Holders, func(h Holder) bool { return h.State == Held })
}

// Release takes an application from those the name rests on. It changes what is
// known here, not what is stored.
func (n *Name) Release(application int64) {
	n.Holders = slices.DeleteFunc(n.Holders, func(h Holder) bool { return h.Application == application })
}

// Expired says whether the name is published and past its time.
func (n *Name) Expired(now time.Time) bool { return n.State == Published && !n.Expires.After(now) }

const nameColumns = `
	n.name, n.id, n.zone_id, n.policy, n.target, n.registrant, n.agent, n.registrar, n.sponsor, n.cred_hash, n.state,
	n.created_at, n.published_at, n.expires_at, n.version`

func scanName(row pgx.CollectableRow) (*Name, error) {
	n := &Name{}
	var published, expires *time.Time
	err := row.Scan(&n.Name, &n.ID, &n.ZoneID, &n.Policy, &n.Target, &n.Registrant, &n.Agent, &n.Registrar, &n.Sponsor, &n.CredHash,
		&n.State, &n.Created, &published, &expires, &n.Version)
	n.Created, n.Published, n.Expires = n.Created.UTC(), store.TimeOf(published), store.TimeOf(expires)
	return n, err
}

const (
	sqlNames = `SELECT ` + nameColumns + ` FROM whitelist_names n WHERE n.name = ANY ($1)`

	sqlHolders = `
		SELECT an.name, a.id, a.state, a.sponsor, a.cred_hash FROM application_names an JOIN applications a ON a.id = an.application_id
		WHERE an.name = ANY ($1) ORDER BY a.id`

	sqlTakenNames = `SELECT name FROM whitelist_names WHERE name = ANY ($1)`
)

// ReadName reads a whitelist name with the applications it rests on; KindNotFound
// when there is none.
func ReadName(ctx context.Context, st *store.Store, name string) (*Name, error) {
	names, err := ReadNames(ctx, st, []string{name})
	if err != nil {
		return nil, err
	}
	if names[name] == nil {
		return nil, NoName(name)
	}
	return names[name], nil
}

// ReadNames reads those of the whitelist names that exist, with the applications they
// rest on.
func ReadNames(ctx context.Context, st *store.Store, names []string) (map[string]*Name, error) {
	rows, err := st.Query(ctx, sqlNames, names)
	if err != nil {
		return nil, fmt.Errorf("whitelist names: %w", err)
	}
	list, err := pgx.CollectRows(rows, scanName)
	if err != nil {
		return nil, fmt.Errorf("whitelist names: %w", err)
	}
	out := make(map[string]*Name, len(list))
	for _, n := range list {
		out[n.Name] = n
	}
	if len(out) == 0 {
		return out, nil
	}
	if rows, err = st.Query(ctx, sqlHolders, names); err != nil {
		return nil, fmt.Errorf("whitelist names: %w", err)
	}
	if err := scanHolders(rows, out); err != nil {
		return nil, fmt.Errorf("whitelist names: %w", err)
	}
	return out, nil
}

// NoName is the answer for a whitelist name that does not exist.
func NoName(name string) error {
	return registry.Errorf(registry.KindNotFound, "domain:name", name, "the object does not exist")
}

func scanHolders(rows pgx.Rows, names map[string]*Name) error {
	var name string
	var h Holder
	_, err := pgx.ForEachRow(rows, []any{&name, &h.Application, &h.State, &h.Sponsor, &h.CredHash}, func() error {
		if n := names[name]; n != nil {
			n.Holders = append(n.Holders, h)
		}
		return nil
	})
	return err
}

// TakenNames says which of the whitelist names are held or published.
func TakenNames(ctx context.Context, st *store.Store, names []string) (map[string]bool, error) {
	rows, err := st.Query(ctx, sqlTakenNames, names)
	if err != nil {
		return nil, fmt.Errorf("whitelist names: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("whitelist names: %w", err)
	}
	out := make(map[string]bool, len(found))
	for _, n := range found {
		out[n] = true
	}
	return out, nil
}
