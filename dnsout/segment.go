package dnsout

import (
	"bytes"
	"sync/atomic"
)

// A segment holds a part of a zone's names: records in an append-only slab and a
// table from hash to offset. One writer, any number of readers, no locks.
//
// Invariants: bytes of data that a slot points to never change (but the child
// count, which only the writer reads); an offset is used once in a segment's
// life; slots are read and written atomically, after the bytes they point to.
type segment struct {
	slots []uint64 // hash<<32 | offset; emptySlot, or deadSlot after a removal
	data  []byte   // data[0] is unused, so that no record has offset 0

	// The rest belongs to the writer.
	used   int // octets of data taken
	live   int // octets of data that slots point to
	names  int // slots that point to a record
	filled int // slots that are not empty
}

const (
	emptySlot = uint64(0)
	deadSlot  = uint64(1) << 32
)

// newSegment makes a segment with room for names records of size octets in all,
// and a quarter more, so that rewriting costs each octet about four copies.
func newSegment(names, size int) *segment {
	return &segment{
		slots: make([]uint64, names*3/2+8),
		data:  make([]byte, size+size/4+64),
		used:  1,
	}
}

// find returns the slot and offset of the record whose key is key, or offset 0.
func (g *segment) find(hash uint32, key []byte) (slot int, off uint32) {
	n := len(g.slots)
	i := int(uint64(hash) * uint64(n) >> 32)
	for range n {
		v := atomic.LoadUint64(&g.slots[i])
		if v == emptySlot {
			return 0, 0
		}
		if off = uint32(v); off != 0 && uint32(v>>32) == hash {
			p := g.data[off+recordKeyAt:]
			if k := int(g.data[off+recordKeyLenAt]); k == len(key) && bytes.Equal(p[:k], key) {
				return i, off
			}
		}
		if i++; i == n {
			i = 0
		}
	}
	return 0, 0
}

// holds says whether slot still points to off: what a reader found there was the
// name's current record when it asks.
func (g *segment) holds(slot int, off uint32) bool {
	return uint32(atomic.LoadUint64(&g.slots[slot])) == off
}

// fits says whether a record of size octets can be added as a new name.
func (g *segment) fits(size int) bool {
	return g.used+size <= len(g.data) && (g.filled+1)*8 <= len(g.slots)*7
}

// store copies a record into the slab and returns its offset. It is not visible
// until insert or replace.
func (g *segment) store(rec []byte) uint32 {
	off := uint32(g.used)
	g.used += copy(g.data[off:], rec)
	g.live += len(rec)
	return off
}

// insert makes the record at off, of a name not in the segment, visible.
func (g *segment) insert(hash uint32, off uint32) {
	n := len(g.slots)
	i := int(uint64(hash) * uint64(n) >> 32)
	for {
		v := g.slots[i] // only this goroutine writes
		if uint32(v) == 0 {
			if v == emptySlot {
				g.filled++
			}
			g.names++
			atomic.StoreUint64(&g.slots[i], uint64(hash)<<32|uint64(off))
			return
		}
		if i++; i == n {
			i = 0
		}
	}
}

// replace lets slot point to off instead of a record of oldSize octets.
func (g *segment) replace(slot int, off uint32, oldSize int) {
	g.live -= oldSize
	hash := g.slots[slot] >> 32
	atomic.StoreUint64(&g.slots[slot], hash<<32|uint64(off))
}

// remove forgets the record of size octets which slot points to.
func (g *segment) remove(slot, size int) {
	g.live -= size
	g.names--
	atomic.StoreUint64(&g.slots[slot], deadSlot)
}

// rewritten returns a copy without garbage and with room for size more octets in
// a new name. Readers may go on with g.
func (g *segment) rewritten(size int) *segment {
	to := newSegment(g.names+1, g.live+size)
	for _, v := range g.slots {
		off := uint32(v)
		if off == 0 {
			continue
		}
		n := recordSize(g.data[off:])
		to.insert(uint32(v>>32), to.store(g.data[off:int(off)+n]))
	}
	return to
}

// size is the memory the segment takes, in octets.
func (g *segment) size() int { return len(g.data) + 8*len(g.slots) }
