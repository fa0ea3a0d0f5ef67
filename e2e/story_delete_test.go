package e2e

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"cadastre/epp"
)

// TestRegistryDeletes tells what the registry's own deletes lead to: recoverable like
// any other (B-112), or irrevocable (B-110), and never at once.
func TestRegistryDeletes(t *testing.T) {
	t.Parallel()
	s := newStory(t, "registry-deletes", "2026-01-01T00:00:00Z")
	s.send("contact-create", goodContact("al-holder").create(), 1000)
	s.send("host-create", hostCreate("ns1.dns.icann"), 1000)
	for _, name := range []string{"w.example", "z.example", "young.example"} {
		if name == "young.example" {
			s.at("2026-02-01T00:00:00Z")
		}
		s.send("create", newDomain{name: name, registrant: "al-holder", hosts: []string{"ns1.dns.icann"}}.create(), 1000)
	}
	funds := s.funds()
	s.send("protect", domainUpdate("z.example", status("domain", "clientDeleteProhibited"), "", ""), 1000)
	s.send("delete-protected", domainDelete("z.example"), 2304)
	before := s.wantRGP("w.example")

	s.operator("delete", "w.example", "--reason", "wrong name")
	z := s.operator("delete", "z.example", "--final", "--reason", "court order 12/2026")
	young := s.operator("delete", "young.example")
	if !z.Irrevocable || !z.RedeemUntil.IsZero() || young.Gone || young.Refund != 1000 {
		t.Errorf("the verb says %+v and %+v", z, young)
	}
	s.wantFunds(funds + 1000)
	s.says("delete", "w.example was deleted by the registry; it can be restored until 2026-03-03T00:")
	s.says("delete-final", "irrevocably: it cannot be restored and is purged on 2026-03-08T00:")
	s.says("delete-young", "young.example was deleted by the registry; it can be restored")
	for _, name := range []string{"w.example", "z.example", "young.example"} {
		s.eventually(t, name)
	}
	s.wantRGP("z.example", epp.RGPPendingDelete)
	if r := s.send("restore-final", restoreRequest("z.example"), 2304); !strings.Contains(string(r.frame), "irrevocably") {
		t.Errorf("the reason does not say so: %s", r.frame)
	}
	s.send("report-final", restoreReport("z.example"), 2304)
	if text := cadastreRefuses(t, "domain", "restore", "z.example", "--dir", s.dir); !strings.Contains(text, "irrevocably") {
		t.Errorf("domain restore says %q", text)
	}
	s.send("request", restoreRequest("w.example"), 1000)
	s.send("report", restoreReport("w.example"), 1000)
	s.wantFunds(funds)
	s.wantAgain(before, "w.example")
	s.eventually(t, "w.example", "w.example. NS ns1.dns.icann.")

	// The registry undoes its own mistake: what was given back is due again, nothing else.
	s.operator("restore", "young.example", "--reason", "the wrong one")
	s.wantFunds(funds - 1000)
	s.says("restored", "young.example was restored by the registry")
	s.wantRGP("young.example")
	s.eventually(t, "young.example", "young.example. NS ns1.dns.icann.")

	s.set(t, z.PurgeAt.Add(-time.Minute))
	s.send("restore-final-at-the-end", restoreRequest("z.example"), 2304)
	s.send("create-before", newDomain{name: "z.example", registrant: "al-holder"}.create(), 2302)
	s.set(t, z.PurgeAt)
	s.world()
	s.send("info-purged", domainInfo("z.example"), 2303)
	s.as("registrar-b").send("create-by-another", newDomain{name: "z.example", registrant: "rc-contact1"}.create(), 1000)
}

// operatorSaid is what the operator's verbs on domains print, as far as is asked.
type operatorSaid struct {
	Gone, Irrevocable bool
	Refund            int64
	RedeemUntil       time.Time `json:"redeem_until"`
	PurgeAt           time.Time `json:"purge_at"`
}

// operator runs an operator's verb on a domain.
func (s *story) operator(verb, name string, args ...string) (said operatorSaid) {
	s.t.Helper()
	out := cadastre(s.t, append([]string{"domain", verb, name, "--dir", s.dir, "--json"}, args...)...)
	if err := json.Unmarshal([]byte(out), &said); err != nil {
		s.t.Fatalf("domain %s: %v %s", verb, err, out)
	}
	s.world()
	return said
}

// TestSacrificialHosts deletes a domain whose hosts others rely on, after RFC 9874: not
// before they are renamed to where nobody can take them over.
func TestSacrificialHosts(t *testing.T) {
	t.Parallel()
	s := newStory(t, "sacrificial", "2026-01-01T00:00:00Z")
	s.send("contact-create", goodContact("al-holder").create(), 1000)
	s.send("create", newDomain{name: "host.example", registrant: "al-holder"}.create(), 1000)
	s.send("host-create", hostCreate("ns1.host.example", v4("192.0.2.1")), 1000)
	s.send("host-create-unused", hostCreate("ns2.host.example"), 1000)
	s.as("registrar-b")
	for _, name := range []string{"b1.example", "b2.example", "b3.example", "b4.example", "b5.example", "b6.example", "b7.example"} {
		s.send("create-dependent", newDomain{name: name, registrant: "rc-contact1", hosts: []string{"ns1.host.example"}}.create(), 1000)
	}
	s.as("registrar-a").at("2026-02-01T00:00:00Z")
	r := s.send("delete-in-use", domainDelete("host.example"), 2305)
	for _, part := range []string{"ns1.host.example (for b1.example, b2.example, b3.example, b4.example, b5.example and 2 more)", "no other domain uses ns2.host.example"} {
		if !strings.Contains(string(r.frame), part) {
			t.Errorf("the reason does not say %q: %s", part, r.frame)
		}
	}
	s.send("host-delete", hostDelete("ns2.host.example"), 1000)
	s.send("rename-below-nothing", hostRename("ns1.host.example", "ns1.nobody.example"), 2303)
	const sacrifice = "ns1.host.example.k3x9.sacrificial.invalid"
	s.send("rename", hostRename("ns1.host.example", sacrifice), 1000)
	s.eventually(t, "b1.example", "b1.example. NS "+sacrifice+".")
	s.as("registrar-b").send("info-dependent", domainInfo("b7.example"), 1000)
	s.as("registrar-a").send("delete", domainDelete("host.example"), 1001)
	s.send("host-info", hostInfo(sacrifice), 1000)
	s.send("host-delete-linked", hostDelete(sacrifice), 2305)
	s.send("host-below-deleted", hostCreate("ns3.host.example"), 2304)
}
