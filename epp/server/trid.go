package server

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"strconv"
	"sync/atomic"
	"time"
)

// trids gives server transaction ids (svTRID of RFC 5730, Section 2.5): unique in this
// process by a counter, and among processes and restarts by a prefix of the time of the
// start and 40 random bits. They are about 20 characters long; the schema allows 3 to 64.
type trids struct {
	prefix string
	last   atomic.Uint64
}

func newTRIDs(start time.Time) *trids {
	var b [10]byte
	binary.BigEndian.PutUint64(b[:8], uint64(start.UnixMilli())<<24) // 40 bits: 34 years
	rand.Read(b[5:])                                                 //nolint:errcheck // never fails
	return &trids{prefix: base32.HexEncoding.EncodeToString(b[:]) + "-"}
}

func (t *trids) next() string {
	var buf [40]byte
	return string(strconv.AppendUint(append(buf[:0], t.prefix...), t.last.Add(1), 10))
}
