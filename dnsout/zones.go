package dnsout

import (
	"maps"
	"sync"
	"sync/atomic"
)

// zone is one served zone. Its content is replaced as a whole only when it is
// built anew from a snapshot.
type zone struct {
	id      int64
	name    string
	labels  []byte
	content atomic.Pointer[content]
}

func newZone(id int64, name string) (*zone, error) {
	labels, err := appendName(nil, name)
	if err != nil {
		return nil, err
	}
	if len(labels) == 0 {
		return nil, errName // this server does not hold the root
	}
	return &zone{id: id, name: name, labels: labels}, nil
}

// serial is the one that is answered now.
func (z *zone) serial() uint32 { return z.content.Load().apex.Load().serial }

// zoneSet is the zones that are answered for; readers see one state of it.
type zoneSet struct {
	byName    map[string]*zone // by labels
	maxLabels int
}

// zones lets zones come and go while queries are answered.
type zones struct {
	mu  sync.Mutex // for writers
	set atomic.Pointer[zoneSet]
}

func newZones() *zones {
	z := &zones{}
	z.set.Store(&zoneSet{})
	return z
}

// add begins to answer for z, which has its content.
func (s *zones) add(z *zone) {
	s.change(func(m map[string]*zone) { m[string(z.labels)] = z })
}

// drop stops to answer for z.
func (s *zones) drop(z *zone) {
	s.change(func(m map[string]*zone) {
		if m[string(z.labels)] == z {
			delete(m, string(z.labels))
		}
	})
}

func (s *zones) change(edit func(map[string]*zone)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := &zoneSet{byName: maps.Clone(s.set.Load().byName)}
	if next.byName == nil {
		next.byName = map[string]*zone{}
	}
	edit(next.byName)
	var starts [128]uint8
	for _, z := range next.byName {
		next.maxLabels = max(next.maxLabels, labelStarts(z.labels, &starts))
	}
	s.set.Store(next)
}

// find returns the zone with the longest apex that encloses the queried name
// (RFC 1034, Section 4.3.2, step 2), leaving out apexes of skip or fewer labels
// from the left, and the index of the label at which the apex begins.
func (s *zoneSet) find(q *query, skip int) (z *zone, apexAt int) {
	for i := max(skip, q.labels-s.maxLabels); i < q.labels; i++ {
		if z := s.byName[string(q.lower[q.starts[i]:q.end])]; z != nil {
			return z, i
		}
	}
	return nil, 0
}
