package desk

import (
	"time"

	"cadastre/whitelist"
	wlstore "cadastre/whitelist/store"
)

// answer is what the target registries say of a name.
type answer int

const (
	unknown answer = iota // nobody is known to ask, or did not answer
	free
	taken
)

// outcome is where an application's way through the chain of verifiers ended.
// The zero value: it waits for somebody.
type outcome struct {
	approved, denied bool
	kind             string // who decided: one of the by… labels
	by               string // the same as it is on record
	part             string // of a denial: "name", "registrant", "registrar", or ""
	reason           string // of a denial
}

// label is the denial's part as metrics count it: a bounded set.
func (o outcome) label() string {
	switch o.part {
	case "name", "registrant", "registrar":
		return o.part
	}
	if o.kind == byRules || o.kind == byHand || o.kind == byVerifier {
		return "other"
	}
	return o.kind
}

const (
	rulesName  = "rules"
	targetName = "target registry"
)

// takenOutcome denies because the target name is gone (C-51).
func takenOutcome(target string) outcome {
	return outcome{denied: true, kind: byTarget, by: targetName, reason: target + " is registered"}
}

// chainOf is who decides on an application. What a verifier announced itself is
// decided by the verifier alone.
func chainOf(a *wlstore.Application, p *whitelist.Policy) []whitelist.Verifier {
	if a.Source == wlstore.FromVerifier {
		return []whitelist.Verifier{{Type: whitelist.ManualVerifier}}
	}
	return p.Verifiers
}

// carryOn takes a held application past everything that needs nobody else: from
// before its chain into it, through built-in rules, up to a person or an outside
// verifier, or to the end, which ans decides. It sets when others are asked.
func carryOn(a *wlstore.Application, chain []whitelist.Verifier, reg whitelist.Registration, now time.Time, ans answer) outcome {
	wall := time.Now()
	a.TryAt, a.Tries, a.Fault = time.Time{}, 0, ""
	if a.Stage < 0 {
		switch ans {
		case taken:
			return takenOutcome(a.Target)
		case unknown:
			a.TryAt = wall
			return outcome{}
		}
		a.Stage = 0
	}
	for ; a.Stage < len(chain); a.Stage++ {
		switch v := &chain[a.Stage]; v.Type {
		case whitelist.RulesVerifier:
			verdict := v.Rules(reg)
			say(a, wlstore.Review{By: rulesName, At: now, Approve: verdict.Approved, Note: verdict.Reason})
			if !verdict.Approved {
				return outcome{denied: true, kind: byRules, by: rulesName, part: verdict.Part, reason: verdict.Reason}
			}
		case whitelist.HTTPVerifier:
			a.TryAt = wall
			return outcome{}
		default:
			return outcome{}
		}
	}
	switch ans {
	case taken:
		return takenOutcome(a.Target)
	case unknown:
		a.TryAt = wall
		return outcome{}
	}
	return outcome{approved: true, kind: byRules, by: rulesName}
}

// forget wipes the credentials in clear once no outside verifier is to see them.
func forget(a *wlstore.Application, chain []whitelist.Verifier) {
	if a.State == wlstore.Held {
		for i, v := range chain {
			if i >= a.Stage && v.Type == whitelist.HTTPVerifier {
				return
			}
		}
	}
	a.Credentials = nil
}

// say adds a word on an application at its present stage, under the present grant.
func say(a *wlstore.Application, r wlstore.Review) {
	r.Stage, r.Grant = a.Stage, a.PolicyVersion
	a.Reviews = append(a.Reviews, r)
}

// current says whether an application goes through the chain of the document that is
// in force. What a verifier announced itself has no chain that could change.
func current(a *wlstore.Application, p *wlstore.GrantedPolicy) bool {
	return a.PolicyVersion == p.Grant || a.Source == wlstore.FromVerifier
}

// restarted sends an application back to the beginning of the chain, once, when its
// policy was granted anew: what was passed was passed under another document. The
// grants themselves are compared, not instants, for the business clock may go back.
func restarted(a *wlstore.Application, p *wlstore.GrantedPolicy) bool {
	if current(a, p) {
		return false
	}
	a.PolicyVersion, a.Stage = p.Grant, min(a.Stage, 0)
	return true
}

// approvals are the approving words at an application's present stage, under the
// policy as it is granted now.
func approvals(a *wlstore.Application) []wlstore.Review {
	var list []wlstore.Review
	for _, r := range a.Reviews {
		if r.Stage == a.Stage && r.Approve && r.Grant == a.PolicyVersion {
			list = append(list, r)
		}
	}
	return list
}

// passed says that the whole chain approved and the target registry alone is
// waited for: it is asked again and again.
func passed(a *wlstore.Application, chain []whitelist.Verifier) bool {
	return a.Stage >= len(chain) && !a.TryAt.IsZero()
}

// asks says whether an application stands before somebody who is asked: a person
// or an outside verifier.
func asks(a *wlstore.Application, chain []whitelist.Verifier) bool {
	return a.Stage >= 0 && a.Stage < len(chain) && chain[a.Stage].Type != whitelist.RulesVerifier
}
