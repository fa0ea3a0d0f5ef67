package srs

import (
	"context"
	"slices"

	"cadastre/registry"
	"cadastre/registry/store"
)

// noticeBatch bounds the notices of one transaction.
const noticeBatch = 500

// sweepNotices tells registrars of domains that expire soon, as their zones say. It returns
// how many notices it sent.
func (s *SRS) sweepNotices(ctx context.Context) (total int, err error) {
	zones, err := s.store.Zones(ctx)
	if err != nil {
		return 0, err
	}
	due, err := s.store.DueNotices(ctx, s.Now())
	if err != nil {
		return 0, err
	}
	for _, d := range due {
		i := slices.IndexFunc(zones, func(z *registry.Zone) bool { return z.ID == d.ZoneID })
		if i < 0 {
			continue // it was just added
		}
		for n := noticeBatch; n == noticeBatch; total += n {
			if n, err = s.tellExpiring(ctx, zones[i], d); err != nil {
				return total, err
			}
		}
	}
	return total, nil
}

func (s *SRS) tellExpiring(ctx context.Context, z *registry.Zone, due store.DueNotices) (n int, err error) {
	now := s.Now()
	err = s.store.Transact(ctx, sweeper(now), now, func(ctx context.Context, tx *store.Tx) (err error) {
		n, err = tx.TellExpiring(ctx, due, noticeBatch, func(d *registry.ExpiringDomain) string { return d.Text(z) })
		return err
	})
	return n, err
}

// noticesDue says whether there is a notice to send.
func (s *SRS) noticesDue(ctx context.Context) (bool, error) {
	due, err := s.store.DueNotices(ctx, s.Now())
	return slices.ContainsFunc(due, func(d store.DueNotices) bool { return d.Due }), err
}
