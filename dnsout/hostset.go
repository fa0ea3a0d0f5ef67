package dnsout

import "sync/atomic"

// hostSets keeps each distinct set of host names once, under a number. A number
// is used again after its set has gone; a reader who found a number in a record
// must see afterwards that the record is still current (content.find does).
type hostSets struct {
	pages atomic.Pointer[[]*hostPage] // grows by copying; pages stay

	// The rest belongs to the writer.
	ids   map[string]uint32
	uses  []uint32
	free  []uint32
	bytes int
}

type hostPage [256]atomic.Pointer[[]byte]

// hostSetSize estimates what one set costs: its octets twice (the map's key is one
// copy), a map entry, a slice header and a use count.
func hostSetSize(names []byte) int { return 2*len(names) + 96 }

func newHostSets() *hostSets {
	s := &hostSets{ids: map[string]uint32{}}
	s.pages.Store(&[]*hostPage{})
	return s
}

// get returns the host names of set id, or nil when there is no such set now.
func (s *hostSets) get(id uint32) []byte {
	pages := *s.pages.Load()
	if int(id>>8) >= len(pages) {
		return nil
	}
	if names := pages[id>>8][id&255].Load(); names != nil {
		return *names
	}
	return nil
}

// acquire returns the number of the set and counts one more use of it.
func (s *hostSets) acquire(names []byte) uint32 {
	if id, ok := s.ids[string(names)]; ok {
		s.uses[id]++
		return id
	}
	var id uint32
	if n := len(s.free); n > 0 {
		id, s.free = s.free[n-1], s.free[:n-1]
	} else {
		id = uint32(len(s.uses))
		s.uses = append(s.uses, 0)
		if id&255 == 0 {
			pages := append((*s.pages.Load())[:id>>8:id>>8], new(hostPage))
			s.pages.Store(&pages)
			s.bytes += 8 * 256
		}
	}
	owned := append([]byte(nil), names...)
	s.ids[string(names)] = id
	s.uses[id] = 1
	s.bytes += hostSetSize(names)
	(*s.pages.Load())[id>>8][id&255].Store(&owned)
	return id
}

// release counts one use less; no record may point to the set for it any more.
func (s *hostSets) release(id uint32) {
	if s.uses[id]--; s.uses[id] > 0 {
		return
	}
	names := s.get(id)
	delete(s.ids, string(names))
	s.bytes -= hostSetSize(names)
	(*s.pages.Load())[id>>8][id&255].Store(nil)
	s.free = append(s.free, id)
}
