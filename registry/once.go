package registry

import (
	"crypto/sha256"
	"encoding/binary"
	"time"
)

// Once is a command that is carried out once, however often its client sends it: whoever
// repeats it gets the first answer again. The transaction of the command is held until its
// answer is known, and commits with it, so that no crash comes between them.
type Once struct {
	Digest [sha256.Size]byte // see OnceDigest
	Held   any               // the transaction, which is the store's own

	// EndTurn lets the next create of the same name go on; nil: none waits for this one.
	EndTurn func(created bool)
}

// OnceDigest tells commands apart: the registrar, its transaction id and every octet of
// the frame.
func OnceDigest(registrar, clTRID string, frame []byte) [sha256.Size]byte {
	h := sha256.New()
	for _, part := range [][]byte{[]byte(registrar), []byte(clTRID), frame} {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(part)))
		h.Write(size[:]) //nolint:errcheck // a hash does not fail
		h.Write(part)    //nolint:errcheck // as above
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// RepeatWindow is how long a command counts as repeated, in business time.
const RepeatWindow = 24 * time.Hour

// Answer is an answer to a command as it was sent.
type Answer struct {
	At     time.Time // the command's instant
	Code   int       // EPP result code
	SvTRID string
	Frame  []byte // without the header of its data unit, and with gaps for Funds
	Funds  Funds  // of the registrar, after the command; empty where the frame has no gaps
}
