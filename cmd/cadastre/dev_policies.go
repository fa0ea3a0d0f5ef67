package main

// castPolicy is a pre-approval policy of the sandbox.
type castPolicy struct{ id, overseer, document string }

// castPolicies are the three of the public contract, one for each way of deciding.
func castPolicies() []castPolicy {
	return []castPolicy{
		{"trips-board", "Trips Board", `{
			"id": "trips-board", "overseer": "Trips Board", "ground": "Travel Names Act, s. 4", "zone": "valid.zone",
			"forms": ["{registrant}.{registrar}.{domain}"], "scope": {"suffix": "trips"}, "compare": "both", "prune": "minute",
			"verifiers": [{"type": "rules", "words": ["offensiveword"], "registrants": ["UID666"], "registrars": ["148"]}]}`},
		{"manual-board", "Management Board", `{
			"id": "manual-board", "overseer": "Management Board", "zone": "preapproved.works",
			"forms": ["{domain}"], "scope": {"suffix": "management"}, "compare": "both", "prune": "minute",
			"verifiers": [{"type": "manual"}]}`},
		{"seattle-board", "City of Seattle Board", `{
			"id": "seattle-board", "overseer": "City of Seattle Board", "zone": "valid.zone",
			"forms": ["{registrant}.{domain}", "{registrar}.{domain}"], "scope": {"suffix": "seattle.community"}, "compare": "both",
			"prune": "minute", "verifiers": [{"type": "rules"}]}`},
	}
}
