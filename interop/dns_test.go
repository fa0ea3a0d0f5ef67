package interop

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	"cadastre/epp"
	"cadastre/epp/client"
)

// visibleWithin is the product's promise: how long after the answer to a domain:create DNS
// may take to show the delegation.
const visibleWithin = time.Second

// TestDNSFollowsEPP asks the authoritative server, with dig and over raw sockets, what EPP
// has just changed.
func TestDNSFollowsEPP(t *testing.T) {
	s := StartSandbox(t, Options{})
	conn := s.Login("registrar-a")
	mustDo(t, conn, &epp.ContactCreate{
		ID: "dns-contact", Email: "ann@example.net",
		PostalInfo: []epp.PostalInfo{{Type: "int", Name: "Ann Example", Addr: epp.PostalAddress{City: "Miami", CC: "US"}}},
	})
	mustDo(t, conn, &epp.HostCreate{Name: "ns1.dns.test"})
	t.Run("create and delete", func(t *testing.T) { createAndDelete(t, s, conn) })
	t.Run("glue", func(t *testing.T) { glue(t, s, conn) })
	t.Run("hundred creates", func(t *testing.T) { hundredCreates(t, s, conn) })
	t.Run("zone export", func(t *testing.T) { zoneExport(t, s) })
	if lines := s.LoggedErrors(); len(lines) > 0 {
		t.Errorf("%d errors logged, the first: %s", len(lines), lines[0])
	}
}

// mustDo sends a command that has to succeed.
func mustDo(t *testing.T, conn *client.Conn, body epp.Body) *epp.Response {
	t.Helper()
	resp, err := conn.Do(t.Context(), &epp.Command{Body: body})
	if err == nil {
		err = client.Failure(resp)
	}
	if err != nil {
		t.Fatalf("%s: %v", (&epp.Command{Body: body}).Name(), err)
	}
	return resp
}

func delegated(name string) *epp.DomainCreate {
	return &epp.DomainCreate{
		Name: name, Registrant: "dns-contact", NS: epp.NameServers{HostObjs: []string{"ns1.dns.test"}},
	}
}

// dig runs dig and gives its output without comments that differ from run to run.
func dig(t *testing.T, s *Sandbox, args ...string) string {
	t.Helper()
	host, port, err := net.SplitHostPort(s.Info.DNS.Addr)
	if err != nil {
		t.Fatal(err)
	}
	all := append([]string{"@" + host, "-p", port, "+norecurse", "+tries=1", "+time=5"}, args...)
	out, err := exec.Command(needs(t, "dig", "bind9-dnsutils"), all...).CombinedOutput()
	if err != nil {
		t.Fatalf("dig: %v\n%s", err, out)
	}
	return string(out)
}

func createAndDelete(t *testing.T, s *Sandbox, conn *client.Conn) {
	const name = "dig.example"
	transports := map[string]string{"UDP": "+notcp", "TCP": "+tcp"}
	for transport, flag := range transports {
		if out := dig(t, s, flag, name, "NS"); !strings.Contains(out, "status: NXDOMAIN") {
			t.Errorf("%s, before:\n%s", transport, out)
		}
	}
	mustDo(t, conn, delegated(name))
	answered := time.Now()
	for transport, flag := range transports {
		within(t, answered, func() bool { return strings.Contains(dig(t, s, flag, name, "NS"), "ns1.dns.test.") })
		t.Logf("%s: dig sees the delegation %v after the answer", transport, time.Since(answered).Round(time.Millisecond))
		out := dig(t, s, flag, "www."+name, "A")
		if !strings.Contains(out, "status: NOERROR") || !strings.Contains(out, "ANSWER: 0, AUTHORITY: 1") {
			t.Errorf("%s: no referral below the delegation:\n%s", transport, out)
		}
	}
	if resp := mustDo(t, conn, &epp.DomainDelete{Name: name}); resp.Code() != epp.CodeOK {
		t.Errorf("delete in the add grace period: %v", resp.Code())
	}
	answered = time.Now()
	for _, flag := range transports {
		within(t, answered, func() bool { return strings.Contains(dig(t, s, flag, name, "NS"), "status: NXDOMAIN") })
	}
}

// within asks until DNS is right, which has to be seen by a question put visibleWithin after
// the answer to the command; how long a busy machine takes over a question does not count.
// It gives when that was, counted from the answer.
func within(t *testing.T, answered time.Time, right func() bool) time.Duration {
	t.Helper()
	for {
		asked := time.Since(answered)
		if right() {
			return time.Since(answered)
		}
		if asked > visibleWithin {
			t.Fatalf("DNS did not follow within %v", asked)
		}
		time.Sleep(time.Millisecond) // leave the processor to the server
	}
}

// glue checks that a delegation to a name server inside of it carries its addresses.
func glue(t *testing.T, s *Sandbox, conn *client.Conn) {
	mustDo(t, conn, delegated("glue.example"))
	mustDo(t, conn, &epp.HostCreate{Name: "ns1.glue.example", Addrs: []epp.Address{
		{IP: "v4", Addr: "192.0.2.53"}, {IP: "v6", Addr: "2001:db8::53"},
	}})
	mustDo(t, conn, &epp.DomainUpdate{
		Name: "glue.example",
		Add:  &epp.DomainAddRem{NS: epp.NameServers{HostObjs: []string{"ns1.glue.example"}}},
	})
	want := []string{"ns1.dns.test.", "ns1.glue.example.", "192.0.2.53", "2001:db8::53"}
	within(t, time.Now(), func() bool {
		out := dig(t, s, "glue.example", "NS")
		return !slices.ContainsFunc(want, func(w string) bool { return !strings.Contains(out, w) })
	})
}

// hundredCreates measures, for a hundred creates one after the other, how long the
// delegation takes to show after the answer to the create.
func hundredCreates(t *testing.T, s *Sandbox, conn *client.Conn) {
	udp, err := dns.Dial("udp", s.Info.DNS.Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = udp.Close() }()
	var waits []time.Duration
	for i := range 100 {
		name := fmt.Sprintf("visible-%03d.example", i)
		mustDo(t, conn, delegated(name))
		waits = append(waits, within(t, time.Now(), func() bool { return refers(t, udp, name) }))
	}
	slices.Sort(waits)
	t.Logf("milliseconds from the answer to 100 creates until DNS shows them: %s", milliseconds(waits))
	t.Logf("p50 %v, p99 %v, longest %v", waits[49], waits[98], waits[99])
}

// refers asks once whether a name is delegated.
func refers(t *testing.T, conn *dns.Conn, name string) bool {
	t.Helper()
	query := new(dns.Msg).SetQuestion(dns.Fqdn(name), dns.TypeNS)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	answer, _, err := new(dns.Client).ExchangeWithConnContext(ctx, query, conn)
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(answer.Ns, func(rr dns.RR) bool {
		ns, ok := rr.(*dns.NS)
		return ok && ns.Hdr.Name == dns.Fqdn(name) && ns.Ns == "ns1.dns.test."
	})
}

func milliseconds(list []time.Duration) string {
	var out []string
	for _, d := range list {
		out = append(out, fmt.Sprintf("%.1f", d.Seconds()*1000))
	}
	return strings.Join(out, " ")
}

// zoneExport lets BIND judge the exported zone, which holds what was registered above.
func zoneExport(t *testing.T, s *Sandbox) {
	out := s.Run("", "zone", "export", "example", "--dir", s.Dir)
	if out.Status != 0 || !strings.Contains(out.Stdout, "visible-000") {
		t.Fatalf("zone export: status %d, %d octets\n%s", out.Status, len(out.Stdout), out.Stderr)
	}
	file := filepath.Join(t.TempDir(), "example.zone")
	if err := os.WriteFile(file, []byte(out.Stdout), 0o600); err != nil {
		t.Fatal(err)
	}
	// -i local: name servers elsewhere are not looked up.
	verdict, err := exec.Command(needs(t, "named-checkzone", "bind9-utils"), "-i", "local", "example", file).CombinedOutput()
	if err != nil {
		t.Errorf("named-checkzone: %v\n%s", err, tail(string(verdict), 2000))
	}
}
