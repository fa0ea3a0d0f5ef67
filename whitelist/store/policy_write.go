package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"cadastre/registry/store"
	"cadastre/whitelist"
)

// Procedure is a fingerprint of how a policy makes whitelist names. Names made by
// one procedure mean nothing under another.
func Procedure(p *whitelist.Policy) (string, error) {
	data, err := json.Marshal(struct {
		Zone, RegistrarAs string
		Forms             []whitelist.Form
		Hash              whitelist.Hash
		Key               []byte
	}{p.Zone, p.RegistrarAs, p.Forms, p.Hash, p.Key})
	if err != nil {
		return "", fmt.Errorf("policy %s: %w", p.ID, err)
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}

// Same says whether two documents say the same, secrets included.
func Same(a, b *whitelist.Policy) (bool, error) {
	if a == nil || b == nil {
		return a == b, nil
	}
	x, err := json.Marshal(a)
	if err != nil {
		return false, fmt.Errorf("policy %s: %w", a.ID, err)
	}
	y, err := json.Marshal(b)
	if err != nil {
		return false, fmt.Errorf("policy %s: %w", b.ID, err)
	}
	return string(x) == string(y), nil
}

const (
	sqlInsertPolicy = `
		INSERT INTO policies (name, id, account, zone, granted, proposed, procedure, state, reason, added_at, granted_at, granted_version,
			prune_at, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1)`

	sqlUpdatePolicy = `
		UPDATE policies SET account = $2, zone = $3, granted = $4, proposed = $5, procedure = $6, state = $7, reason = $8,
		       granted_at = $9, granted_version = $10, prune_at = $11, version = $12
		WHERE name = $1`

	sqlDeletePolicy = `DELETE FROM policies WHERE name = $1`
)

// InsertPolicy adds a policy, setting its id and version, with a line of history;
// KindExists when somebody else was first.
func InsertPolicy(ctx context.Context, tx *store.Tx, p *PolicyRow) (err error) {
	if p.ID, err = tx.NewID(ctx); err != nil {
		return err
	}
	granted, proposed, err := p.documents()
	if err != nil {
		return err
	}
	p.Version, p.Added = 1, tx.Now
	doc := p.Document()
	tx.Write("policy", p.Name, sqlInsertPolicy, p.Name, p.ID, doc.VerifierAccount(), doc.Zone, granted, proposed, p.Procedure,
		p.State, p.Reason, p.Added, store.NullTime(p.GrantedAt), p.Grant, store.NullTime(p.PruneAt))
	return p.record(tx, "add")
}

// UpdatePolicy stores a policy that LockPolicy gave, raising its version, with a
// line of history.
func UpdatePolicy(tx *store.Tx, p *PolicyRow, action string) error {
	granted, proposed, err := p.documents()
	if err != nil {
		return err
	}
	p.Version++
	doc := p.Document()
	tx.Write("policy", p.Name, sqlUpdatePolicy, p.Name, doc.VerifierAccount(), doc.Zone, granted, proposed, p.Procedure,
		p.State, p.Reason, store.NullTime(p.GrantedAt), p.Grant, store.NullTime(p.PruneAt), p.Version)
	return p.record(tx, action)
}

// DeletePolicy removes a policy that LockPolicy gave; its history stays.
func DeletePolicy(tx *store.Tx, p *PolicyRow) error {
	p.Version++
	tx.Write("policy", p.Name, sqlDeletePolicy, p.Name)
	return p.record(tx, "remove")
}

// documents are the two documents as they are stored; nil for none.
func (p *PolicyRow) documents() (granted, proposed []byte, err error) {
	for _, one := range []struct {
		from *whitelist.Policy
		to   *[]byte
	}{{p.Granted, &granted}, {p.Proposed, &proposed}} {
		if one.from == nil {
			continue
		}
		if *one.to, err = json.Marshal(one.from); err != nil {
			return nil, nil, fmt.Errorf("policy %s: %w", p.Name, err)
		}
	}
	return granted, proposed, nil
}

// policyState is what history keeps of a policy: no secrets.
type policyState struct {
	State    State             `json:"state"`
	Reason   string            `json:"reason,omitempty"`
	Granted  *whitelist.Policy `json:"granted,omitempty"`
	Proposed *whitelist.Policy `json:"proposed,omitempty"`
}

func (p *PolicyRow) record(tx *store.Tx, action string) error {
	return tx.Record(store.HistoryRecord{
		ObjectID: p.ID, Version: p.Version, Kind: "policy", Name: p.Name, Action: action,
		State: policyState{State: p.State, Reason: p.Reason, Granted: public(p.Granted), Proposed: public(p.Proposed)},
	})
}

func public(p *whitelist.Policy) *whitelist.Policy {
	if p == nil {
		return nil
	}
	return p.Public()
}
