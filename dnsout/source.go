package dnsout

import (
	"context"

	"cadastre/registry/store"
)

// The store's words for what DNS shows.
type (
	Delegation    = store.Delegation
	Glue          = store.Glue
	DS            = store.DS
	Data          = store.Data
	PublishedZone = store.PublishedZone
	PublishResult = store.PublishResult
	ZoneChange    = store.ZoneChange
	ZoneVersion   = store.ZoneVersion
)

var _ Source = (*store.Store)(nil)

// Source is what the publisher needs of the store. Names are lower-case A-labels
// without a trailing dot.
type Source interface {
	// PublishedZones reads the apex of every zone.
	PublishedZones(ctx context.Context) ([]PublishedZone, error)
	// SnapshotZone streams all names of a zone, with their delegations or data, in
	// one consistent snapshot and returns the serial it corresponds to. The
	// Delegation is reused between calls of fn.
	SnapshotZone(ctx context.Context, zoneID int64, fn func(*Delegation) error) (serial uint32, err error)
	// PublishDirty moves at most max pending dirty names of the zone into its
	// journal as one serial step. No names: there was nothing to do, or another
	// process is doing it.
	PublishDirty(ctx context.Context, zoneID int64, max int) (PublishResult, error)
	// Changes returns the journal after serial since, in order; ok is false when
	// the journal no longer reaches back so far.
	Changes(ctx context.Context, zoneID int64, since uint32) (changes []ZoneChange, ok bool, err error)
	// Delegations reads the current delegation or data of each name; a name without
	// either is absent from the map.
	Delegations(ctx context.Context, zoneID int64, names []string) (map[string]Delegation, error)
	// DirtyWake is signalled after a commit of this process that marked names.
	DirtyWake() <-chan struct{}
	// ZoneVersions is one cheap query over all zones.
	ZoneVersions(ctx context.Context) ([]ZoneVersion, error)
}
