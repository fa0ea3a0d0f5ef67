package dnsout

import (
	"context"
	"errors"
	"maps"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"
)

// memSource is a Source in memory with the store's semantics: names become dirty
// with each change, PublishDirty makes them a step of the journal, and several
// servers may follow at once.
type memSource struct {
	mu    sync.Mutex
	zones map[int64]*memZone
	wake  chan struct{}
	down  error // what every call returns while not nil
	calls map[string]int
}

type memZone struct {
	PublishedZone
	delegations map[string]Delegation
	dirty       []string
	dirtyAt     time.Time
	journal     []ZoneChange
}

func newMemSource() *memSource {
	return &memSource{zones: map[int64]*memZone{}, wake: make(chan struct{}, 1), calls: map[string]int{}}
}

// exampleZone is a zone in the sandbox's manner.
func exampleZone(id int64, name string) PublishedZone {
	return PublishedZone{
		ID: id, Name: name, Kind: "target",
		NS:     []string{"ns1.nic." + name, "ns2.registry.test"},
		NSGlue: []Glue{{Host: "ns1.nic." + name, Addrs: addrs("192.0.2.53", "2001:db8::53")}},
		MName:  "ns1.nic." + name, RName: "hostmaster.registry.test",
		Refresh: 1800, Retry: 900, Expire: 604800, Minimum: 60, TTL: 3600, Serial: 100, ConfigVersion: 1,
	}
}

func addrs(list ...string) (out []netip.Addr) {
	for _, a := range list {
		out = append(out, netip.MustParseAddr(a))
	}
	return out
}

func (s *memSource) addZone(z PublishedZone) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.zones[z.ID] = &memZone{PublishedZone: z, delegations: map[string]Delegation{}}
}

func (s *memSource) dropZone(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.zones, id)
}

// configure changes a zone's settings.
func (s *memSource) configure(id int64, change func(*PublishedZone)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.zones[id].PublishedZone)
	s.zones[id].ConfigVersion++
}

// put makes d what d.Name shows; without name servers and data it removes it. No
// process is woken, as if another one had made the change.
func (s *memSource) put(id int64, list ...Delegation) {
	s.mu.Lock()
	defer s.mu.Unlock()
	z := s.zones[id]
	for _, d := range list {
		if len(d.NS) == 0 && len(d.Data) == 0 {
			delete(z.delegations, d.Name)
		} else {
			z.delegations[d.Name] = d
		}
		if len(z.dirty) == 0 {
			z.dirtyAt = time.Now()
		}
		z.dirty = append(z.dirty, d.Name)
	}
}

// change is put, and wakes the publisher.
func (s *memSource) change(id int64, list ...Delegation) {
	s.put(id, list...)
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// load puts delegations in without a trace in the journal.
func (s *memSource) load(id int64, list ...Delegation) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range list {
		s.zones[id].delegations[d.Name] = d
	}
}

func (s *memSource) edit(id int64, fn func(*memZone)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fn(s.zones[id])
}

func (s *memSource) setDown(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = err
}

func (s *memSource) called(op string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[op]
}

var errNoMemZone = errors.New("no such zone in the test source")

// enter locks the source for one call and finds the zone; id 0 means none.
func (s *memSource) enter(op string, id int64) (*memZone, error) {
	s.mu.Lock()
	s.calls[op]++
	if err := s.down; err != nil {
		s.mu.Unlock()
		return nil, err
	}
	z := s.zones[id]
	if id != 0 && z == nil {
		s.mu.Unlock()
		return nil, errNoMemZone
	}
	return z, nil
}

func (s *memSource) PublishedZones(context.Context) ([]PublishedZone, error) {
	if _, err := s.enter("PublishedZones", 0); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	var out []PublishedZone
	for _, z := range s.zones {
		out = append(out, z.PublishedZone)
	}
	return out, nil
}

func (s *memSource) SnapshotZone(_ context.Context, id int64, fn func(*Delegation) error) (uint32, error) {
	z, err := s.enter("SnapshotZone", id)
	if err != nil {
		return 0, err
	}
	defer s.mu.Unlock()
	for _, d := range z.delegations {
		if err := fn(&d); err != nil {
			return 0, err
		}
	}
	return z.Serial, nil
}

func (s *memSource) PublishDirty(_ context.Context, id int64, max int) (PublishResult, error) {
	z, err := s.enter("PublishDirty", id)
	if err != nil {
		return PublishResult{}, err
	}
	defer s.mu.Unlock()
	n := min(max, len(z.dirty))
	if n == 0 {
		return PublishResult{Serial: z.Serial}, nil
	}
	names := slices.Clone(z.dirty[:n])
	z.dirty = slices.Clone(z.dirty[n:])
	z.Serial++ // wraps to 0, as serial arithmetic wants
	slices.Sort(names)
	z.journal = append(z.journal, ZoneChange{Serial: z.Serial, Names: slices.Compact(names)})
	return PublishResult{Serial: z.Serial, Names: n, OldestDirty: z.dirtyAt}, nil
}

func (s *memSource) Changes(_ context.Context, id int64, since uint32) ([]ZoneChange, bool, error) {
	z, err := s.enter("Changes", id)
	if err != nil {
		return nil, false, err
	}
	defer s.mu.Unlock()
	behind := z.Serial - since
	if behind == 0 {
		return nil, true, nil
	}
	if uint64(behind) > uint64(len(z.journal)) {
		return nil, false, nil
	}
	return slices.Clone(z.journal[len(z.journal)-int(behind):]), true, nil
}

func (s *memSource) Delegations(_ context.Context, id int64, names []string) (map[string]Delegation, error) {
	z, err := s.enter("Delegations", id)
	if err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	out := map[string]Delegation{}
	for _, name := range names {
		if d, ok := z.delegations[name]; ok {
			out[name] = d
		}
	}
	return out, nil
}

func (s *memSource) DirtyWake() <-chan struct{} { return s.wake }

func (s *memSource) ZoneVersions(context.Context) ([]ZoneVersion, error) {
	if _, err := s.enter("ZoneVersions", 0); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	var out []ZoneVersion
	for _, id := range slices.Sorted(maps.Keys(s.zones)) {
		z := s.zones[id]
		out = append(out, ZoneVersion{ID: id, Name: z.Name, Serial: z.Serial, Dirty: len(z.dirty) > 0, Backlog: len(z.dirty), ConfigVersion: z.ConfigVersion})
	}
	return out, nil
}

// startServer starts a server on loopback and stops it with the test.
func startServer(t testing.TB, src Source, change ...func(*Config)) *Server {
	t.Helper()
	cfg := Config{
		Source: src, Addrs: []netip.AddrPort{netip.MustParseAddrPort("127.0.0.1:0")},
		Poll: 10 * time.Millisecond, MinStep: time.Millisecond, UDPSockets: 2,
	}
	for _, fn := range change {
		fn(&cfg)
	}
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := s.Start(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := s.Stop(ctx); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	return s
}

// published waits for everything dirty to be answered.
func published(t testing.TB, s *Server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := s.WaitPublished(ctx); err != nil {
		t.Fatal(err)
	}
}
