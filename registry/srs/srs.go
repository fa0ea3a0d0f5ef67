package srs

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"cadastre/internal/clock"
	"cadastre/registry"
	"cadastre/registry/store"
)

// Config is what an SRS needs.
type Config struct {
	Store      *store.Store
	Clock      clock.Clock // business time
	Log        *zap.Logger
	ROIDSuffix string // repository id, registered with IANA (RFC 5730, Section 2.8)
	// Preapproval is asked before a name goes to somebody new; nil: nothing is under
	// control.
	Preapproval Preapproval
	// ContactTransfer is the losing registrar's time to answer the request for a
	// contact; 0: registry.ContactTransferWindow, below zero: none.
	ContactTransfer time.Duration
	// Clearinghouse has the lists that launch phases need; nil: there are none.
	Clearinghouse Clearinghouse
	Passwords     registry.PasswordPolicy
}

// SRS carries out operations on the registry. It is safe for concurrent use and
// for several processes on one database.
type SRS struct {
	store       *store.Store
	clock       clock.Clock
	log         *zap.Logger
	suffix      string
	preapproval Preapproval   // nil: nothing is under control
	hashing     chan struct{} // bounds argon2id: each run takes 19 MiB
	accounts    accountCache
	contests    contests
	forgot      atomic.Int64 // when answers were removed, in ns of Unix time

	contactWindow time.Duration // the losing registrar's, of a contact
	clearinghouse Clearinghouse // nil: there is none
	passwords     registry.PasswordPolicy
}

// New makes an SRS.
func New(cfg Config) (*SRS, error) {
	if cfg.Store == nil || cfg.Clock == nil {
		return nil, fmt.Errorf("srs: a store and a clock are needed")
	}
	if n := len(cfg.ROIDSuffix); n < 1 || n > 8 {
		return nil, fmt.Errorf("srs: the ROID suffix %q has not 1 to 8 characters", cfg.ROIDSuffix)
	}
	log := cfg.Log
	if log == nil {
		log = zap.NewNop()
	}
	window := cfg.ContactTransfer
	if window == 0 {
		window = registry.ContactTransferWindow
	}
	return &SRS{
		contactWindow: window, clearinghouse: cfg.Clearinghouse,
		passwords: cfg.Passwords,
		store:     cfg.Store, clock: cfg.Clock, log: log, suffix: cfg.ROIDSuffix,
		preapproval: cfg.Preapproval, hashing: make(chan struct{}, hashingAtOnce),
	}, nil
}

// Now is the business instant, UTC, in microseconds.
func (s *SRS) Now() time.Time { return s.clock.Now().UTC().Truncate(time.Microsecond) }

// ROID writes a repository object identifier (RFC 5730, Section 2.8) for an
// object of kind 'D', 'H' or 'C'.
func (s *SRS) ROID(kind byte, id int64) string {
	return fmt.Sprintf("%c%d-%s", kind, id, s.suffix)
}

// transact runs fn at the present business instant. What the command costs must not
// exceed what its client agreed to, where it said so.
func (s *SRS) transact(ctx context.Context, actor registry.Actor, fn func(context.Context, *store.Tx) error) error {
	fn, err := s.settling(ctx, actor, fn)
	if err != nil {
		return err
	}
	return s.store.Transact(ctx, actor, s.Now(), fn)
}

// zoneOf finds the zone of a canonical name; 2306 when the registry runs none.
func (s *SRS) zoneOf(ctx context.Context, name, field string) (*registry.Zone, registry.Zones, error) {
	zones, err := s.store.ZonesFor(ctx, name)
	if err != nil {
		return nil, nil, err
	}
	z := zones.Find(name)
	if z == nil {
		return nil, nil, registry.Errorf(registry.KindParamPolicy, field, name, "the name lies in no zone of this registry")
	}
	return z, zones, nil
}

// accountCache keeps the registrars' accounts for accountCacheLife. Every command asks, so
// looking takes no lock.
type accountCache struct {
	known   atomic.Pointer[knownAccounts] // nil: nothing is known
	reading sync.Mutex
}

type knownAccounts struct {
	accounts map[string]store.Account
	read     time.Time
}

// accountCacheLife bounds how long an open session goes on after its account was
// suspended or its certificate taken away.
const accountCacheLife = time.Second

// knownAccounts reads the accounts if they are older than accountCacheLife, or than an
// instant; both are in real time.
func (s *SRS) knownAccounts(ctx context.Context, now, since time.Time) (map[string]store.Account, error) {
	fresh := func(k *knownAccounts) bool {
		return k != nil && now.Sub(k.read) < accountCacheLife && !k.read.Before(since)
	}
	if k := s.accounts.known.Load(); fresh(k) {
		return k.accounts, nil
	}
	s.accounts.reading.Lock()
	defer s.accounts.reading.Unlock()
	if k := s.accounts.known.Load(); fresh(k) {
		return k.accounts, nil
	}
	began := time.Now()
	accounts, err := s.store.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	s.accounts.known.Store(&knownAccounts{accounts, began})
	return accounts, nil
}

func suspended(reason string) error {
	if reason == "" {
		reason = "no reason given"
	}
	return registry.Errorf(registry.KindAuthClosing, "", "", "the account is suspended: %s", reason)
}
