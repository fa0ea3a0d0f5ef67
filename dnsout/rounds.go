package dnsout

import (
	"fmt"
	"time"

	"go.uber.org/zap"
)

// readNames is how many changed names are read from the store at once.
const readNames = 5000

// publish turns the zone's dirty names into serial steps and applies each. drained
// is false when names may be left: another process was publishing them.
func (f *follower) publish() (drained bool, err error) {
	m, src := f.p.cfg.Metrics, f.p.cfg.Source
	for {
		step, err := src.PublishDirty(f.ctx, f.id, f.p.cfg.BatchNames)
		if err != nil {
			return false, f.fail("publish_dirty", fmt.Errorf("publishing dirty names: %w", err))
		}
		if step.Names == 0 {
			return false, nil
		}
		m.steps.WithLabelValues(f.name).Inc()
		if err := f.catchUp(); err != nil {
			return false, err
		}
		if !step.OldestDirty.IsZero() {
			delay := time.Since(step.OldestDirty).Seconds()
			m.published.WithLabelValues(f.name).Observe(max(0, delay))
		}
		if step.Names < f.p.cfg.BatchNames {
			return true, nil
		}
	}
}

// catchUp applies the journal from the served serial on. When the journal does not
// reach back so far, the zone is built anew.
func (f *follower) catchUp() error {
	changes, ok, err := f.p.cfg.Source.Changes(f.ctx, f.id, f.serial())
	if err != nil {
		return f.fail("changes", fmt.Errorf("reading the journal: %w", err))
	}
	if !ok {
		f.log.Warn("the journal does not reach back to the served serial; building the zone anew", zap.Uint32("serial", f.serial()))
		return f.rebuild()
	}
	names := map[string]struct{}{}
	for i, ch := range changes {
		if i > 0 && !serialLess(changes[i-1].Serial, ch.Serial) {
			f.log.Error("the journal's serials do not rise; building the zone anew", zap.Uint32("serial", ch.Serial))
			return f.rebuild()
		}
		for _, name := range ch.Names {
			names[name] = struct{}{}
		}
		if len(names) >= readNames || i == len(changes)-1 {
			if err := f.apply(names, ch.Serial); err != nil {
				return err
			}
			clear(names)
		}
	}
	return nil
}

// apply re-reads the names and writes them into the zone, then shows serial. The
// store can be further on than serial; what is shown then is newer than it must be,
// and the next step changes nothing.
func (f *follower) apply(names map[string]struct{}, serial uint32) error {
	c := f.zone.Load().content.Load()
	if _, ok := names[f.name]; ok {
		delete(names, f.name)
		if err := f.readApex(); err != nil {
			return err
		}
	}
	list := make([]string, 0, min(len(names), readNames))
	left := len(names)
	for name := range names {
		list = append(list, name)
		if left--; left > 0 && len(list) < readNames {
			continue
		}
		now, err := f.p.cfg.Source.Delegations(f.ctx, f.id, list)
		if err != nil {
			return f.fail("delegations", fmt.Errorf("reading changed names: %w", err))
		}
		for _, name := range list {
			d := now[name]
			d.Name = name // also where the store has nothing for it
			f.enc.put(c, &d, f.reject)
		}
		list = list[:0]
	}
	c.apex.Store(c.apex.Load().withSerial(serial))
	f.p.cfg.Metrics.names.WithLabelValues(f.name).Add(float64(len(names)))
	f.measure()
	return nil
}

func (f *follower) reject(err error) {
	f.p.cfg.Metrics.rejected.WithLabelValues(f.name).Inc()
	f.log.Error("a name is not fit for the zone: its delegation stays as it was, its data is left out", zap.Error(err))
}

// measure tells the size and serial of the zone.
func (f *follower) measure() {
	m, c := f.p.cfg.Metrics, f.zone.Load().content.Load()
	m.zoneSerial.WithLabelValues(f.name).Set(float64(c.apex.Load().serial))
	m.zoneNames.WithLabelValues(f.name).Set(float64(c.names))
	m.zoneBytes.WithLabelValues(f.name).Set(float64(c.size()))
}
