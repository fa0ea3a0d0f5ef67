package desk

import (
	"context"
	"errors"
	"time"

	"go.uber.org/zap"

	"cadastre/internal/clock"
	"cadastre/registry"
	"cadastre/registry/store"
	wlstore "cadastre/whitelist/store"
)

// Config is what a Desk needs.
type Config struct {
	Store      *store.Store
	Clock      clock.Clock // business time
	Targets    Targets     // nil: LocalTargets, which knows the registry's own target zones alone
	Log        *zap.Logger // nil: nothing is logged
	Metrics    *Metrics    // nil: nothing is counted
	ROIDSuffix string      // repository id of whitelist names (RFC 5730, Section 2.8); empty: DefaultROIDSuffix
}

// DefaultROIDSuffix is the repository id where none is configured.
const DefaultROIDSuffix = "CADASTRE"

// Desk carries out the whitelist registry's operations. It is safe for concurrent
// use and for several processes on one database.
type Desk struct {
	cfg     Config // as checked by New: nothing that a method needs is nil
	store   *store.Store
	log     *zap.Logger
	metrics *Metrics
	granted *wlstore.Granted // the policies in force
	hashing chan struct{}    // bounds argon2id: each run takes 19 MiB
	wake    chan struct{}    // there is work to do
	pruning chan struct{}    // has room for the one who prunes
	outside outside          // connections to verifiers
	hands   hands            // what is in hand
}

// New makes a Desk; an error says what the configuration lacks.
func New(cfg Config) (*Desk, error) {
	if cfg.Store == nil || cfg.Clock == nil {
		return nil, errors.New("whitelist desk: a store and a clock are needed")
	}
	if cfg.Log == nil {
		cfg.Log = zap.NewNop()
	}
	if cfg.Metrics == nil {
		cfg.Metrics = NewMetrics(nil)
	}
	if cfg.Targets == nil {
		cfg.Targets = NewLocalTargets(cfg.Store, cfg.Clock)
	}
	if cfg.ROIDSuffix == "" {
		cfg.ROIDSuffix = DefaultROIDSuffix
	}
	return &Desk{
		cfg: cfg, store: cfg.Store, log: cfg.Log, metrics: cfg.Metrics, granted: wlstore.NewGranted(cfg.Store),
		hashing: make(chan struct{}, 1), wake: make(chan struct{}, 1), pruning: make(chan struct{}, 1),
	}, nil
}

// runs says which of the two registries this is, as its zones show at most a second
// old; a combined one is both.
func (d *Desk) runs(ctx context.Context) (whitelist, targets bool, err error) {
	zones, err := d.store.Zones(ctx)
	for _, z := range zones {
		whitelist = whitelist || z.Kind == registry.WhitelistZone
		targets = targets || z.Kind == registry.TargetZone
	}
	return whitelist, targets, err
}

// now is the business instant, UTC, in microseconds.
func (d *Desk) now() time.Time { return d.cfg.Clock.Now().UTC().Truncate(time.Microsecond) }

// transact runs fn in one transaction at the present business instant. fn may run
// more than once, and nobody outside the database is asked within it.
func (d *Desk) transact(ctx context.Context, actor registry.Actor, fn func(ctx context.Context, tx *store.Tx) error) error {
	actor.Once = nil // what follows a commit here must not wait for the answer
	return d.store.Transact(ctx, actor, d.now(), fn)
}

// operatorOnly refuses with 2201 whoever is not the registry's own staff.
func operatorOnly(actor registry.Actor) error {
	if actor.Operator {
		return nil
	}
	return registry.Errorf(registry.KindAuthorization, "", "", "only the registry's operator may do this")
}
