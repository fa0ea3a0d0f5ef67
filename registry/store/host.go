package store

import (
	"context"
	"net/netip"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"cadastre/registry"
)

// Whether a host is linked is asked for the instant $2, as for contacts: see contactLinked.
const hostColumns = `
	h.id, h.name, h.registrar, coalesce(s.name, ''), coalesce(h.superordinate_id, 0), h.addrs, h.statuses, h.status_texts, h.created_at,
	h.created_by, h.updated_at, h.updated_by, h.transferred_at, h.version, h.ttls, s.transfer,
	EXISTS (SELECT 1 FROM domain_hosts dh JOIN domains d ON d.id = dh.domain_id
	        WHERE dh.host_id = h.id AND ` + kept + `)`

const (
	sqlHost     = `SELECT ` + hostColumns + ` FROM hosts h LEFT JOIN domains s ON s.id = h.superordinate_id WHERE h.name = $1`
	sqlLockHost = `SELECT id FROM hosts WHERE name = $1 FOR UPDATE`
)

func scanHost(row pgx.Row) (*registry.Host, error) {
	h := &registry.Host{}
	var statuses []string
	var addrs []netip.Addr
	var updated, transferred *time.Time
	err := row.Scan(&h.ID, &h.Name, &h.Registrar, &h.Superordinate, &h.SuperordinateID, &addrs, &statuses, &h.StatusTexts,
		&h.Created, &h.CreatedBy, &updated, &h.UpdatedBy, &transferred, &h.Version, &h.TTLs, &h.Handover, &h.Linked)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(addrs, netip.Addr.Compare)
	h.Addrs, h.Statuses = addrs, registry.StatusesOf(statuses)
	h.Created, h.Updated, h.Transferred = h.Created.UTC(), TimeOf(updated), TimeOf(transferred)
	return h, nil
}

// Host reads a host as it is used at an instant; KindNotFound when there is none.
func (s *Store) Host(ctx context.Context, name string, at time.Time) (*registry.Host, error) {
	h, err := scanHost(s.pool.QueryRow(ctx, sqlHost, name, at))
	return h, missing(err, "host:name", name)
}

// LockHost reads a host for a change. It locks first and reads in a second
// statement, whose snapshot sees what was committed while it waited.
func (tx *Tx) LockHost(ctx context.Context, name string) (h *registry.Host, err error) {
	var id int64
	b := &pgx.Batch{}
	queueLock(b, &id, sqlLockHost, name)
	b.Queue(sqlHost, name, tx.Now).QueryRow(func(row pgx.Row) error {
		h, err = scanHost(row)
		return err
	})
	err = tx.read(ctx, b)
	if err == nil && h.ID != id {
		return nil, errStale
	}
	return h, missing(err, "host:name", name)
}

const (
	sqlInsertHost = `
		INSERT INTO hosts (id, name, registrar, superordinate_id, addrs, statuses, created_at, created_by, version, ttls)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	sqlUpdateHost = `
		UPDATE hosts SET name = $2, registrar = $3, superordinate_id = $4, addrs = $5, statuses = $6, updated_at = $7,
			updated_by = $8, version = $9, status_texts = $10, ttls = $11
		WHERE id = $1`
	sqlDeleteHost = `DELETE FROM hosts WHERE id = $1`
)

// InsertHost stores a new host and sets its id.
func (tx *Tx) InsertHost(ctx context.Context, h *registry.Host) (err error) {
	if h.ID, err = tx.newID(ctx); err != nil {
		return err
	}
	tx.write("host:name", h.Name, sqlInsertHost, h.ID, h.Name, h.Registrar, nullID(h.SuperordinateID), addrsOf(h), h.Statuses.Strings(),
		h.Created, h.CreatedBy, h.Version, ttlsOf(h.TTLs))
	return tx.recordHost(h, "create")
}

// SaveHost stores a changed host and marks the delegations that use it.
func (tx *Tx) SaveHost(h *registry.Host) error {
	tx.write("host:name", h.Name, sqlUpdateHost, h.ID, h.Name, h.Registrar, nullID(h.SuperordinateID), addrsOf(h),
		h.Statuses.Strings(), h.Updated, h.UpdatedBy, h.Version, textsOf(h.StatusTexts), ttlsOf(h.TTLs))
	if h.Linked {
		tx.markDirtyUsers(h.ID)
	}
	return tx.recordHost(h, "update")
}

// DeleteHost removes a host that nothing delegates to.
func (tx *Tx) DeleteHost(h *registry.Host) error {
	tx.write("host:name", h.Name, sqlDeleteHost, h.ID)
	h.Version++
	return tx.recordHost(h, "delete")
}

func (tx *Tx) recordHost(h *registry.Host, action string) error {
	return tx.recordAt(tx.Now, record{h.ID, h.Version, "host", h.Name, action, h})
}

func addrsOf(h *registry.Host) []netip.Addr {
	if h.Addrs == nil {
		return []netip.Addr{}
	}
	return h.Addrs
}

// HostUse says which domains delegate to a host.
type HostUse struct {
	Users
	LinkedOthers bool // a domain of another registrar than the host's is among all of them
}

const (
	sqlHostUsers = `
		SELECT d.name FROM domain_hosts dh JOIN domains d ON d.id = dh.domain_id
		WHERE dh.host_id = $1 AND ` + kept + ` ORDER BY 1 LIMIT 6`
	sqlHostPurged = `
		SELECT d.name FROM domain_hosts dh JOIN domains d ON d.id = dh.domain_id
		WHERE dh.host_id = $1 AND d.purge_at <= $2 ORDER BY 1 LIMIT 100`
	sqlHostOthers = `
		SELECT EXISTS (SELECT 1 FROM domain_hosts dh JOIN domains d ON d.id = dh.domain_id
		               WHERE dh.host_id = $1 AND d.registrar <> $3 AND ` + kept + `)`
)

// HostUse reads who delegates to a locked host.
func (tx *Tx) HostUse(ctx context.Context, h *registry.Host) (use HostUse, err error) {
	b := &pgx.Batch{}
	queueStrings(b, &use.Names, sqlHostUsers, h.ID, tx.Now)
	queueStrings(b, &use.Purged, sqlHostPurged, h.ID, tx.Now)
	b.Queue(sqlHostOthers, h.ID, tx.Now, h.Registrar).QueryRow(func(row pgx.Row) error { return row.Scan(&use.LinkedOthers) })
	return use, tx.read(ctx, b)
}
