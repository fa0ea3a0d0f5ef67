package e2e

import (
	"fmt"
	"time"
)

// compareZones counts the names that DNS has in each zone. What each name of the model
// shows was asked for before, so that the zone holds these and nothing else.
func (w *modelWorld) compareZones() {
	for _, zone := range []string{"example", "extension"} {
		want := 0
		for _, d := range w.domains {
			if d.zone.name == zone && d.inDNS() {
				want++
			}
		}
		series := fmt.Sprintf("cadastre_dns_zone_names{zone=%q}", zone)
		for began := time.Now(); ; time.Sleep(3 * time.Millisecond) {
			got := w.box.metric(w.tb, series)
			if got == fmt.Sprint(want) {
				break
			}
			if time.Since(began) > 20*publishLimit {
				w.failf("DNS has %s names in %s, the model %d", got, zone, want)
			}
		}
	}
}
