package e2e

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"cadastre/epp"
)

// wantNothing demands that a target name is nowhere.
func (r *registering) wantNothing(t testing.TB, target string) {
	t.Helper()
	r.ta.do(t, domainInfo(target)).want(t, 2303)
	if a := r.target.dns(t, target, dnsmessage.TypeA); a.rcode != dnsmessage.RCodeNameError {
		t.Errorf("DNS of %s: %v", target, a.rcode)
	}
}

// rowsOfDenial: who has no entry.
func (r *registering) rowsOfDenial(t *testing.T) {
	denied := func(t testing.TB, s *session, contact, target, registrant, policy string) *reply {
		t.Helper()
		got := s.do(t, register(target, contact, registrant)).want(t, 2308).wantAll(t, policy, "no approval is on record")
		r.wantNothing(t, target)
		return got
	}
	t.Run("C-92", func(t *testing.T) {
		denied(t, r.ta, "owner-a", "unheard.trips", "UID1", "Trips Board (policy trips-board; Travel Names Act, s. 4)")
		r.approve(t, "unheard.trips", "UID1", "")
		r.ta.do(t, register("unheard.trips", "owner-a", "UID1")).want(t, 1000)
	})
	t.Run("C-93", func(t *testing.T) {
		reply := denied(t, r.ta, "owner-a", "notified.trips", "UID1", "Trips Board")
		if why := reply.values("reason"); len(why) != 1 || !strings.Contains(why[0], `registrant "UID1" through registrar 146`) {
			t.Errorf("the answer says %q", why)
		}
		// The operator's log has it too.
		for began := time.Now(); ; time.Sleep(5 * time.Millisecond) {
			log := r.target.server.logText()
			if strings.Contains(log, "pre-approval refused") && strings.Contains(log, "notified.trips") && strings.Contains(log, "no approval is on record") {
				break
			}
			if time.Since(began) > 10*publishLimit {
				t.Fatalf("the log does not tell of the denial:\n%s", log)
			}
		}
	})
	t.Run("C-94", func(t *testing.T) {
		r.approve(t, "first.example", "UID2", "")
		r.ta.do(t, register("first.example", "owner-a", "UID2")).want(t, 1000)
		denied(t, r.ta, "owner-a", "second.example", "UID2", "who-rules")
	})
	t.Run("C-95", func(t *testing.T) {
		for _, registrant := range []string{"UID1", "UID5439394", "anybody"} {
			denied(t, r.ta, "owner-a", "second.management", registrant, "Management Board (policy manual-board)")
			denied(t, r.tb, "owner-b", "second.management", registrant, "Management Board (policy manual-board)")
		}
	})
	t.Run("C-96", func(t *testing.T) {
		for _, target := range []string{"any.example", "any.domains", "any.community"} {
			denied(t, r.ta, "owner-a", target, "UID2", "Board of who-rules")
			denied(t, r.tb, "owner-b", target, "uid2", "Board of who-rules")
			r.tb.do(t, register(target, "owner-b", "UID1")).want(t, 1000)
		}
	})
	t.Run("C-102", func(t *testing.T) {
		r.approve(t, "alices.trips", "UIDALICE", "")
		denied(t, r.tb, "owner-b", "alices.trips", "UIDBOB", "Trips Board")
		denied(t, r.tb, "owner-b", "alices.trips", "UIDALICE", "Trips Board")
		denied(t, r.ta, "owner-a", "alices.trips", "UIDBOB", "Trips Board")
		check := data[*epp.DomainCheckData](t, r.tb.do(t, domainCheck("alices.trips")).want(t, 1000))
		if !check.Results[0].Avail {
			t.Error("the name is not free")
		}
		r.ta.do(t, register("alices.trips", "owner-a", "UIDALICE")).want(t, 1000)
	})
}

// rowsOfTheRecord: what an entry says is held against the request.
func (r *registering) rowsOfTheRecord(t *testing.T) {
	const target = "kept.domains"
	missing := r.ta.do(t, register(target, "owner-a", "UID5439394")).want(t, 2308)
	r.approve(t, target, "UID5439394", "sesame")
	var wrongs []*reply
	t.Run("C-98", func(t *testing.T) {
		wrongs = []*reply{
			r.ta.do(t, proving(target, "owner-a", "UID1", "sesame")).want(t, 2202).wantReason(t, "another registrant"),
			r.tb.do(t, proving(target, "owner-b", "UID5439394", "sesame")).want(t, 2202).wantReason(t, "another registrar"),
			r.ta.do(t, proving(target, "owner-a", "UID5439394", "open")).want(t, 2202).wantReason(t, "credential"),
		}
		r.wantNothing(t, target)
	})
	t.Run("C-100", func(t *testing.T) {
		r.ta.do(t, newDomain{name: target, registrant: "owner-a"}.create()).want(t, 2003).wantAll(t, "preapproval:registrant", "Board of kept")
		bare := r.ta.do(t, register(target, "owner-a", "UID5439394")).want(t, 2003).wantAll(t, "preapproval:credential", "Board of kept")
		wrongs = append(wrongs, bare)
		r.wantNothing(t, target)
	})
	t.Run("C-99", func(t *testing.T) {
		said := map[string]bool{missing.why(): true}
		for _, w := range wrongs {
			if said[w.why()] {
				t.Errorf("the same reason twice: %s", w.why())
			}
			said[w.why()] = true
			for _, secret := range []string{"sesame", "argon2"} {
				if strings.Contains(string(w.frame), secret) {
					t.Errorf("the answer shows %s\n%s", secret, w.frame)
				}
			}
		}
		r.ta.do(t, proving(target, "owner-a", "UID5439394", "sesame")).want(t, 1000)
	})
	t.Run("C-101", func(t *testing.T) {
		// The same approval, with a credential: where existence is enough, nobody
		// asks for it.
		r.approve(t, "exist.domains", "UID1", "sesame")
		r.approve(t, "recorded.domains", "UID1", "sesame")
		r.ta.do(t, register("exist.domains", "owner-a", "UID3")).want(t, 2308)
		r.tb.do(t, register("exist.domains", "owner-b", "UID1")).want(t, 2308)
		r.ta.do(t, register("exist.domains", "owner-a", "UID1")).want(t, 1000)
		r.ta.do(t, register("recorded.domains", "owner-a", "UID1")).want(t, 2003)
		r.ta.do(t, proving("recorded.domains", "owner-a", "UID1", "sesame")).want(t, 1000)
	})
	t.Run("C-107", func(t *testing.T) {
		r.approve(t, "kept-other.domains", "UID1", "")
		said := map[string]int{}
		for frame, code := range map[string]int{
			register(target, "owner-a", "UID5439394"): 2302, register("kept-nobody.domains", "owner-a", "UID1"): 2308,
			register("kept-other.domains", "owner-a", "UID9"): 2202,
		} {
			refusal := r.ta.do(t, frame).want(t, code)
			if len(refusal.values("reason")) != 1 || !strings.Contains(string(refusal.frame), "<msg>") {
				t.Errorf("the error is not explained\n%s", refusal.frame)
			}
			for _, text := range append(refusal.values("reason"), refusal.values("msg")...) {
				said[text]++
			}
		}
		if len(said) != 6 {
			t.Errorf("the three failures cannot be told apart: %v", said)
		}
	})
}
