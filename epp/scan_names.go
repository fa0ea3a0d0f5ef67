package epp

import "encoding/binary"

// nameCache keeps strings for the names and namespaces that frames repeat, so that only
// the first frame to use one pays for it. It is a small table that forgets: of two names
// in a place, the next one there drives out the older. That costs no more than memory for
// one name, and the cache stays small whatever a client sends.
type nameCache [nameSets][2]string

const (
	nameBits   = 7
	nameSets   = 1 << nameBits
	cachedName = 64 // the longest name that is kept, in octets
)

// text is string(b). The cache may be nil.
func (c *nameCache) text(b []byte) string {
	if c == nil || len(b) == 0 || len(b) > cachedName {
		return string(b)
	}
	set := &c[nameHash(b)]
	if string(b) == set[0] {
		return set[0]
	}
	if string(b) == set[1] {
		return set[1]
	}
	set[0], set[1] = string(b), set[0]
	return set[0]
}

// nameHash is the place of a name. Names of one length mostly differ in the last eight
// octets, namespaces too.
func nameHash(b []byte) uint64 {
	var tail uint64
	if len(b) >= 8 {
		tail = binary.LittleEndian.Uint64(b[len(b)-8:])
	} else {
		for _, c := range b {
			tail = tail<<8 | uint64(c)
		}
	}
	const odd = 0x9e3779b97f4a7c15 // near 2^64 divided by the golden ratio: neighbours go far apart
	return (tail + uint64(len(b))) * odd >> (64 - nameBits)
}
