package main

import "cadastre/registry"

// only says which of the two registries a sandbox runs.
type only string

// A combined sandbox runs both.
const (
	combined      only = ""
	onlyWhitelist only = "whitelist"
	onlyTarget    only = "target"
)

func (o only) runsTargets() bool   { return o != onlyWhitelist }
func (o only) runsWhitelist() bool { return o != onlyTarget }

// castZones are the sandbox's zones.
func castZones(run only) []*registry.Zone {
	var zones []*registry.Zone
	if run.runsTargets() {
		zones = append(zones, castTargets()...)
	}
	if run.runsWhitelist() {
		for _, name := range []string{"valid.zone", "preapproved.works"} {
			z := registry.NewWhitelistZone(name)
			z.DNS.Nameservers = sandboxServers(name)
			zones = append(zones, z)
		}
	}
	return zones
}

// castTargets are the zones that take registrations.
func castTargets() []*registry.Zone {
	var zones []*registry.Zone
	for _, name := range []string{"example", "extension", "trips", "domains", "management", "community"} {
		z := registry.NewZone(name, registry.TargetZone)
		z.DNS.Nameservers = sandboxServers(name)
		switch name {
		case "example":
			z.IDNTables = []string{"Latn"}
		case "extension":
			z.Policy.Registrants = registry.GenuineRegistrants
			z.Periods.Redemption = registry.Duration(180 * registry.Day)
			z.Transfers.Years = 0
		case "community":
			z.Suffixes = append(z.Suffixes, "seattle.community", "east.kingcounty.community")
		}
		zones = append(zones, z)
	}
	return zones
}
