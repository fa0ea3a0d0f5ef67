package dnsout

import (
	"encoding/binary"
	"hash/maphash"
	"sync/atomic"
)

const segments = 256 // a rewrite of one touches a 256th of the zone

// content is everything below and at one zone's apex. One goroutine writes,
// any number read. The apex carries the serial: the writer changes the names
// first and the apex last, and a reader loads the apex before any name, so no
// answer shows a serial whose names are not all there.
type content struct {
	labels   []byte // the apex
	seed     maphash.Seed
	apex     atomic.Pointer[apex]
	segments [segments]atomic.Pointer[segment]
	hosts    *hostSets

	// The rest belongs to the writer.
	names   int // names that show what the store says of them
	slabs   int // octets in segments
	scratch []byte
}

func newContent(labels []byte) *content {
	return &content{labels: labels, seed: maphash.MakeSeed(), hosts: newHostSets()}
}

// find reads the record of the name whose labels up to the apex are key.
func (c *content) find(key []byte, r *record) bool {
	h := maphash.Bytes(c.seed, key)
	at := &c.segments[h>>56]
	for {
		g := at.Load()
		if g == nil {
			return false
		}
		slot, off := g.find(uint32(h), key)
		if off == 0 {
			return false
		}
		r.parse(g.data[off:])
		if r.flags&(hasNS|nsInline) != hasNS {
			return true
		}
		// The number is good only while the record is: see hostSets.
		names := c.hosts.get(r.setID)
		if at.Load() == g && g.holds(slot, off) {
			r.ns = names
			return true
		}
	}
}

// size is the memory the zone takes, in octets. Writer only.
func (c *content) size() int { return c.slabs + c.hosts.bytes }

// setName makes d what a name shows: a delegation, data, or nothing. The
// data of a name server of the zone's own stays, whatever d says: ok is false when
// d has other data for it.
func (c *content) setName(key []byte, d *encoded) (ok bool) {
	ok = true
	c.edit(key, func(r *record) {
		ofApex := r.flags&(hasSets|ownSets) == hasSets
		r.flags &^= hasNS | nsInline | hasGlue | hasDS | hasTTLs
		r.ns, r.glue, r.ds, r.ttls = nil, nil, nil, nil
		if !ofApex {
			r.flags &^= hasSets | ownSets
			r.sets = nil
		}
		if len(d.sets) > 0 {
			if ok = !ofApex; ok {
				r.flags |= hasSets | ownSets
				r.sets = d.sets
			}
		}
		if len(d.ns) == 0 {
			return
		}
		r.flags |= hasNS
		if d.inline {
			r.flags |= nsInline
			r.ns = d.ns
		} else {
			r.setID = c.hosts.acquire(d.ns)
		}
		if len(d.glue) > 0 {
			r.flags |= hasGlue
			r.glue = d.glue
		}
		if len(d.ds) > 0 {
			r.flags |= hasDS
			r.ds = d.ds
		}
		if d.ownTTLs {
			r.flags |= hasTTLs
			r.ttls = d.ttls
		}
	})
	return ok
}

// setApexData makes sets (see record) the data at a name of one of the zone's own
// name servers; empty removes it.
func (c *content) setApexData(key, sets []byte) {
	c.edit(key, func(r *record) {
		r.flags &^= hasSets | ownSets
		r.sets = nil
		if len(sets) > 0 {
			r.flags |= hasSets
			r.sets = sets
		}
	})
}

// edit changes one name's record and keeps the names above it: those exist while
// anything below them does (RFC 8020).
func (c *content) edit(key []byte, change func(*record)) {
	h := maphash.Bytes(c.seed, key)
	at := &c.segments[h>>56]
	g := at.Load()
	var old record
	var slot int
	var off uint32
	var children uint32
	if g != nil {
		slot, off = g.find(uint32(h), key)
	}
	if off != 0 {
		old.parse(g.data[off:])
		if old.flags&hasChildren != 0 {
			children = binary.BigEndian.Uint32(g.data[int(off)+old.childrenAt:])
		}
	}
	now := old
	now.key = key
	change(&now)

	switch {
	case now.flags == 0 && off == 0:
	case now.flags == 0:
		c.remove(at, slot, old.size)
		if len(key) > 0 {
			c.dropChild(parent(key))
		}
	default:
		if off == 0 && len(key) > 0 {
			c.addChild(parent(key))
		}
		c.put(h, &now, children)
	}
	// Only now does no record point to the old set any more.
	if old.flags&(hasNS|nsInline) == hasNS {
		c.hosts.release(old.setID)
	}
	c.count(&old, &now)
}

func (c *content) count(old, now *record) {
	if old.flags&(hasNS|ownSets) != 0 {
		c.names--
	}
	if now.flags&(hasNS|ownSets) != 0 {
		c.names++
	}
}

// put writes a record, whether its name is there already or not.
func (c *content) put(h uint64, r *record, children uint32) {
	c.scratch = r.appendTo(c.scratch[:0], children)
	at := &c.segments[h>>56]
	g := at.Load()
	switch {
	case g == nil:
		g = newSegment(1, len(c.scratch))
		c.slabs += g.size()
		at.Store(g)
	case !g.fits(len(c.scratch)):
		g = c.rewrite(at, len(c.scratch))
	}
	slot, off := g.find(uint32(h), r.key)
	if off == 0 {
		g.insert(uint32(h), g.store(c.scratch))
		return
	}
	g.replace(slot, g.store(c.scratch), recordSize(g.data[off:]))
}

// remove takes a record out of its segment, and gives the segment's memory back
// when most of it has become garbage.
func (c *content) remove(at *atomic.Pointer[segment], slot, size int) {
	g := at.Load()
	g.remove(slot, size)
	if len(g.data) > 1024 && g.live < len(g.data)/4 {
		c.rewrite(at, 0)
	}
}

// rewrite replaces a segment by its copy without garbage, with room for a record
// of size octets.
func (c *content) rewrite(at *atomic.Pointer[segment], size int) *segment {
	g := at.Load()
	to := g.rewritten(size)
	c.slabs += to.size() - g.size()
	at.Store(to)
	return to
}

// addChild counts one more existing name directly below key, which begins to
// exist with it.
func (c *content) addChild(key []byte) {
	if len(key) == 0 {
		return // the apex exists anyhow
	}
	h := maphash.Bytes(c.seed, key)
	var r record
	if g := c.segments[h>>56].Load(); g != nil {
		if _, off := g.find(uint32(h), key); off != 0 {
			r.parse(g.data[off:])
			if r.flags&hasChildren != 0 {
				at := g.data[int(off)+r.childrenAt:]
				binary.BigEndian.PutUint32(at, binary.BigEndian.Uint32(at)+1)
				return
			}
			r.flags |= hasChildren
			c.put(h, &r, 1)
			return
		}
	}
	c.addChild(parent(key))
	r = record{flags: hasChildren, key: key}
	c.put(h, &r, 1)
}

// dropChild undoes addChild.
func (c *content) dropChild(key []byte) {
	if len(key) == 0 {
		return
	}
	h := maphash.Bytes(c.seed, key)
	at := &c.segments[h>>56]
	g := at.Load()
	slot, off := g.find(uint32(h), key)
	var r record
	r.parse(g.data[off:])
	counter := g.data[int(off)+r.childrenAt:]
	if n := binary.BigEndian.Uint32(counter); n > 1 {
		binary.BigEndian.PutUint32(counter, n-1)
		return
	}
	if r.flags == hasChildren {
		c.remove(at, slot, r.size)
		c.dropChild(parent(key))
		return
	}
	r.flags &^= hasChildren
	c.put(h, &r, 0)
}

// recordRef says where a record is, in content that nobody writes.
type recordRef struct{ segment, off uint32 }

// read reads the record at ref.
func (c *content) read(ref recordRef, r *record) {
	r.parse(c.segments[ref.segment].Load().data[ref.off:])
	if r.flags&(hasNS|nsInline) == hasNS {
		r.ns = c.hosts.get(r.setID)
	}
}

// key is the key of the record at ref.
func (c *content) key(ref recordRef) []byte {
	data := c.segments[ref.segment].Load().data[ref.off:]
	return data[recordKeyAt : recordKeyAt+int(data[recordKeyLenAt])]
}

// each calls fn with every record of content that nobody writes.
func (c *content) each(fn func(recordRef, *record)) {
	var r record
	for i := range c.segments {
		g := c.segments[i].Load()
		if g == nil {
			continue
		}
		for _, v := range g.slots {
			if off := uint32(v); off != 0 {
				ref := recordRef{uint32(i), off}
				c.read(ref, &r)
				fn(ref, &r)
			}
		}
	}
}
