package srs

import (
	"context"
	"slices"

	"cadastre/registry"
	"cadastre/registry/store"
)

// CheckHosts says of each name whether a host can be created under it (RFC 5732,
// Section 3.1.1).
func (s *SRS) CheckHosts(ctx context.Context, _ registry.Actor, names []string) ([]registry.Availability, error) {
	if err := registry.CheckCount(len(names), "host:name"); err != nil {
		return nil, err
	}
	zones, err := s.store.Zones(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]registry.Availability, len(names))
	ask := make([]string, 0, len(names))
	for i, raw := range names {
		name, err := registry.CanonicalName(raw, "host:name")
		if err == nil {
			err = registry.CheckHostName(name)
		}
		if err != nil {
			out[i] = registry.Availability{Name: raw, Reason: "Invalid name"}
			continue
		}
		if _, err := superordinateName(zones.Find(name), name); err != nil {
			out[i] = registry.Availability{Name: name, Reason: "Kept by the registry"}
			continue
		}
		out[i] = registry.Availability{Name: name, Available: true}
		ask = append(ask, name)
	}
	taken, err := s.store.TakenHosts(ctx, ask)
	if err != nil {
		return nil, err
	}
	for i := range out {
		if taken[out[i].Name] {
			out[i].Available, out[i].Reason = false, "In use"
		}
	}
	return out, nil
}

// InfoHost shows a host; it holds nothing that is not public (RFC 5732,
// Section 3.1.2).
func (s *SRS) InfoHost(ctx context.Context, _ registry.Actor, name string) (*registry.HostView, error) {
	name, err := registry.CanonicalName(name, "host:name")
	if err != nil {
		return nil, err
	}
	now := s.Now()
	h, err := s.store.Host(ctx, name, now)
	if err != nil {
		return nil, err
	}
	view := &registry.HostView{Host: h.At(now), ROID: s.ROID('H', h.ID)}
	if !h.External() {
		zones, err := s.store.ZonesFor(ctx, name)
		if err != nil {
			return nil, err
		}
		view.Settings = zones.Find(name)
	}
	return view, nil
}

// CreateHost creates a host (RFC 5732, Section 3.2.1). A name inside our zones
// needs its superordinate domain, of the same registrar.
func (s *SRS) CreateHost(ctx context.Context, actor registry.Actor, req registry.HostCreate) (*registry.Host, error) {
	name, err := registry.CanonicalName(req.Name, "host:name")
	if err != nil {
		return nil, err
	}
	addrs, err := registry.ParseAddrs(req.Addrs)
	if err != nil {
		return nil, err
	}
	zones, err := s.store.ZonesFor(ctx, name)
	if err != nil {
		return nil, err
	}
	var h *registry.Host
	err = s.hostTransact(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		sup, err := superordinate(ctx, tx, zones, name)
		if err != nil {
			return err
		}
		if h, err = registry.NewHost(actor, name, addrs, sup, tx.Now); err != nil {
			return err
		}
		if err := h.SetTTLs(zones.Find(name), req.TTLs); err != nil {
			return err
		}
		return tx.InsertHost(ctx, h)
	})
	return h, err
}

// UpdateHost changes a host (RFC 5732, Section 3.2.5).
func (s *SRS) UpdateHost(ctx context.Context, actor registry.Actor, u registry.HostUpdate) error {
	var err error
	if u.Name, err = registry.CanonicalName(u.Name, "host:name"); err != nil {
		return err
	}
	name := u.Name // as it will be
	if u.NewName != "" {
		if u.NewName, err = registry.CanonicalName(u.NewName, "host:name"); err != nil {
			return err
		}
		name = u.NewName
	}
	zones, err := s.store.ZonesFor(ctx, name)
	if err != nil {
		return err
	}
	return s.hostTransact(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		// Domains are locked before hosts.
		var sup *registry.Domain
		if u.NewName != "" {
			if sup, err = superordinate(ctx, tx, zones, u.NewName); err != nil {
				return err
			}
		}
		h, err := lockHost(ctx, tx, u.Name)
		if err != nil {
			return err
		}
		use, err := tx.HostUse(ctx, h)
		if err != nil {
			return err
		}
		if err := h.Update(actor, u, sup, use.LinkedOthers, tx.Now); err != nil {
			return err
		}
		if err := h.SetTTLs(zones.Find(name), u.TTLs); err != nil {
			return err
		}
		if actor.Operator {
			change := registry.Change{Operation: registry.ChangeUpdate, At: tx.Now}
			if err := tx.NotifyHost(h, h.Name+" was changed by the registry", change); err != nil {
				return err
			}
		}
		return tx.SaveHost(h)
	})
}

// DeleteHost deletes a host nothing delegates to (RFC 5732, Section 3.2.2).
func (s *SRS) DeleteHost(ctx context.Context, actor registry.Actor, name string) error {
	name, err := registry.CanonicalName(name, "host:name")
	if err != nil {
		return err
	}
	return s.hostTransact(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		h, err := lockHost(ctx, tx, name)
		if err != nil {
			return err
		}
		use, err := tx.HostUse(ctx, h)
		if err != nil {
			return err
		}
		names, err := users(use.Users)
		if err != nil {
			return err
		}
		if err := h.CheckDelete(actor, names); err != nil {
			return err
		}
		if actor.Operator {
			gone := registry.Change{Operation: registry.ChangeDelete, Op: registry.OpPurge, At: tx.Now, Before: true}
			if err := tx.NotifyHost(h, h.Name+" was deleted by the registry", gone); err != nil {
				return err
			}
		}
		return tx.DeleteHost(h)
	})
}

// hostTransact runs fn in a transaction of a command on a host.
func (s *SRS) hostTransact(ctx context.Context, actor registry.Actor, fn func(context.Context, *store.Tx) error) error {
	return s.settled(ctx, func() error { return s.transact(ctx, actor, fn) })
}

// lockHost locks a host; errDue when it went to another registrar with its domain.
func lockHost(ctx context.Context, tx *store.Tx, name string) (*registry.Host, error) {
	h, err := tx.LockHost(ctx, name)
	if err == nil && h.At(tx.Now).Version != h.Version {
		return nil, errDue{[]string{h.Superordinate}}
	}
	return h, err
}

// superordinate reads the registrable ancestor of a host name and keeps it from
// going away; nil for a name outside our zones. Errors: 2306 for a name the
// registry keeps, 2303 when the ancestor is not registered.
func superordinate(ctx context.Context, tx *store.Tx, zones registry.Zones, name string) (*registry.Domain, error) {
	z := zones.Find(name)
	domain, err := superordinateName(z, name)
	if err != nil || domain == "" {
		return nil, err
	}
	row, hosts, err := tx.ShareDomain(ctx, domain)
	if err != nil {
		return nil, err
	}
	if row != nil {
		if d, events, exists := row.At(tx.Now, z); exists {
			if slices.ContainsFunc(events, func(e registry.Event) bool { return e.Kind == registry.Transferred }) {
				return nil, errDue{[]string{domain}}
			}
			if hosts >= registry.MaxSubordinates {
				return nil, registry.Errorf(registry.KindParamPolicy, "host:name", name, "%s has %d hosts already, the most there may be", domain, hosts)
			}
			return d, nil
		}
	}
	return nil, registry.Errorf(registry.KindNotFound, "host:name", name, "the superordinate domain %s is not registered", domain)
}

// superordinateName is the registrable ancestor of a host name in zone z; empty
// for a name outside our zones, where z is nil. The registry keeps the names that
// have none: 2306.
func superordinateName(z *registry.Zone, name string) (string, error) {
	if z == nil {
		return "", nil
	}
	if z.Model.Hosts == registry.HostAttributes {
		return "", registry.Errorf(registry.KindParamPolicy, "host:name", name, "name servers are attributes of their domain in %s: there are no host objects", z.Name)
	}
	domain, _, ok := z.Registrable(name)
	if !ok || z.Kind != registry.TargetZone {
		return "", registry.Errorf(registry.KindParamPolicy, "host:name", name, "the name is kept by the registry of %s", z.Name)
	}
	return domain, nil
}
