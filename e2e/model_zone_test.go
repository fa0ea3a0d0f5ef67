package e2e

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"
	"golang.org/x/net/dns/dnsmessage"
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

// compareDNS holds the delegation of a domain in DNS against the model.
func (w *modelWorld) compareDNS(name string) {
	want := w.delegation(name)
	for began := time.Now(); ; time.Sleep(3 * time.Millisecond) {
		a, err := ask(w.box.info.DNS.Addr, name, dnsmessage.TypeA, false)
		if err != nil {
			w.failf("DNS %s: %v", name, err)
		}
		got := a.delegation()
		if slices.Equal(got, want) && (len(want) > 0) == (a.rcode == dnsmessage.RCodeSuccess) {
			break
		}
		if time.Since(began) > 20*publishLimit {
			w.failf("DNS says of %s %v %v, the model %v", name, a.rcode, got, want)
		}
	}
	if w.signed[name] {
		w.compareDS(name)
	}
}

// compareDS holds the delegation signer records of a domain in DNS against the model.
func (w *modelWorld) compareDS(name string) {
	var want []string
	if d := w.domains[name]; d != nil && d.inDNS() {
		for _, n := range d.ds {
			_, record := dsOf(n)
			want = append(want, record)
		}
	}
	for began := time.Now(); ; time.Sleep(3 * time.Millisecond) {
		m, err := dns.Exchange(new(dns.Msg).SetQuestion(name+".", dns.TypeDS), w.box.info.DNS.Addr)
		if err != nil {
			w.failf("DNS %s: %v", name, err)
		}
		var got []string
		for _, rr := range m.Answer {
			got = append(got, strings.TrimPrefix(rr.String(), rr.Header().String()))
		}
		slices.Sort(got)
		if slices.Equal(got, want) {
			return
		}
		if time.Since(began) > 20*publishLimit {
			w.failf("DNS has DS records of %s %v, the model %v", name, got, want)
		}
	}
}

// delegation is NS records and glue, each sorted; none where the name is not in the zone.
func (w *modelWorld) delegation(name string) []string {
	d := w.domains[name]
	if d == nil || !d.inDNS() {
		return nil
	}
	var servers, glue []string
	for _, n := range d.hosts {
		servers = append(servers, name+". NS "+n+".")
		if h := w.hosts[n]; h.superordinate == d {
			for _, a := range h.addrs {
				kind := " A "
				if strings.Contains(a, ":") {
					kind = " AAAA "
				}
				glue = append(glue, n+"."+kind+a)
			}
		}
	}
	slices.Sort(servers)
	slices.Sort(glue)
	return append(servers, glue...)
}
