package e2e

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"cadastre/epp"
)

// rowsOfSuccess: what comes of a registration, and who gets it.
func (r *registering) rowsOfSuccess(t *testing.T) {
	t.Run("C-103", r.oneOfTwo)
	t.Run("C-104", func(t *testing.T) {
		r.ta.do(t, hostCreate("ns1.dns.icann")).want(t, 1000)
		r.approve(t, "written.trips", "UID1", "")
		r.ta.do(t, newDomain{name: "written.trips", registrant: "owner-a", hosts: []string{"ns1.dns.icann"}}.with(preapproval("", registrantID("UID1", "", "")))).
			want(t, 1000)
		info := data[*epp.DomainInfoData](t, r.ta.do(t, domainInfo("written.trips")).want(t, 1000))
		if info.Registrant != "owner-a" || info.ClID != "registrar-a" {
			t.Errorf("registered: %+v", info)
		}
		r.target.eventually(t, "written.trips", "written.trips. NS ns1.dns.icann.")
	})
	t.Run("C-105", func(t *testing.T) {
		r.approve(t, "site.trips", "UID1", "")
		r.ta.do(t, register("site.trips", "owner-a", "UID1")).want(t, 1000)
		r.ta.do(t, hostCreate("ns1.site.trips", v4("143.254.4.17"), v6("172f:ad57:cd40:d089:4fe4:d1e1:100d:5b31"))).want(t, 1000)
		r.ta.do(t, domainUpdate("site.trips", delegation("ns1.site.trips"), "", "")).want(t, 1000)
		want := []string{
			"site.trips. NS ns1.site.trips.", "ns1.site.trips. A 143.254.4.17", "ns1.site.trips. AAAA 172f:ad57:cd40:d089:4fe4:d1e1:100d:5b31",
		}
		r.target.eventually(t, "site.trips", want...)
		if got := r.target.dns(t, "www.site.trips", dnsmessage.TypeAAAA).delegation(); !slices.Equal(got, want) {
			t.Errorf("a resolver that looks for www.site.trips is sent to %v, want %v", got, want)
		}
	})
	t.Run("C-106", func(t *testing.T) {
		const target = "late.example"
		id := r.a.do(t, apply(target, "ALICE")).want(t, 1001).value(t, "preapproval:application")
		r.ta.do(t, register(target, "owner-a", "ALICE")).want(t, 2308)
		r.tb.do(t, register(target, "owner-b", "UIDBOB")).want(t, 1000)
		r.ta.do(t, register(target, "owner-a", "ALICE")).want(t, 2302)
		// The approval comes too late, and alice is told.
		cadastre(t, "whitelist", "approve", id, "--dir", r.whitelist.dir, "--by", "rita")
		told := r.a.nextMessage(t)
		if !strings.Contains(string(told.frame), `paResult="0">late.example<`) {
			t.Errorf("not the message about the name that is gone\n%s", told.frame)
		}
		r.absent(t, "alice.146.late.example.valid.zone")
	})
}

// oneOfTwo: two approved registrants, through two registrars, try at the same
// instant twenty times each.
func (r *registering) oneOfTwo(t *testing.T) {
	const target, sessions, tries = "contested.trips", 5, 4
	r.approve(t, target, "UID3", "")
	for _, name := range r.b.do(t, apply(target, "UID4")).want(t, 1000).values("preapproval:name") {
		r.published(t, name)
	}
	var mu sync.Mutex
	codes := map[int]int{}
	var ready, done sync.WaitGroup
	begin := make(chan struct{})
	for i := range 2 * sessions {
		who, contact, registrant := "registrar-a", "owner-a", "UID3"
		if i%2 == 1 {
			who, contact, registrant = "registrar-b", "owner-b", "UID4"
		}
		s := r.target.login(t, who)
		ready.Add(1)
		done.Go(func() {
			ready.Done()
			<-begin
			for range tries {
				got, err := s.exchange([]byte(register(target, contact, registrant)))
				mu.Lock()
				if err != nil {
					codes[-1]++
				} else {
					codes[int(got.Code())]++
				}
				mu.Unlock()
			}
		})
	}
	ready.Wait()
	close(begin)
	done.Wait()
	if codes[1000] != 1 || codes[2302] != 2*sessions*tries-1 {
		t.Errorf("results %v, want 1000 once and 2302 for all others", codes)
	}
}
