package dnsout

import (
	"context"
	"fmt"
	"time"

	"go.uber.org/zap"
)

// load reads the zone for the first time and begins to answer for it.
func (f *follower) load(v view) error {
	z, err := newZone(f.id, f.name)
	if err != nil {
		return f.fail("settings", fmt.Errorf("%w: zone name: %w", errHeld, err))
	}
	c, err := f.build(z)
	if err != nil {
		return err
	}
	z.content.Store(c)
	f.config = v.ConfigVersion
	f.zone.Store(z)
	f.p.zones.add(z)
	f.measure()
	return nil
}

// rebuild reads the zone again and replaces it as a whole, unless too little of it
// came back.
func (f *follower) rebuild() error {
	old := f.zone.Load().content.Load()
	c, err := f.build(f.zone.Load())
	if err != nil {
		return err
	}
	cfg := f.p.cfg
	if old.names >= cfg.KeepFloor && float64(c.names) < cfg.KeepShare*float64(old.names) {
		return f.fail("guard", fmt.Errorf("%w: the snapshot has %d names, the served zone %d",
			errHeld, c.names, old.names))
	}
	f.zone.Load().content.Store(c)
	f.measure()
	return nil
}

// build makes a zone's content from one snapshot of the store.
func (f *follower) build(z *zone) (*content, error) {
	select {
	case f.p.loads <- struct{}{}:
		defer func() { <-f.p.loads }()
	case <-f.ctx.Done():
		return nil, f.ctx.Err()
	}
	began := time.Now()
	settings, err := f.settings()
	if err != nil {
		return nil, err
	}
	f.enc.apex = z.labels
	c, err := readContent(f.ctx, f.p.cfg.Source, settings, f.reject)
	if err != nil {
		return nil, f.fail("snapshot", err)
	}
	f.log.Info("zone loaded", zap.Int("names", c.names), zap.Int("bytes", c.size()),
		zap.Uint32("serial", c.apex.Load().serial), zap.Duration("took", time.Since(began)))
	return c, nil
}

// settings reads the zone's apex from the store.
func (f *follower) settings() (*PublishedZone, error) {
	list, err := f.p.cfg.Source.PublishedZones(f.ctx)
	if err != nil {
		return nil, f.fail("settings", fmt.Errorf("reading the zone's settings: %w", err))
	}
	for i := range list {
		if list[i].ID == f.id {
			return &list[i], nil
		}
	}
	return nil, f.fail("settings", fmt.Errorf("%w: the store has no settings of the zone", errHeld))
}

// refreshApex takes changed settings of the zone.
func (f *follower) refreshApex(v view) error {
	if err := f.readApex(); err != nil {
		return err
	}
	f.config = v.ConfigVersion
	f.measure()
	return nil
}

func (f *follower) readApex() error {
	settings, err := f.settings()
	if err != nil {
		return err
	}
	c := f.zone.Load().content.Load()
	a, err := newApex(settings, c.labels)
	if err != nil {
		return f.fail("settings", fmt.Errorf("%w: %w", errHeld, err))
	}
	c.setApex(a.withSerial(c.apex.Load().serial))
	return nil
}

// readContent builds a zone's content from a snapshot. What is not fit for the zone
// is given to reject and left out.
func readContent(ctx context.Context, src Source, settings *PublishedZone, reject func(error)) (*content, error) {
	labels, err := appendName(nil, settings.Name)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errHeld, err)
	}
	a, err := newApex(settings, labels)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errHeld, err)
	}
	c := newContent(labels)
	c.setApex(a) // first: its name servers' addresses go before data
	enc := encoder{apex: labels}
	serial, err := src.SnapshotZone(ctx, settings.ID, func(d *Delegation) error {
		if len(d.NS) == 0 && enc.delegated(c, d.Name) {
			// The snapshot shows a name with both twice, the delegation first.
			reject(bothError(d.Name))
			return nil
		}
		enc.put(c, d, reject)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading a snapshot of zone %q: %w", settings.Name, err)
	}
	c.apex.Store(a.withSerial(serial))
	return c, nil
}
