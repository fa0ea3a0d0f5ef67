package main

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// within are the times of the checks that were sent in a span, sorted.
func within(list []seenCheck, from, to time.Time) (took []time.Duration) {
	for _, c := range list {
		if !c.Sent.Before(from) && c.Sent.Before(to) {
			took = append(took, c.Took)
		}
	}
	slices.Sort(took)
	return took
}

func (b *bench) reportStorm(calm, stormy []time.Duration, creates outcome) {
	x := row{
		Name: "domain:check, p99, while 1000 sessions of 100 others create one name", Unit: "s",
		Value: percentile(stormy, 0.99).Seconds(), Limit: percentile(calm, 0.99).Seconds(),
		LimitName: "the same check while these sessions are silent", Target: most(stormTarget),
	}
	if x.Limit > 0 {
		x.Ratio = x.Value / x.Limit
	}
	b.report.add(x.spread(stormy))
	b.report.add(row{Name: "  their creates that lose", Unit: "/s", Value: creates.rate()}.with(creates))
	b.report.add(row{Name: fmt.Sprintf("  winners of each of %d names", b.rounds*stormNamesPerRound), Value: 1})
}

// checkBound is the bound of the bucket of cadastre_epp_command_seconds that this part of
// the checks between two readings of the metrics did not exceed.
func checkBound(before, after map[string]float64, part float64) float64 {
	const name = `cadastre_epp_command_seconds_%s{command="domain:check"`
	all := fmt.Sprintf(name, "count") + "}"
	bound := math.Inf(1)
	for key := range after {
		var le float64
		n, _ := fmt.Sscanf(key, fmt.Sprintf(name, "bucket")+`,le="%g"}`, &le)
		if n == 1 && after[key]-before[key] >= part*(after[all]-before[all]) {
			bound = min(bound, le)
		}
	}
	return bound
}
