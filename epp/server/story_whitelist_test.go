package server

import (
	"cadastre/registry"
	"cadastre/whitelist/desk"
)

// storyPolicies are in force in the stories of the whitelist registry: one decided by
// rules, one by hand, and one without a party in its names.
var storyPolicies = []string{
	`{"id": "trips-board", "overseer": "Trips Board", "ground": "Travel Names Act, s. 4", "zone": "valid.zone",
		"forms": ["{registrant}.{registrar}.{domain}"], "scope": {"suffix": "trips"}, "compare": "both", "life": "1y", "prune": "day",
		"verifiers": [{"type": "rules", "words": ["offensiveword"]}]}`,
	`{"id": "manual-board", "account": "trips-board", "overseer": "Management Board", "ground": "statutes", "zone": "valid.zone",
		"forms": ["{registrant}.{domain}", "{registrar}.{domain}"], "scope": {"suffix": "management"}, "compare": "both", "life": "1y", "prune": "day",
		"verifiers": [{"type": "manual"}]}`,
}

// withWhitelist makes the registry of the story one with a whitelist zone and controlled
// target zones.
func (s *story) withWhitelist() {
	s.t.Helper()
	ctx := s.t.Context()
	must := func(err error) {
		s.t.Helper()
		if err != nil {
			s.t.Fatal(err)
		}
	}
	for _, z := range []*registry.Zone{
		registry.NewZone("trips", registry.TargetZone), registry.NewZone("management", registry.TargetZone), registry.NewWhitelistZone("valid.zone"),
	} {
		z.DNS.Nameservers = []registry.ApexServer{{Name: "ns.registry.test"}}
		must(s.srs.AddZone(ctx, storyOperator, z))
	}
	var err error
	s.desk, err = desk.New(desk.Config{
		Store: s.store, Clock: s.clock, Targets: desk.NewLocalTargets(s.store, s.clock), ROIDSuffix: "TEST",
	})
	must(err)
	for _, document := range storyPolicies {
		p, err := s.desk.AddPolicy(ctx, storyOperator, []byte(document))
		must(err)
		_, err = s.desk.GrantPolicy(ctx, storyOperator, p.ID)
		must(err)
	}
}
