package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// chaosBooks is what both registries have on record, read from their databases.
type chaosBooks struct {
	applications map[string]*bookedApplication // by id
	names        map[string][]*bookedName      // by whitelist name, one after the other
	domains      map[string][]bookedLine       // history of target names
	published    map[string]string             // whitelist name to its TXT record
	current      map[string]time.Time          // whitelist name that is published now to its expiry
	waiting      map[string]chaosMessage       // messages that nobody has removed
	holders      map[string]chaosHolder        // of target names that are registered
	pruned       []string                      // "NAME expired on TIME", of every one that was pruned
	figures      string
}

// chaosHolder is for whom, and through whom, a target name is registered.
type chaosHolder struct{ person, registrar string }

// bookedLine is a line of an object's history.
type bookedLine struct {
	ObjectID int64
	Version  int
	Kind     string
	Name     string
	At       time.Time
	Action   string
	ClTRID   string
	State    json.RawMessage
}

// bookedApplication is an application with how it began.
type bookedApplication struct {
	ID, Policy, Target, Registrant, Sponsor, State, ClTRID, DecidedBy string

	Created, Decided time.Time
	begun            string // state at its first line
	names            []string
}

const sqlBookedLines = `SELECT object_id, version, kind, name, at, action, cltrid, state FROM history
	WHERE kind = ANY ($1) ORDER BY object_id, version`

func bookedLines(ctx context.Context, tx pgx.Tx, kinds ...string) ([]bookedLine, error) {
	rows, err := tx.Query(ctx, sqlBookedLines, kinds)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[bookedLine])
}

// readBooks reads a box's database as it is at one instant.
func (b *chaosBox) readBooks(t *testing.T, steps ...func(context.Context, pgx.Tx) error) {
	t.Helper()
	ctx := t.Context()
	conn, err := pgx.Connect(ctx, b.info.Database.DSN)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx) //nolint:errcheck // it was only read
	err = pgx.BeginTxFunc(ctx, conn, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		for _, step := range steps {
			if err := step(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// read reads the books anew.
func (b *chaosBooks) read(t *testing.T, whitelist, target *chaosBox) {
	t.Helper()
	*b = chaosBooks{figures: b.figures}
	whitelist.readBooks(t, b.readApplications, b.readNames, b.readPublished, b.readMessages)
	target.readBooks(t, b.readDomains)
}

const sqlBookedApplications = `SELECT id::text, policy, target, registrant, sponsor, state, cltrid, decided_by, created_at,
	coalesce(decided_at, 'epoch') FROM applications`

func (b *chaosBooks) readApplications(ctx context.Context, tx pgx.Tx) error {
	b.applications = map[string]*bookedApplication{}
	rows, err := tx.Query(ctx, sqlBookedApplications)
	if err != nil {
		return err
	}
	_, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (a bookedApplication, err error) {
		err = row.Scan(&a.ID, &a.Policy, &a.Target, &a.Registrant, &a.Sponsor, &a.State, &a.ClTRID, &a.DecidedBy, &a.Created, &a.Decided)
		b.applications[a.ID] = &a
		return a, err
	})
	if err != nil {
		return err
	}
	lines, err := bookedLines(ctx, tx, "application")
	for _, l := range lines {
		var state struct {
			State string   `json:"state"`
			Names []string `json:"names"`
		}
		if err := json.Unmarshal(l.State, &state); err != nil {
			return err
		}
		a := b.applications[fmt.Sprint(l.ObjectID)]
		if a == nil {
			return fmt.Errorf("history has the application %d, which is gone", l.ObjectID)
		}
		if l.Version == 1 {
			a.begun, a.names = state.State, state.Names
		}
	}
	return err
}

const sqlBookedPublished = `SELECT n.name, n.target, n.registrant, n.agent, n.cred_hash, n.expires_at FROM whitelist_names n WHERE n.state = 'published'`

// readPublished reads what DNS has to show, and writes the records anew.
func (b *chaosBooks) readPublished(ctx context.Context, tx pgx.Tx) error {
	b.published, b.current = map[string]string{}, map[string]time.Time{}
	rows, err := tx.Query(ctx, sqlBookedPublished)
	if err != nil {
		return err
	}
	var name, target, registrant, agent, cred string
	var expires time.Time
	_, err = pgx.ForEachRow(rows, []any{&name, &target, &registrant, &agent, &cred, &expires}, func() error {
		text := "v=wl1; target=" + target
		if registrant != "" {
			text += "; registrant=" + registrant
		}
		if agent != "" {
			text += "; registrar=" + agent
		}
		text += "; until=" + expires.UTC().Format(time.RFC3339)
		if cred != "" {
			text += "; cred=" + cred
		}
		b.published[name], b.current[name] = text, expires
		return nil
	})
	return err
}

const sqlBookedMessages = `SELECT id::text, registrar, text, coalesce(pending->>'application', ''), coalesce(pending->>'status', '') FROM poll_messages`

func (b *chaosBooks) readMessages(ctx context.Context, tx pgx.Tx) error {
	b.waiting = map[string]chaosMessage{}
	rows, err := tx.Query(ctx, sqlBookedMessages)
	if err != nil {
		return err
	}
	var id string
	var m chaosMessage
	_, err = pgx.ForEachRow(rows, []any{&id, &m.registrar, &m.text, &m.application, &m.status}, func() error {
		b.waiting[id] = m
		return nil
	})
	return err
}

func (b *chaosBooks) readDomains(ctx context.Context, tx pgx.Tx) error {
	b.domains = map[string][]bookedLine{}
	lines, err := bookedLines(ctx, tx, "domain")
	if err != nil {
		return err
	}
	count := 0
	for _, l := range lines {
		if _, controlled := policyFor(l.Name); controlled {
			b.domains[l.Name] = append(b.domains[l.Name], l)
			if l.Action == "create" {
				count++
			}
		}
	}
	b.figures += fmt.Sprintf(", %d target names registered", count)
	return nil
}

// domainState is what the target registry keeps of a name.
func (l bookedLine) domainState() (registrar, registrant string) {
	var s struct{ Registrar, Registrant string }
	if err := json.Unmarshal(l.State, &s); err != nil {
		return "", strings.ToValidUTF8(string(l.State), "?")
	}
	return s.Registrar, s.Registrant
}
