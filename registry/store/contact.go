package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cadastre/registry"
)

const contactColumns = `
	c.id, c.handle, c.registrar, c.kind, coalesce(r.handle, ''), coalesce(c.real_id, 0), c.postal, c.voice, c.fax, c.email,
	c.secondary_email, c.emergency, c.identifier, c.disclose, c.statuses, c.status_texts, c.auth_salt, c.auth_hash, c.auth_set_at,
	c.created_at, c.created_by, c.updated_at, c.updated_by, c.transferred_at, c.transfer, c.addl_email, c.version, `

// contactLinked says whether anything uses the contact at the instant $2: a domain that was
// purged by then does not, though its row may still be there. Commands that only refer to
// the contact do not ask.
const contactLinked = `
	EXISTS (SELECT 1 FROM domains d WHERE d.registrant = c.id AND ` + kept + `)
	OR EXISTS (SELECT 1 FROM domain_contacts dc JOIN domains d ON d.id = dc.domain_id
	           WHERE dc.contact_id = c.id AND ` + kept + `)
	OR EXISTS (SELECT 1 FROM contacts p WHERE p.real_id = c.id)`

const (
	sqlContact      = `SELECT ` + contactColumns + contactLinked + ` FROM contacts c LEFT JOIN contacts r ON r.id = c.real_id WHERE c.handle = $1`
	sqlLockContact  = `SELECT id FROM contacts WHERE handle = $1 FOR UPDATE`
	sqlShareContact = `SELECT ` + contactColumns + `false FROM contacts c LEFT JOIN contacts r ON r.id = c.real_id
		WHERE c.id = $1 FOR KEY SHARE OF c`
)

func scanContact(row pgx.Row) (*registry.Contact, error) {
	c := &registry.Contact{}
	var statuses []string
	var authSet, updated, transferred *time.Time
	err := row.Scan(&c.ID, &c.Handle, &c.Registrar, &c.Kind, &c.RealContact, &c.RealID, &c.Postal, &c.Voice, &c.Fax, &c.Email,
		&c.SecondaryEmail, &c.Emergency, &c.Identifier, &c.Disclose, &statuses, &c.StatusTexts, &c.AuthInfo.Salt, &c.AuthInfo.Hash, &authSet,
		&c.Created, &c.CreatedBy, &updated, &c.UpdatedBy, &transferred, &c.Transfer, &c.AddlEmail, &c.Version, &c.Linked)
	if err != nil {
		return nil, err
	}
	c.Statuses = registry.StatusesOf(statuses)
	c.AuthInfo.Set, c.Updated, c.Transferred = TimeOf(authSet), TimeOf(updated), TimeOf(transferred)
	c.Created = c.Created.UTC()
	return c, nil
}

// Contact reads a contact as it is used at an instant; KindNotFound when there is none.
func (s *Store) Contact(ctx context.Context, handle string, at time.Time) (*registry.Contact, error) {
	c, err := scanContact(s.pool.QueryRow(ctx, sqlContact, handle, at))
	return c, missing(err, "contact:id", handle)
}

// LockContact locks a contact and reads it for a change.
func (tx *Tx) LockContact(ctx context.Context, handle string) (c *registry.Contact, err error) {
	var id int64
	b := &pgx.Batch{}
	queueLock(b, &id, sqlLockContact, handle)
	b.Queue(sqlContact, handle, tx.Now).QueryRow(func(row pgx.Row) error {
		c, err = scanContact(row)
		return err
	})
	err = tx.read(ctx, b)
	if err == nil && c.ID != id {
		return nil, errStale
	}
	return c, missing(err, "contact:id", handle)
}

// ShareContact reads a contact by its row id and keeps it from changing.
func (tx *Tx) ShareContact(ctx context.Context, id int64) (c *registry.Contact, err error) {
	b := &pgx.Batch{}
	b.Queue(sqlShareContact, id).QueryRow(func(row pgx.Row) error {
		c, err = scanContact(row)
		return err
	})
	err = tx.read(ctx, b)
	return c, missing(err, "contact:id", fmt.Sprint(id))
}

const (
	sqlInsertContact = `
		INSERT INTO contacts (id, handle, registrar, kind, real_id, postal, voice, fax, email, secondary_email, emergency,
			identifier, disclose, statuses, auth_salt, auth_hash, auth_set_at, created_at, created_by, version,
			addl_email)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)`
	sqlUpdateContact = `
		UPDATE contacts SET kind = $2, real_id = $3, postal = $4, voice = $5, fax = $6, email = $7, secondary_email = $8,
			emergency = $9, identifier = $10, disclose = $11, statuses = $12, auth_salt = $13, auth_hash = $14, auth_set_at = $15,
			updated_at = $16, updated_by = $17, version = $18, status_texts = $19,
			registrar = $20, transferred_at = $21, transfer = $22, due_at = $23, addl_email = $24
		WHERE id = $1`
	sqlDeleteContact = `DELETE FROM contacts WHERE id = $1`
)

// InsertContact stores a new contact and sets its id.
func (tx *Tx) InsertContact(ctx context.Context, c *registry.Contact) (err error) {
	if c.ID, err = tx.newID(ctx); err != nil {
		return err
	}
	tx.write("contact:id", c.Handle, sqlInsertContact, c.ID, c.Handle, c.Registrar, c.Kind, nullID(c.RealID), c.Postal, c.Voice,
		c.Fax, c.Email, c.SecondaryEmail, c.Emergency, c.Identifier, c.Disclose, c.Statuses.Strings(), c.AuthInfo.Salt,
		c.AuthInfo.Hash, NullTime(c.AuthInfo.Set), c.Created, c.CreatedBy, c.Version, c.AddlEmail)
	return tx.recordContact(c, "create", tx.Now)
}

// SaveContact stores a changed contact; action names the change in the history.
func (tx *Tx) SaveContact(c *registry.Contact, action string) error {
	tx.saveContact(c)
	return tx.recordContact(c, action, tx.Now)
}

func (tx *Tx) saveContact(c *registry.Contact) {
	tx.write("contact:id", c.Handle, sqlUpdateContact, c.ID, c.Kind, nullID(c.RealID), c.Postal, c.Voice, c.Fax, c.Email,
		c.SecondaryEmail, c.Emergency, c.Identifier, c.Disclose, c.Statuses.Strings(), c.AuthInfo.Salt, c.AuthInfo.Hash,
		NullTime(c.AuthInfo.Set), NullTime(c.Updated), c.UpdatedBy, c.Version, textsOf(c.StatusTexts),
		c.Registrar, NullTime(c.Transferred), c.Transfer, NullTime(c.DueAt()), c.AddlEmail)
}

// DeleteContact removes a contact that nothing uses.
func (tx *Tx) DeleteContact(c *registry.Contact) error {
	tx.write("contact:id", c.Handle, sqlDeleteContact, c.ID)
	c.Version++
	return tx.recordContact(c, "delete", tx.Now)
}

func (tx *Tx) recordContact(c *registry.Contact, action string, at time.Time) error {
	return tx.recordAt(at, record{c.ID, c.Version, "contact", c.Handle, action, recordedContact(c)})
}

// recordedContact is a contact as the history keeps it, without secrets.
func recordedContact(c *registry.Contact) *registry.Contact {
	state := *c
	state.AuthInfo = registry.AuthInfo{Set: c.AuthInfo.Set}
	return &state
}

const (
	sqlContactUsers = `
		SELECT d.name FROM domains d WHERE d.registrant = $1 AND ` + kept + `
		UNION SELECT d.name FROM domain_contacts dc JOIN domains d ON d.id = dc.domain_id
		      WHERE dc.contact_id = $1 AND ` + kept + `
		UNION SELECT 'contact ' || handle FROM contacts WHERE real_id = $1
		ORDER BY 1 LIMIT 6`
	sqlContactPurged = `
		SELECT name FROM domains WHERE registrant = $1 AND purge_at <= $2
		UNION SELECT d.name FROM domain_contacts dc JOIN domains d ON d.id = dc.domain_id WHERE dc.contact_id = $1 AND d.purge_at <= $2
		ORDER BY 1 LIMIT 100`
)

// Users says what uses an object.
type Users struct {
	Names  []string // at most six of domains, and of proxies ("contact ID"), sorted
	Purged []string // domains that do not any more, but whose rows are still there: at most a hundred
}

// ContactUsers says what uses a contact: domains, and proxies that link to it.
func (tx *Tx) ContactUsers(ctx context.Context, id int64) (use Users, err error) {
	b := &pgx.Batch{}
	queueStrings(b, &use.Names, sqlContactUsers, id, tx.Now)
	queueStrings(b, &use.Purged, sqlContactPurged, id, tx.Now)
	return use, tx.read(ctx, b)
}

const sqlGenuineUse = `
	SELECT coalesce((SELECT min(d.name) FROM domains d JOIN zones z ON z.id = d.zone_id
	                 WHERE d.registrant = $1 AND ` + kept + `
	                   AND z.settings->'policy'->>'registrants' = 'genuine'), ''),
	       coalesce((SELECT min(d.name) FROM domains d JOIN zones z ON z.id = d.zone_id JOIN contacts p ON p.id = d.registrant
	                 WHERE p.real_id = $1 AND ` + kept + `
	                   AND z.settings->'policy'->>'registrants' = 'genuine'), ''),
	       coalesce((SELECT min(handle) FROM contacts WHERE real_id = $1), '')`

// GenuineUse says which domains in zones with the genuine policy rely on a
// contact as registrant, directly or behind a proxy, and which proxy links to it.
func (tx *Tx) GenuineUse(ctx context.Context, id int64) (use registry.GenuineUse, err error) {
	b := &pgx.Batch{}
	b.Queue(sqlGenuineUse, id, tx.Now).QueryRow(func(row pgx.Row) error { return row.Scan(&use.Registrant, &use.Behind, &use.Proxy) })
	return use, tx.read(ctx, b)
}

func nullID(id int64) *int64 {
	if id == 0 {
		return nil
	}
	return &id
}

// queueStrings adds a query of one text column to a batch.
func queueStrings(b *pgx.Batch, into *[]string, sql string, args ...any) {
	b.Queue(sql, args...).Query(func(rows pgx.Rows) (err error) {
		*into, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
}

// missing turns "no rows" into 2303 and keeps any other error.
func missing(err error, field, value string) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return registry.Errorf(registry.KindNotFound, field, value, "the object does not exist")
	}
	if err != nil {
		return fmt.Errorf("%s: %w", field, err)
	}
	return nil
}
