package store

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"cadastre/registry"
)

const sqlRegistrars = `
	SELECT r.handle, r.kind, r.name, r.iana, r.country, r.suspended, r.reason, r.email, r.phone, r.rdap_base, r.password, r.created_at,
	       a.balance, a.credit_limit, a.low_balance, a.currency, r.password_set_at, r.passwords, r.old_passwords, r.networks, r.data_model
	FROM registrars r JOIN accounts a ON a.registrar = r.handle
	WHERE $1 = '' OR r.handle = $1
	ORDER BY r.handle`

// Registrars returns every registrar, by handle.
func (s *Store) Registrars(ctx context.Context) ([]*registry.Registrar, error) {
	return readRegistrars(ctx, s.pool, "")
}

// Registrar returns one registrar; KindNotFound when there is none.
func (s *Store) Registrar(ctx context.Context, handle string) (*registry.Registrar, error) {
	if handle == "" {
		return nil, registry.Errorf(registry.KindNotFound, "registrar", "", "no such registrar")
	}
	list, err := readRegistrars(ctx, s.pool, handle)
	if err == nil && len(list) == 0 {
		return nil, registry.Errorf(registry.KindNotFound, "registrar", handle, "no such registrar")
	}
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

func readRegistrars(ctx context.Context, q querier, handle string) ([]*registry.Registrar, error) {
	rows, err := q.Query(ctx, sqlRegistrars, handle)
	if err != nil {
		return nil, fmt.Errorf("registrars: %w", err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (*registry.Registrar, error) {
		r := &registry.Registrar{}
		err := row.Scan(&r.ID, &r.Kind, &r.Name, &r.IANA, &r.Country, &r.Suspended, &r.Reason, &r.Email, &r.Phone, &r.RDAPBase, &r.Password,
			&r.Created, &r.Balance, &r.CreditLimit, &r.LowBalance, &r.Currency, &r.PasswordSet, &r.Passwords, &r.Old, &r.Networks, &r.DataModel)
		r.Created, r.PasswordSet = r.Created.UTC(), r.PasswordSet.UTC()
		return r, err
	})
}

// registrarState is what history keeps of a registrar: no password.
type registrarState struct {
	ID, Name, Email, Phone, RDAPBase, Reason string
	Kind                                     registry.AccountKind
	Country                                  string
	DataModel                                registry.ContactModel
	IANA                                     int
	Suspended                                bool
	CreditLimit, LowBalance                  int64
	Networks                                 []netip.Prefix `json:",omitempty"`
	Detail                                   any            `json:",omitempty"` // what else the change was about
}

func stateOfRegistrar(r *registry.Registrar) registrarState {
	return registrarState{
		Kind: r.Kind, Country: r.Country, ID: r.ID, Name: r.Name, Email: r.Email, Phone: r.Phone, RDAPBase: r.RDAPBase, Reason: r.Reason, IANA: r.IANA,
		Suspended: r.Suspended, CreditLimit: r.CreditLimit, LowBalance: r.LowBalance, Networks: r.Networks,
		DataModel: r.DataModel,
	}
}

const (
	sqlInsertRegistrar = `
		INSERT INTO registrars (handle, id, name, iana, suspended, reason, email, phone, rdap_base, password, created_at, kind, country, password_set_at,
		                        data_model, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $11, $14, 1)`
	sqlInsertAccount = `INSERT INTO accounts (registrar, balance, credit_limit, low_balance, currency) VALUES ($1, 0, $2, $3, $4)`
)

// InsertRegistrar adds a registrar with an empty account.
func (tx *Tx) InsertRegistrar(ctx context.Context, r *registry.Registrar) error {
	id, err := tx.newID(ctx)
	if err != nil {
		return err
	}
	if r.Kind == "" {
		r.Kind = registry.RegistrarAccount
	}
	if r.DataModel == "" {
		r.DataModel = registry.MaximumContacts
	}
	tx.write("registrar", r.ID, sqlInsertRegistrar, r.ID, id, r.Name, r.IANA, r.Suspended, r.Reason, r.Email, r.Phone,
		r.RDAPBase, r.Password, tx.Now, r.Kind, r.Country, r.DataModel)
	tx.write("registrar", r.ID, sqlInsertAccount, r.ID, r.CreditLimit, r.LowBalance, r.Currency)
	return tx.recordAt(tx.Now, record{id, 1, "registrar", r.ID, "create", stateOfRegistrar(r)})
}

const (
	sqlLockRegistrar   = `SELECT id, version FROM registrars WHERE handle = $1 FOR NO KEY UPDATE`
	sqlUpdateRegistrar = `
		UPDATE registrars SET name = $2, iana = $3, suspended = $4, reason = $5, email = $6, phone = $7, rdap_base = $8,
		       password = $9, version = $10, country = $11, password_set_at = $12, passwords = $13, old_passwords = $14, networks = $15,
		       data_model = $16
		WHERE handle = $1`
)

// RegistrarChange is how a change stands in a registrar's history: Detail says
// what it was about where the registrar's own row does not.
type RegistrarChange struct {
	Action string
	Detail any
}

// UpdateRegistrar locks a registrar, lets change alter it (nil: nothing), and
// stores it with a line of history.
func (tx *Tx) UpdateRegistrar(ctx context.Context, handle string, what RegistrarChange, change func(*registry.Registrar) error) error {
	var id int64
	var version int
	b := &pgx.Batch{}
	b.Queue(sqlLockRegistrar, handle).QueryRow(func(row pgx.Row) error { return row.Scan(&id, &version) })
	if err := tx.read(ctx, b); errors.Is(err, pgx.ErrNoRows) {
		return registry.Errorf(registry.KindNotFound, "registrar", handle, "no such registrar")
	} else if err != nil {
		return fmt.Errorf("registrar %s: %w", handle, err)
	}
	list, err := readRegistrars(ctx, tx.conn, handle)
	if err != nil {
		return err
	}
	r := list[0]
	if change != nil {
		if err := change(r); err != nil {
			return err
		}
	}
	tx.write("registrar", handle, sqlUpdateRegistrar, handle, r.Name, r.IANA, r.Suspended, r.Reason, r.Email, r.Phone,
		r.RDAPBase, r.Password, version+1, r.Country, r.PasswordSet, r.Passwords, listOf(r.Old), networksOf(r.Networks), r.DataModel)
	state := stateOfRegistrar(r)
	state.Detail = what.Detail
	return tx.recordAt(tx.Now, record{id, version + 1, "registrar", handle, what.Action, state})
}

// listOf makes no strings an empty array: the columns are never NULL.
func listOf(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func networksOf(list []netip.Prefix) []netip.Prefix {
	if list == nil {
		return []netip.Prefix{}
	}
	return list
}

const (
	sqlCertificates = `
		SELECT registrar, fingerprint, subject, not_after, added_at FROM registrar_certs
		WHERE registrar = $1 ORDER BY added_at, fingerprint`
	sqlInsertCertificate = `
		INSERT INTO registrar_certs (fingerprint, registrar, subject, not_after, added_at) VALUES ($1, $2, $3, $4, $5)`
	sqlDeleteCertificate = `DELETE FROM registrar_certs WHERE registrar = $1 AND fingerprint = $2`
)

// Certificates returns the certificates bound to a registrar's account.
func (s *Store) Certificates(ctx context.Context, handle string) ([]registry.Certificate, error) {
	rows, err := s.pool.Query(ctx, sqlCertificates, handle)
	if err != nil {
		return nil, fmt.Errorf("certificates of %s: %w", handle, err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (registry.Certificate, error) {
		var c registry.Certificate
		err := row.Scan(&c.Registrar, &c.Fingerprint, &c.Subject, &c.NotAfter, &c.Added)
		c.NotAfter, c.Added = c.NotAfter.UTC(), c.Added.UTC()
		return c, err
	})
}

// InsertCertificate binds a certificate to an account.
func (tx *Tx) InsertCertificate(c registry.Certificate) {
	tx.write("certificate", c.Fingerprint, sqlInsertCertificate, c.Fingerprint, c.Registrar, c.Subject, c.NotAfter, c.Added)
}

// DeleteCertificate unbinds a certificate.
func (tx *Tx) DeleteCertificate(handle, fingerprint string) {
	tx.write("certificate", fingerprint, sqlDeleteCertificate, handle, fingerprint)
}

// Account is what an open session is held against.
type Account struct {
	Suspended    bool
	Reason       string
	Certificates map[string]time.Time // fingerprint to the end of its validity
	Passwords    int                  // see registry.Registrar
	Networks     []netip.Prefix       // likewise
	DataModel    registry.ContactModel
}

const sqlAccounts = `
	SELECT r.handle, r.suspended, r.reason, r.passwords, r.networks, r.data_model, c.fingerprint, c.not_after
	FROM registrars r LEFT JOIN registrar_certs c ON c.registrar = r.handle`

// Accounts returns every registrar's account.
func (s *Store) Accounts(ctx context.Context) (map[string]Account, error) {
	rows, err := s.pool.Query(ctx, sqlAccounts)
	if err != nil {
		return nil, fmt.Errorf("accounts: %w", err)
	}
	accounts := map[string]Account{}
	var handle string
	var a Account
	var fingerprint *string
	var networks []netip.Prefix
	var notAfter *time.Time
	_, err = pgx.ForEachRow(rows, []any{&handle, &a.Suspended, &a.Reason, &a.Passwords, &networks, &a.DataModel, &fingerprint, &notAfter}, func() error {
		have, ok := accounts[handle]
		if !ok {
			have = Account{a.Suspended, a.Reason, map[string]time.Time{}, a.Passwords, slices.Clone(networks), a.DataModel}
			accounts[handle] = have
		}
		if fingerprint != nil {
			have.Certificates[*fingerprint] = *notAfter
		}
		return nil
	})
	return accounts, err
}

// Login is what a login is judged by.
type Login struct {
	Registrar *registry.Registrar
	CertBound bool // the fingerprint is bound to this account
	Expires   time.Time
	Failures  int // logins that failed since the last that did not
	Since     time.Time
}

const sqlLogin = `
	SELECT (SELECT not_after FROM registrar_certs WHERE registrar = $1 AND fingerprint = $2), f.failures, f.since
	FROM registrars r LEFT JOIN login_failures f ON f.registrar = r.handle WHERE r.handle = $1`

// Login reads an account and whether the certificate is bound to it;
// KindNotFound for an unknown id.
func (s *Store) Login(ctx context.Context, handle, fingerprint string) (Login, error) {
	r, err := s.Registrar(ctx, handle)
	if err != nil {
		return Login{}, err
	}
	l := Login{Registrar: r}
	var expires, since *time.Time
	var failures *int
	if err := s.pool.QueryRow(ctx, sqlLogin, handle, fingerprint).Scan(&expires, &failures, &since); err != nil {
		return l, fmt.Errorf("login of %s: %w", handle, err)
	}
	l.CertBound, l.Expires = expires != nil, TimeOf(expires)
	if failures != nil {
		l.Failures, l.Since = *failures, TimeOf(since)
	}
	return l, nil
}

const (
	sqlCountLogin = `
		INSERT INTO login_failures AS f (registrar, failures, since) VALUES ($1, 1, $2)
		ON CONFLICT (registrar) DO UPDATE SET failures = f.failures + 1`
	sqlForgetLogins = `DELETE FROM login_failures WHERE registrar = $1`
)

// CountLogin counts a login that failed, at a business instant.
func (s *Store) CountLogin(ctx context.Context, handle string, at time.Time) error {
	_, err := s.pool.Exec(ctx, sqlCountLogin, handle, at)
	return err
}

// ForgetLogins begins the count of failed logins anew.
func (s *Store) ForgetLogins(ctx context.Context, handle string) error {
	_, err := s.pool.Exec(ctx, sqlForgetLogins, handle)
	return err
}
