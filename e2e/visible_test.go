package e2e

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// TestVisible creates a hundred delegations one after the other and watches each
// appear in DNS, over UDP and TCP, and one of them vanish.
func TestVisible(t *testing.T) {
	t.Parallel()
	box := newSandbox(t)
	s := box.login(t, "registrar-a")
	s.do(t, goodContact("al-holder").create()).want(t, 1000)
	s.do(t, hostCreate("ns1.dns.icann")).want(t, 1000)
	var took []time.Duration
	last := ""
	for range 100 {
		last = randomLabel(16) + ".example"
		s.do(t, newDomain{name: last, registrant: "al-holder", hosts: []string{"ns1.dns.icann"}}.create()).want(t, 1000)
		answered := time.Now()
		box.eventually(t, last, last+". NS ns1.dns.icann.")
		took = append(took, time.Since(answered))
		a, err := ask(box.info.DNS.Addr, last, dnsmessage.TypeA, true)
		if err != nil || !slices.Equal(a.delegation(), []string{last + ". NS ns1.dns.icann."}) {
			t.Fatalf("over TCP: %+v %v", a, err)
		}
	}
	slices.Sort(took)
	t.Logf("from the answer to a create until DNS shows it: p50 %v, p99 %v, longest %v", took[49], took[98], took[99])
	t.Run("dig", func(t *testing.T) { digs(t, box, last) })
	s.do(t, domainDelete(last)).want(t, 1000)
	answered := time.Now()
	box.eventually(t, last)
	t.Logf("a delete is seen after %v", time.Since(answered))
}

// digs asks with BIND's dig, where it is installed.
func digs(t *testing.T, box *sandbox, name string) {
	if _, err := exec.LookPath("dig"); err != nil {
		t.Skip("dig is not installed (Debian: bind9-dnsutils)")
	}
	host, port, _ := strings.Cut(box.info.DNS.Addr, ":")
	for _, transport := range []string{"+notcp", "+tcp"} {
		out, err := exec.Command("dig", "@"+host, "-p", port, "+norec", transport, name, "A").CombinedOutput()
		if err != nil || !strings.Contains(string(out), "status: NOERROR") || !strings.Contains(string(out), "ns1.dns.icann.") ||
			strings.Contains(string(out), "WARNING") {
			t.Errorf("dig %s: %v\n%s", transport, err, out)
		}
	}
}
