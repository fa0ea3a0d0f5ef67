package desk

import (
	"context"

	"cadastre/whitelist"
	wlstore "cadastre/whitelist/store"
)

// TestResult is one policy's part in Test.
type TestResult struct {
	Policy   string   `json:"policy"`
	State    string   `json:"state"`
	Overseer string   `json:"overseer"`
	Controls bool     `json:"controls"`
	Names    []string `json:"names,omitempty"`
	Verdict  string   `json:"verdict,omitempty"` // of the built-in rules, where the chain begins with them
	Fault    string   `json:"fault,omitempty"`   // why no name results
}

// Test explains for a registration which policies bite and which whitelist names
// result (a granted policy bites; a proposed one would). Results are by policy; a
// version proposed beside a granted one has its own, after it. Nothing is stored.
func (d *Desk) Test(ctx context.Context, r whitelist.Registration) ([]TestResult, error) {
	rows, err := wlstore.Policies(ctx, d.store)
	if err != nil {
		return nil, err
	}
	results := make([]TestResult, 0, len(rows))
	for _, row := range rows {
		if row.Granted != nil {
			results = append(results, try(row.Granted, row.State, r))
		}
		if row.Proposed != nil {
			state := row.State
			if row.Granted != nil {
				state = wlstore.Proposed
			}
			results = append(results, try(row.Proposed, state, r))
		}
	}
	return results, nil
}

// try holds one document against a registration.
func try(p *whitelist.Policy, state wlstore.State, r whitelist.Registration) TestResult {
	res := TestResult{Policy: p.ID, State: string(state), Overseer: p.Overseer, Controls: p.Controls(r)}
	if !res.Controls {
		return res
	}
	names, err := p.Names(r)
	if err != nil {
		res.Fault = err.Error()
	}
	for _, n := range names {
		res.Names = append(res.Names, n.Name)
	}
	if len(p.Verifiers) > 0 && p.Verifiers[0].Type == whitelist.RulesVerifier {
		if v := p.Verifiers[0].Rules(r); v.Approved {
			res.Verdict = "the rules approve"
		} else {
			res.Verdict = "the rules deny: " + v.Reason
		}
	}
	return res
}
