package store

import (
	"hash/maphash"
	"sync"
	"sync/atomic"
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
