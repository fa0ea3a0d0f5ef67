package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cadastre/epp"
)

// c119: the six intervals are accepted and others refused; with "second" an expired
// entry is gone by itself about a second later.
func (p *pruning) c119(t *testing.T) {
	d := policyDoc("interval-board", leaf("word", "interval"), nil)
	file := filepath.Join(t.TempDir(), "interval.json")
	for _, every := range []string{"second", "minute", "hour", "day", "week", "month", "fortnight", "", "1h"} {
		d["prune"] = every
		text, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		switch every {
		case "fortnight", "", "1h":
			if said := cadastreRefuses(t, "policy", "add", file, "--dir", p.whitelist.dir); !strings.Contains(said, "prune") {
				t.Errorf("of the interval %q it says %s", every, said)
			}
		default:
			cadastre(t, "policy", "add", file, "--dir", p.whitelist.dir)
		}
	}
	const target, name = "brink.domains", "uid1.146.brink.domains.valid.zone"
	p.approved(t, p.a, target, registrantID("UID1", "", ""))
	_, expires := p.expiry(t, name)
	p.at(t, expires.Add(-2*time.Second))
	began := time.Now()
	p.absent(t, name)
	t.Logf("two seconds and %v after it was two seconds before its end it is gone", time.Since(began)-2*time.Second)
	if now := p.whitelist.clock(t); now.Before(expires) {
		t.Errorf("gone at %v, before its end at %v", now, expires)
	}
}

// c123: creates around the end of their entries, while pruning runs every second,
// succeed wholly or are denied.
func (p *pruning) c123(t *testing.T) {
	const n = 30
	ends := map[string]time.Time{}
	var first time.Time
	for i := range n {
		target := fmt.Sprintf("brink-%02d.example", i)
		r := p.a.do(t, apply(target, "UID1")).want(t, 1000)
		end, err := time.Parse(time.RFC3339, r.value(t, "preapproval:expires"))
		if err != nil {
			t.Fatal(err)
		}
		ends[target] = end
		if i == 0 {
			first = end
		}
	}
	p.published(t, "uid1.146.brink-29.example.valid.zone")
	p.at(t, first.Add(-2*time.Second))
	made := 0
	for i := range n {
		target := fmt.Sprintf("brink-%02d.example", i)
		r := p.ta.do(t, register(target, "owner-1", "UID1")).want(t, 1000, 2308)
		if int(r.Code()) == 1000 {
			made++
			if at := data[*epp.DomainCreateData](t, r).CrDate; !at.Before(ends[target]) {
				t.Errorf("%s was registered at %v, its approval ended at %v", target, at, ends[target])
			}
			p.ta.do(t, domainInfo(target)).want(t, 1000)
		} else {
			p.ta.do(t, domainInfo(target)).want(t, 2303)
			ends[target] = time.Time{}
		}
		time.Sleep(120 * time.Millisecond)
	}
	t.Logf("%d of %d came before the end", made, n)
	if made == n {
		t.Error("no create came after the end of its approval")
	}
	for target, end := range ends {
		name := "uid1.146." + target + ".valid.zone"
		switch {
		case end.IsZero():
			p.absent(t, name)
			p.a.do(t, domainInfo(name)).want(t, 2303)
		case p.combined(): // its target was registered before, in the same store
			p.a.do(t, domainInfo(name)).want(t, 1000)
		}
	}
}
