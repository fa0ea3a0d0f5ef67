package store

import (
	"context"
	"hash/maphash"
	"sync"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// knownNames holds the names that are, or were, registered: of each a hash of 64 bits, so
// a million of them take some 20 MB. It may hold more names than there are, never fewer.
type knownNames struct {
	last  int64        // the process that came last when the reading began
	until atomic.Int64 // the end of the lease, in nanoseconds: see presence
	seed  maphash.Seed

	mu   sync.RWMutex
	have map[uint64]struct{}
}

func newKnownNames(last int64) *knownNames {
	return &knownNames{last: last, seed: maphash.MakeSeed(), have: map[uint64]struct{}{}}
}

// add adds names.
func (k *knownNames) add(names []string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, n := range names {
		k.have[maphash.String(k.seed, n)] = struct{}{}
	}
}

const sqlAllNames = `SELECT name FROM domains`

// read adds all names that are registered.
func (k *knownNames) read(ctx context.Context, db *pgxpool.Pool) error {
	rows, err := db.Query(ctx, sqlAllNames, pgx.QueryResultFormats{pgx.TextFormatCode})
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		k.addBytes(rows.RawValues()[0])
	}
	return rows.Err()
}

// addBytes adds one name.
func (k *knownNames) addBytes(name []byte) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.have[maphash.Bytes(k.seed, name)] = struct{}{}
}

// none reports whether it holds none of these names.
func (k *knownNames) none(names []string) bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	for _, n := range names {
		if _, ok := k.have[maphash.String(k.seed, n)]; ok {
			return false
		}
	}
	return true
}
