package whitelist

import (
	"slices"

	"cadastre/registry"
)

// CheckZones refuses with 2306 a policy that this registry cannot grant: zones are all it
// runs. Suffixes must lie in its target zones (when it runs any target zone), never in a
// whitelist zone; the whitelist zone, when the registry runs it, must be of kind whitelist.
// runsWhitelist says that the registry is a whitelist registry, which then must run p.Zone.
func (p *Policy) CheckZones(zones registry.Zones, runsWhitelist bool) error {
	at := slices.IndexFunc(zones, func(z *registry.Zone) bool { return z.Name == p.Zone })
	switch {
	case at >= 0 && zones[at].Kind != registry.WhitelistZone:
		return registry.Errorf(registry.KindParamPolicy, "zone", p.Zone, "the zone takes registrations: it is not a whitelist zone")
	case at < 0 && runsWhitelist:
		return registry.Errorf(registry.KindParamPolicy, "zone", p.Zone, "this registry does not run the whitelist zone")
	}
	runsTargets := slices.ContainsFunc(zones, func(z *registry.Zone) bool { return z.Kind == registry.TargetZone })
	return p.Scope.walk("scope", 1, func(path string, s *Scope) error {
		if s.Suffix == "" {
			return nil
		}
		zone := zones.Find(s.Suffix)
		switch {
		case zone != nil && zone.Kind == registry.WhitelistZone:
			return registry.Errorf(registry.KindParamPolicy, path, s.Suffix, "the suffix lies in the whitelist zone %s", zone.Name)
		case zone == nil && runsTargets:
			return registry.Errorf(registry.KindParamPolicy, path, s.Suffix, "the suffix lies in none of this registry's zones")
		}
		return nil
	})
}

// Public returns the policy without its secrets: the hash key and the secrets of
// outside verifiers.
func (p *Policy) Public() *Policy {
	out := *p
	out.Key = nil
	out.Verifiers = slices.Clone(p.Verifiers)
	for i := range out.Verifiers {
		out.Verifiers[i].Secret = ""
	}
	return &out
}
