package e2e

import (
	"fmt"
	"slices"

	"cadastre/epp"
	"cadastre/registry"
)

// available holds the answer to a check against what there is.
func available[V any](w *modelWorld, r sent, names []string, there map[string]V) {
	var results []epp.CheckResult
	switch d := r.ResData.(type) {
	case *epp.HostCheckData:
		results = d.Results
	case *epp.ContactCheckData:
		results = d.Results
	}
	var want []string
	for _, n := range names {
		_, taken := there[n]
		want = append(want, fmt.Sprint(n, !taken))
	}
	w.sameResults(r, want, results)
}

func (w *modelWorld) sameResults(r sent, want []string, results []epp.CheckResult) {
	var got []string
	for _, c := range results {
		got = append(got, fmt.Sprint(c.Name, c.Avail))
	}
	if !slices.Equal(got, want) {
		w.failf("check says %v, the model %v\n%s", got, want, r.frame)
	}
}

// checkDomains asks whether names are free, and mostly what they cost. Who does not ask
// cannot have the premium name (RFC 8748, Section 4).
func (w *modelWorld) checkDomains(who string, st step, names []string) {
	prices := st.N%4 > 0
	frame := domainCheck(names...)
	if prices {
		frame = feeCheck([]string{"create", "renew", "transfer", "restore"}, names...)
	}
	r := w.send(who, "domain check", fmt.Sprint(names), frame, "", verdict{ok: 1000})
	var want []string
	for _, n := range names {
		want = append(want, fmt.Sprint(n, w.domains[n] == nil && (prices || n != premium)))
	}
	data, _ := r.ResData.(*epp.DomainCheckData)
	if data == nil {
		w.failf("the answer holds no chkData\n%s", r.frame)
	}
	w.sameResults(r, want, data.Results)
	if prices {
		w.comparePrices(r)
	}
}

func (w *modelWorld) comparePrices(r sent) {
	d, ok := epp.FindExtension[*epp.FeeCheckData](r.Extensions)
	if !ok {
		w.failf("the answer tells no prices\n%s", r.frame)
	}
	for _, one := range d.Results {
		p, got := pricesOf(one.Object), []string{one.Class}
		if zoneOfModel(one.Object).transferYears == 0 {
			p.transfer = 0
		}
		want := []string{map[bool]string{true: "gold", false: "standard"}[one.Object == premium]}
		for _, amount := range []int64{p.create, p.renew, p.transfer, p.restore} {
			if amount > 0 { // what is free has no fee
				want = append(want, registry.AmountText(amount, 2))
			}
		}
		for _, c := range one.Commands {
			for _, f := range c.Fees {
				got = append(got, f.Amount)
			}
		}
		w.same("the prices of "+one.Object, want, got)
	}
}
