package srs

import (
	"context"
	"fmt"
	"time"

	"go.uber.org/zap"

	"cadastre/internal/clock"
	"cadastre/registry"
	"cadastre/registry/store"
)

const (
	sweepBatch = 100         // domains in one transaction
	sweepEvery = time.Second // so that billing and DNS follow within a second
)

// SettleBy sweeps until nothing that fell due by the instant at is left, waiting
// for what other sweeps and commands have in hand.
func (s *SRS) SettleBy(ctx context.Context, at time.Time) error {
	for {
		if _, err := s.Sweep(ctx); err != nil {
			return err
		}
		due, err := s.store.NextDue(ctx)
		if err != nil {
			return err
		}
		if due.IsZero() || due.After(at) {
			if more, err := s.noticesDue(ctx); err != nil || !more {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(settleWait):
		}
	}
}

// settleWait is how long SettleBy waits for what others have in hand.
const settleWait = 5 * time.Millisecond

// Sweep writes down everything that has fallen due by now: automatic renewals,
// ends of redemption, purges, messages that are due; rows that another sweep or command has in
// hand are left to it. It returns how many domains, contacts and maintenances it settled and how
// many notices of expiry it sent. Several processes may
// sweep at once.
func (s *SRS) Sweep(ctx context.Context) (int, error) {
	total := 0
	for {
		n, err := s.sweepSome(ctx)
		total += n
		if err != nil {
			return total, err
		}
		if n == 0 {
			break
		}
	}
	// Domains come first: what was renewed by now expires another day.
	n, err := s.sweepNotices(ctx)
	return total + n, err
}

func (s *SRS) sweepSome(ctx context.Context) (int, error) {
	domains, err := s.sweepDomains(ctx)
	if err != nil {
		return domains, err
	}
	contacts, err := s.sweepContacts(ctx)
	if err != nil {
		return domains + contacts, err
	}
	maintenances, err := s.sweepMaintenances(ctx)
	return domains + contacts + maintenances, err
}

// sweeper is the registry settling what fell due by now.
func sweeper(now time.Time) registry.Actor {
	return registry.System(fmt.Sprintf("sweep-%d", now.UnixMicro()))
}

// sweepContacts writes down what fell due on contacts.
func (s *SRS) sweepContacts(ctx context.Context) (n int, err error) {
	now := s.Now()
	err = s.store.Transact(ctx, sweeper(now), now, func(ctx context.Context, tx *store.Tx) error {
		handles, err := tx.LockDueContacts(ctx, tx.Now, sweepBatch)
		if err != nil {
			return err
		}
		n = len(handles)
		for _, h := range handles {
			if _, err := lockContact(ctx, tx, h); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

func (s *SRS) sweepDomains(ctx context.Context) (int, error) {
	zones, err := s.store.Zones(ctx)
	if err != nil {
		return 0, err
	}
	n := 0
	now := s.Now()
	err = s.store.Transact(ctx, sweeper(now), now, func(ctx context.Context, tx *store.Tx) error {
		names, err := tx.LockDueDomains(ctx, tx.Now, sweepBatch)
		if err != nil {
			return err
		}
		n = len(names)
		for _, name := range names {
			if err := settle(ctx, tx, zones, name); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// settle writes down what fell due on one domain.
func settle(ctx context.Context, tx *store.Tx, zones registry.Zones, name string) error {
	row, _, err := tx.LockDomain(ctx, name)
	if err != nil {
		return err
	}
	z := zones.Find(name)
	if z == nil {
		return fmt.Errorf("sweep: %s lies in no zone", name)
	}
	_, _, err = tx.Persist(ctx, row, z)
	return err
}

// RunSweep sweeps every second, and at once when the clock is moved, until ctx
// ends.
func (s *SRS) RunSweep(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		var jumped <-chan struct{} // nil, which never fires, for a clock nobody moves
		if j, ok := s.clock.(clock.Jumper); ok {
			jumped = j.Jumped()
		}
		n, err := s.Sweep(ctx)
		if err == nil {
			err = s.forgetAnswers(ctx)
		}
		if err != nil && ctx.Err() == nil {
			s.log.Error("sweep failed; it is tried again", zap.Error(err))
		} else if n > 0 {
			s.log.Info("settled what fell due", zap.Int("objects", n))
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-jumped:
		}
	}
}
