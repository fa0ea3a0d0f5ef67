package main

import (
	"context"
	"errors"

	"cadastre/registry"
	"cadastre/registry/store"
	"cadastre/whitelist/desk"
	"cadastre/whitelist/gate"
)

// targets knows which target names are registered: here, or at the target
// registries that are known.
type targets struct {
	store  *store.Store
	local  desk.Targets
	remote *gate.RemoteTargets
}

// Registered implements desk.Targets.
func (t *targets) Registered(ctx context.Context, names []string) (map[string]bool, error) {
	zones, err := t.store.Zones(ctx)
	if err != nil {
		return nil, err
	}
	var here, elsewhere []string
	for _, name := range names {
		if z := zones.Find(name); z != nil && z.Kind == registry.TargetZone {
			here = append(here, name)
		} else {
			elsewhere = append(elsewhere, name)
		}
	}
	out := map[string]bool{}
	var errs []error
	for _, part := range []struct {
		names []string
		ask   desk.Targets
	}{{here, t.local}, {elsewhere, t.remote}} {
		if len(part.names) == 0 {
			continue
		}
		answer, err := part.ask.Registered(ctx, part.names)
		for name, registered := range answer {
			out[name] = registered
		}
		errs = append(errs, err)
	}
	return out, errors.Join(errs...)
}
