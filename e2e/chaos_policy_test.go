package e2e

import (
	"fmt"
	"strings"
)

// chaosPolicy is a policy of the sandbox as the chaos test has it: short-lived.
type chaosPolicy struct {
	id, zone, suffix string
	forms            []string
	verifiers        string
}

var chaosPolicies = []chaosPolicy{
	{"trips-board", "valid.zone", "trips", []string{"{registrant}.{registrar}.{domain}"}, `[{"type": "rules", "registrars": ["148"]}]`},
	{"manual-board", "preapproved.works", "management", []string{"{domain}"}, `[{"type": "manual"}]`},
	{"seattle-board", "valid.zone", "seattle.community", []string{"{registrant}.{domain}", "{registrar}.{domain}"}, `[{"type": "rules"}, {"type": "manual"}]`},
}

// document is the policy's: approvals live for an hour, applications wait for two.
func (p chaosPolicy) document() string {
	return fmt.Sprintf(`{"id": %q, "overseer": "Board of %s", "zone": %q, "forms": ["%s"], "scope": {"suffix": %q},
		"compare": "both", "life": "1h", "hold": "2h", "prune": "second", "verifiers": %s}`,
		p.id, p.suffix, p.zone, strings.Join(p.forms, `", "`), p.suffix, p.verifiers)
}

// names are the whitelist names of a registration.
func (p chaosPolicy) names(target, registrant, iana string) []string {
	var out []string
	for _, form := range p.forms {
		r := strings.NewReplacer("{registrant}", strings.ToLower(registrant), "{registrar}", iana, "{domain}", target)
		out = append(out, r.Replace(form)+"."+p.zone)
	}
	return out
}

// policyFor finds the policy that controls a target name.
func policyFor(target string) (chaosPolicy, bool) {
	for _, p := range chaosPolicies {
		if strings.HasSuffix(target, "."+p.suffix) {
			return p, true
		}
	}
	return chaosPolicy{}, false
}

// chaosPeople are the registrants' identifiers; "" is a contact that does not tell.
var chaosPeople = []string{"UID1", "UID2", "UID3", ""}

var ianaOf = map[string]string{"registrar-a": "146", "registrar-b": "147", "registrar-c": "148"}

func contactOf(registrar, person string) string {
	return registrar[len("registrar-"):] + "-person-" + strings.ToLower(person)
}

// personOf is who is behind a contact: its identifier, or its id if it has none.
func personOf(contact string) string {
	if _, id, _ := strings.Cut(contact, "-person-"); id != "" {
		return strings.ToUpper(id)
	}
	return contact
}
