package whitelist

import (
	"fmt"
	"strings"
	"time"

	"cadastre/registry"
)

// Judge holds an entry's record against a registration at an instant. n is one of
// p.Names(r), rec the record found there, cred the credential presented. It
// returns nil, or 2308 (expired, or an entry for another target or kind of party),
// 2003 (the entry demands a credential), 2202 (another registrant, registrar or
// credential), each naming overseer and policy.
//
// Compare "existence" leaves out the credential and the identities that the name does
// not show or shows as hashes, but not target, kinds and expiry. An identity that is
// a label of the name is compared nevertheless, since identifiers that differ in a
// space and an underscore have the same label (C-61). Judging a credential takes the
// memory and time of one CredentialHash.
func (p *Policy) Judge(r Registration, n Name, rec Record, cred registry.Credential, now time.Time) error {
	want := p.Record(r.Target, n, rec.Until, "")
	refuse := func(k registry.Kind, field, value, why string, args ...any) error {
		return registry.Errorf(k, field, value, "%s: %s", p.lead(r), fmt.Sprintf(why, args...))
	}
	switch {
	case rec.Target != want.Target:
		return refuse(registry.KindDataPolicy, "domain:name", r.Target, "the entry %s is about another name", n.Name)
	case (rec.Registrant == "") != (n.Registrant == "") || (rec.Registrar == "") != (n.Agent == ""):
		return refuse(registry.KindDataPolicy, "domain:name", r.Target,
			"the entry %s is about another kind of party and approves nothing for %s", n.Name, n.parties())
	case !now.Before(rec.Until):
		return refuse(registry.KindDataPolicy, "domain:name", r.Target, "the approval expired at %s",
			rec.Until.UTC().Format(untilLayout))
	}
	if !p.sameParty(partRegistrant, p.Hash.Registrant, rec.Registrant, want.Registrant) {
		return refuse(registry.KindAuthInfo, "preapproval:registrant", n.Registrant,
			"the approval on record is for another registrant than %q", n.Registrant)
	}
	if !p.sameParty(partRegistrar, p.Hash.Registrar, rec.Registrar, want.Registrar) {
		return refuse(registry.KindAuthInfo, "preapproval:registrar", n.Agent,
			"the approval on record is for another registrar than %s", quoteAgent(n.Agent))
	}
	switch {
	case rec.Credential == "" || p.Compare == CompareExistence:
		return nil
	case cred.Value == "":
		return p.NeedCredentials(r, "preapproval:credential")
	case !CredentialMatches(rec.Credential, cred.Type, cred.Value):
		return refuse(registry.KindAuthInfo, "preapproval:credential", "", "the credential is not the one the approval was given with")
	}
	return nil
}

// sameParty compares a party as a record shows it with the one that is asked for.
func (p *Policy) sameParty(part, algorithm, found, want string) bool {
	if p.Compare == CompareExistence && (hashed(algorithm) || !p.named(part)) {
		return true
	}
	if hashed(algorithm) {
		return found == want
	}
	return SameIdentifier(found, want)
}

// Missing is the refusal (2308) of a registration that has no entry; it names the
// overseer, the policy and its ground.
func (p *Policy) Missing(r Registration) error {
	n := Name{Registrant: r.Registrant.ID}
	if n.Agent, _ = p.Agent(r.Registrar); n.Agent == "" {
		n.Agent = r.Registrar.Account
	}
	return registry.Errorf(registry.KindDataPolicy, "domain:name", r.Target, "%s: no approval is on record for %s", p.lead(r), n.parties())
}

// Unasked is the refusal (2400) of a registration whose entry could not be asked
// for; why is a text for the client, without secrets.
func (p *Policy) Unasked(r Registration, why string) error {
	return registry.Errorf(registry.KindUnavailable, "domain:name", r.Target,
		"%s: the whitelist registry of %s could not be asked (%s); try again later", p.lead(r), p.Zone, why)
}

// NeedCredentials is the refusal (2003) of a registration or an application that does
// not say who the registrant is or lacks a credential; field is the missing element.
func (p *Policy) NeedCredentials(r Registration, field string) error {
	why := "it must be said who the registrant is (preapproval:registrant)"
	if field == "preapproval:credential" {
		why = "the registrant's credential must be presented (preapproval:credential)"
	}
	return registry.Errorf(registry.KindMissing, field, "", "%s: %s", p.lead(r), why)
}

// lead begins every refusal: which name, whose approval, under which policy.
func (p *Policy) lead(r Registration) string {
	under := "policy " + p.ID
	if p.Ground != "" {
		under += "; " + p.Ground
	}
	return fmt.Sprintf("%q needs pre-approval by %s (%s)", r.Target, p.Overseer, under)
}

// parties says whom a name is about.
func (n Name) parties() string {
	var who []string
	if n.Registrant != "" {
		who = append(who, fmt.Sprintf("registrant %q", n.Registrant))
	}
	if n.Agent != "" {
		who = append(who, "registrar "+quoteAgent(n.Agent))
	}
	if len(who) == 0 {
		return "the name alone"
	}
	return strings.Join(who, " through ")
}

// quoteAgent writes numbers bare and names in quotes.
func quoteAgent(agent string) string {
	if strings.Trim(agent, "0123456789") == "" {
		return agent
	}
	return fmt.Sprintf("%q", agent)
}
