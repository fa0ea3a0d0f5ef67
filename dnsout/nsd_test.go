package dnsout

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"
)

// TestSameAsNSD gives NSD the exported zones and wants the same answers from both,
// over UDP and TCP, for names and types of every kind.
func TestSameAsNSD(t *testing.T) {
	path, err := exec.LookPath("nsd")
	if err != nil {
		if path, err = exec.LookPath("/usr/sbin/nsd"); err != nil {
			t.Skipf("needs nsd (Debian: nsd): %v", err)
		}
	}
	src := answersSource()
	for _, n := range []int{2, 5, 13, 20} {
		src.load(1, manyHosts(fmt.Sprintf("n%d.example", n), n))
	}
	src.load(2, ns("a.b.c.community", "h.test"), ns("a.d.c.community", "h.seattle.community"))
	src.zones[4] = dataSource().zones[4]
	s := startServer(t, src)
	peer := startNSD(t, path, src)

	var names []string
	for _, z := range src.zones {
		names = append(names, z.Name)
		for name := range z.delegations {
			for up := name; up != z.Name; {
				names = append(names, up, "www."+up, "a.b."+up, "x"+up)
				_, up, _ = strings.Cut(up, ".")
			}
		}
		names = append(names, "nic."+z.Name, "ns1.nic."+z.Name, "x.ns1.nic."+z.Name, "nowhere."+z.Name)
	}
	slices.Sort(names)
	asked := 0
	for _, name := range slices.Compact(names) {
		for _, rrtype := range []uint16{dns.TypeA, dns.TypeNS, dns.TypeSOA, dns.TypeDS, dns.TypeAAAA, dns.TypeTXT, dns.TypeDNSKEY, 65280} {
			for _, size := range []uint16{0, 512, 1232, 4096, withDOBit | 1232, withDOBit | 4096} {
				q := question(name + ". A")
				q.Question[0].Qtype = rrtype
				if size > 0 {
					q.SetEdns0(size&^withDOBit, size&withDOBit != 0)
				}
				network := "udp"
				if asked%7 == 0 {
					network = "tcp"
				}
				asked++
				got, want := exchange(t, q, network, s.Addr()), exchange(t, q, network, peer)
				if got.Truncated {
					// NSD before 4.7 leaves glue out silently; TestTruncation proves ours.
					want.Truncated = true
				}
				if d := cmp.Diff(meaning(want), meaning(got)); d != "" {
					t.Errorf("%s %s size %d over %s (-nsd +ours)\n%s", name, dns.TypeToString[rrtype], size, network, d)
				}
			}
		}
	}
	t.Logf("%d questions", asked)
}

// withDOBit marks a size whose question has the DO bit.
const withDOBit = 1 << 15

func exchange(t *testing.T, q *dns.Msg, network, addr string) *dns.Msg {
	t.Helper()
	m, _, err := (&dns.Client{Net: network, Timeout: 5 * time.Second}).Exchange(q, addr)
	if err != nil {
		t.Fatalf("%s of %s over %s: %v", q.Question[0].String(), addr, network, err)
	}
	return m
}

// meaning brings an answer into a form in which two servers that mean the same say
// the same: record order, the announced payload size, and what a truncated answer
// still holds are each server's own.
func meaning(m *dns.Msg) string {
	if m.Truncated {
		m.Answer, m.Ns, m.Extra = nil, nil, nil
	}
	if m.Authoritative && len(m.Answer) > 0 {
		// What comes with a positive answer is optional: here the addresses of the
		// apex's name servers, there also the NS set.
		m.Ns, m.Extra = nil, nil
	}
	m.Extra = slices.DeleteFunc(m.Extra, func(rr dns.RR) bool {
		// Our glue is narrow; NSD adds what it has of sibling delegations.
		sibling := !m.Authoritative && len(m.Ns) > 0 && !dns.IsSubDomain(m.Ns[0].Header().Name, rr.Header().Name)
		return sibling || rr.Header().Rrtype == dns.TypeOPT
	})
	lines := strings.Split(strings.ToLower(show(m)), "\n")
	slices.Sort(lines[1:])
	return strings.Join(lines, "\n")
}

// startNSD runs NSD with the source's zones and returns its address. Another
// program can take the port between its choice and its use, hence the tries.
func startNSD(t *testing.T, path string, src *memSource) string {
	t.Helper()
	var log []byte
	for range 5 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		port := l.Addr().(*net.TCPAddr).Port
		l.Close()
		dir := t.TempDir()
		cmd := exec.Command(path, "-d", "-c", nsdConfig(t, dir, port, src))
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan struct{})
		go func() {
			_ = cmd.Wait()
			close(ended)
		}()
		t.Cleanup(func() {
			_ = cmd.Process.Signal(os.Interrupt)
			<-ended
		})
		addr := fmt.Sprintf("127.0.0.1:%d", port)
		if answersSoon(addr, ended) {
			return addr
		}
		log, _ = os.ReadFile(filepath.Join(dir, "log"))
	}
	t.Fatalf("nsd does not answer\n%s", log)
	return ""
}

func answersSoon(addr string, ended <-chan struct{}) bool {
	for range 400 {
		m, _, err := (&dns.Client{Timeout: 100 * time.Millisecond}).Exchange(question("example. SOA"), addr)
		if err == nil && m.Rcode == dns.RcodeSuccess {
			return true
		}
		select {
		case <-ended:
			return false
		case <-time.After(25 * time.Millisecond):
		}
	}
	return false
}

// nsdConfig writes NSD's configuration and zones into dir.
func nsdConfig(t *testing.T, dir string, port int, src *memSource) (file string) {
	t.Helper()
	conf := fmt.Sprintf(`server:
  ip-address: 127.0.0.1@%d
  server-count: 1
  username: ""
  chroot: ""
  zonesdir: %q
  database: ""
  zonelistfile: %q
  xfrdfile: %q
  pidfile: ""
  logfile: %q
  minimal-responses: yes
  refuse-any: yes
  rrl-ratelimit: 0
remote-control:
  control-enable: no
`, port, dir, filepath.Join(dir, "list"), filepath.Join(dir, "xfrd"), filepath.Join(dir, "log"))
	for id, z := range src.zones {
		var out bytes.Buffer
		if err := Export(t.Context(), src, id, &out); err != nil {
			t.Fatal(err)
		}
		zonefile := filepath.Join(dir, z.Name)
		if err := os.WriteFile(zonefile, out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		conf += fmt.Sprintf("zone:\n  name: %s\n  zonefile: %q\n", z.Name, zonefile)
	}
	file = filepath.Join(dir, "nsd.conf")
	if err := os.WriteFile(file, []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
