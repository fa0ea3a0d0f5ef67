package dnsout

import (
	"fmt"
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/miekg/dns"
)

// answersSource is two zones, one within the other's sight, with a name of every
// kind.
func answersSource() *memSource {
	src := newMemSource()
	src.addZone(exampleZone(1, "example"))
	src.addZone(exampleZone(2, "community"))
	src.addZone(exampleZone(3, "kingcounty.community"))
	src.load(1,
		Delegation{Name: "miami.example", NS: []string{"ns1.host.test", "ns2.host.test"}},
		Delegation{Name: "glue.example", NS: []string{"ns1.glue.example", "ns2.glue.example"}, Glue: []Glue{
			{Host: "ns1.glue.example", Addrs: addrs("192.0.2.1", "2001:db8::1")},
			{Host: "ns2.glue.example", Addrs: addrs("192.0.2.2")},
		}},
		Delegation{Name: "sibling.example", NS: []string{"ns1.glue.example", "sibling.example"}, Glue: []Glue{
			{Host: "sibling.example", Addrs: addrs("192.0.2.9")},
		}},
		Delegation{Name: "signed.example", NS: []string{"ns.host.test"}, DS: []DS{
			{KeyTag: 12345, Algorithm: 13, DigestType: 2, Digest: []byte("0123456789abcdef0123456789abcdef")},
		}},
	)
	src.load(1, Delegation{
		Name: "times.example", NS: []string{"ns.host.test", "ns.times.example"}, NSTTL: 300, DSTTL: 600,
		Glue: []Glue{{Host: "ns.times.example", Addrs: addrs("192.0.2.3", "2001:db8::3"), TTLv6: 86400}},
		DS:   []DS{{KeyTag: 8, Algorithm: 15, DigestType: 2, Digest: []byte("0123456789abcdef0123456789abcdef")}},
	})
	src.load(2,
		Delegation{Name: "cafe.seattle.community", NS: []string{"ns1.host.test"}},
		Delegation{Name: "kingcounty.community", NS: []string{"ns1.nic.kingcounty.community"}, DS: []DS{
			{KeyTag: 7, Algorithm: 13, DigestType: 2, Digest: []byte("0123456789abcdef0123456789abcdef")},
		}},
	)
	return src
}

// show writes an answer as dig does, without what differs from run to run.
func show(m *dns.Msg) string {
	var b strings.Builder
	rcode := dns.RcodeToString[m.Rcode]
	if m.Rcode == dns.RcodeBadVers { // the same number as BADSIG
		rcode = "BADVERS"
	}
	b.WriteString(rcode)
	for _, f := range []struct {
		on   bool
		name string
	}{{m.Authoritative, "aa"}, {m.Truncated, "tc"}, {m.RecursionDesired, "rd"}, {m.RecursionAvailable, "ra"}, {m.AuthenticatedData, "ad"}, {m.CheckingDisabled, "cd"}} {
		if f.on {
			b.WriteString(" " + f.name)
		}
	}
	b.WriteString("\n")
	for _, sec := range []struct {
		name string
		rrs  []dns.RR
	}{{"answer", m.Answer}, {"authority", m.Ns}, {"additional", m.Extra}} {
		for _, rr := range sec.rrs {
			text := strings.Join(strings.Fields(rr.String()), " ")
			if o, ok := rr.(*dns.OPT); ok {
				text = fmt.Sprintf("OPT version %d udp %d do %t options %d", o.Version(), o.UDPSize(), o.Do(), len(o.Option))
			}
			fmt.Fprintf(&b, "%s: %s\n", sec.name, text)
		}
	}
	return b.String()
}

const (
	exampleSOA    = "example. 60 IN SOA ns1.nic.example. hostmaster.registry.test. 100 1800 900 604800 60\n"
	communitySOA  = "community. 60 IN SOA ns1.nic.community. hostmaster.registry.test. 100 1800 900 604800 60\n"
	kingcountySOA = "kingcounty.community. 60 IN SOA ns1.nic.kingcounty.community. hostmaster.registry.test. 100 1800 900 604800 60\n"
	optPlain      = "additional: OPT version 0 udp 1232 do false options 0\n"
	optDO         = "additional: OPT version 0 udp 1232 do true options 0\n"
)

type answerCase struct {
	name, q string
	edit    func(*dns.Msg)
	want    string
}

func withDO(m *dns.Msg) { m.SetEdns0(4096, true) }

func answerCases() []answerCase {
	miami := "authority: miami.example. 3600 IN NS ns1.host.test.\nauthority: miami.example. 3600 IN NS ns2.host.test.\n"
	return []answerCase{
		{"SOA of the apex", "example. SOA", nil, "NOERROR aa\nanswer: example. 3600 IN SOA ns1.nic.example. hostmaster.registry.test. 100 1800 900 604800 60\n"},
		{"NS of the apex", "example. NS", nil, "NOERROR aa\nanswer: example. 3600 IN NS ns1.nic.example.\nanswer: example. 3600 IN NS ns2.registry.test.\nadditional: ns1.nic.example. 3600 IN A 192.0.2.53\nadditional: ns1.nic.example. 3600 IN AAAA 2001:db8::53\n"},
		{"no other data at the apex", "example. A", nil, "NOERROR aa\nauthority: " + exampleSOA},
		{"no DNSKEY in an unsigned zone", "example. DNSKEY", withDO, "NOERROR aa\nauthority: " + exampleSOA + optDO},
		{"ANY at the apex is one RRset", "example. ANY", nil, "NOERROR aa\nanswer: example. 3600 IN SOA ns1.nic.example. hostmaster.registry.test. 100 1800 900 604800 60\n"},
		{"address of an apex name server", "ns1.nic.example. AAAA", nil, "NOERROR aa\nanswer: ns1.nic.example. 3600 IN AAAA 2001:db8::53\n"},
		{"ANY at data is one RRset", "ns1.nic.example. ANY", nil, "NOERROR aa\nanswer: ns1.nic.example. 3600 IN A 192.0.2.53\n"},
		{"no other type at data", "ns1.nic.example. TXT", nil, "NOERROR aa\nauthority: " + exampleSOA},
		{"above an apex name server", "nic.example. A", nil, "NOERROR aa\nauthority: " + exampleSOA},
		{"below an apex name server", "x.ns1.nic.example. A", nil, "NXDOMAIN aa\nauthority: " + exampleSOA},
		{"referral", "miami.example. A", nil, "NOERROR\n" + miami},
		{"referral for NS", "miami.example. NS", nil, "NOERROR\n" + miami},
		{"referral for ANY", "miami.example. ANY", nil, "NOERROR\n" + miami},
		{"referral from below", "a.b.c.miami.example. MX", nil, "NOERROR\n" + miami},
		{"owner in the query's case", "wWw.MIAmi.ExAMPle. A", nil, "NOERROR\nauthority: MIAmi.ExAMPle. 3600 IN NS ns1.host.test.\nauthority: MIAmi.ExAMPle. 3600 IN NS ns2.host.test.\n"},
		{"glue", "www.glue.example. A", nil, "NOERROR\nauthority: glue.example. 3600 IN NS ns1.glue.example.\nauthority: glue.example. 3600 IN NS ns2.glue.example.\nadditional: ns1.glue.example. 3600 IN A 192.0.2.1\nadditional: ns1.glue.example. 3600 IN AAAA 2001:db8::1\nadditional: ns2.glue.example. 3600 IN A 192.0.2.2\n"},
		{"a glue host asked for itself", "ns1.glue.example. A", nil, "NOERROR\nauthority: glue.example. 3600 IN NS ns1.glue.example.\nauthority: glue.example. 3600 IN NS ns2.glue.example.\nadditional: ns1.glue.example. 3600 IN A 192.0.2.1\nadditional: ns1.glue.example. 3600 IN AAAA 2001:db8::1\nadditional: ns2.glue.example. 3600 IN A 192.0.2.2\n"},
		{"narrow glue", "sibling.example. A", nil, "NOERROR\nauthority: sibling.example. 3600 IN NS ns1.glue.example.\nauthority: sibling.example. 3600 IN NS sibling.example.\nadditional: sibling.example. 3600 IN A 192.0.2.9\n"},
		{"NXDOMAIN", "nowhere.example. A", nil, "NXDOMAIN aa\nauthority: " + exampleSOA},
		{"NXDOMAIN far below", "a.b.c.nowhere.example. A", nil, "NXDOMAIN aa\nauthority: " + exampleSOA},
		{"NXDOMAIN for DS", "nowhere.example. DS", nil, "NXDOMAIN aa\nauthority: " + exampleSOA},
		{"no DS", "miami.example. DS", nil, "NOERROR aa\nauthority: " + exampleSOA},
		{"DS from the parent", "signed.example. DS", nil, "NOERROR aa\nanswer: signed.example. 3600 IN DS 12345 13 2 3031323334353637383961626364656630313233343536373839616263646566\n"},
		{"TTL of its own", "times.example. A", nil, "NOERROR\nauthority: times.example. 300 IN NS ns.host.test.\nauthority: times.example. 300 IN NS ns.times.example.\n" +
			"additional: ns.times.example. 3600 IN A 192.0.2.3\nadditional: ns.times.example. 86400 IN AAAA 2001:db8::3\n"},
		{"DS with a TTL of its own", "times.example. DS", nil, "NOERROR aa\nanswer: times.example. 600 IN DS 8 15 2 3031323334353637383961626364656630313233343536373839616263646566\n"},
		{"DS below the cut is a referral", "www.signed.example. DS", nil, "NOERROR\nauthority: signed.example. 3600 IN NS ns.host.test.\n"},
		{"referral without DO has no DS", "signed.example. A", func(m *dns.Msg) { m.SetEdns0(4096, false) }, "NOERROR\nauthority: signed.example. 3600 IN NS ns.host.test.\n" + optPlain},
		{"referral of an unsigned zone has no DS with DO either", "signed.example. A", withDO, "NOERROR\nauthority: signed.example. 3600 IN NS ns.host.test.\n" + optDO},
		{"DS of an apex from the parent's zone", "kingcounty.community. DS", nil, "NOERROR aa\nanswer: kingcounty.community. 3600 IN DS 7 13 2 3031323334353637383961626364656630313233343536373839616263646566\n"},
		{"DS of an apex without parent", "example. DS", nil, "NOERROR aa\nauthority: " + exampleSOA},
		{"the longest zone answers", "kingcounty.community. SOA", nil, "NOERROR aa\nanswer: kingcounty.community. 3600 IN SOA ns1.nic.kingcounty.community. hostmaster.registry.test. 100 1800 900 604800 60\n"},
		{"NXDOMAIN in the longest zone", "x.kingcounty.community. A", nil, "NXDOMAIN aa\nauthority: " + kingcountySOA},
		{"empty non-terminal", "seattle.community. A", nil, "NOERROR aa\nauthority: " + communitySOA},
		{"empty non-terminal, ANY", "seattle.community. ANY", nil, "NOERROR aa\nauthority: " + communitySOA},
		{"empty non-terminal, DS", "seattle.community. DS", nil, "NOERROR aa\nauthority: " + communitySOA},
		{"below an empty non-terminal", "bar.seattle.community. A", nil, "NXDOMAIN aa\nauthority: " + communitySOA},
		{"foreign zone", "www.elsewhere. A", nil, "REFUSED\n"},
		{"the ending of a name is no zone", "xexample. A", nil, "REFUSED\n"},
		{"root", ". NS", nil, "REFUSED\n"},
		{"RD is copied, RA, AD and CD are not", "miami.example. A", func(m *dns.Msg) { m.RecursionDesired, m.AuthenticatedData, m.CheckingDisabled = true, true, true }, "NOERROR rd\n" + miami},
		{"CH", "version.bind. TXT", func(m *dns.Msg) { m.Question[0].Qclass = dns.ClassCHAOS }, "REFUSED\n"},
		{"our zone in CH", "example. SOA", func(m *dns.Msg) { m.Question[0].Qclass = dns.ClassCHAOS }, "REFUSED\n"},
		{"class ANY", "example. SOA", func(m *dns.Msg) { m.Question[0].Qclass = dns.ClassANY }, "REFUSED\n"},
		{"AXFR", "example. AXFR", nil, "REFUSED\n"},
		{"IXFR", "example. IXFR", func(m *dns.Msg) { m.SetIxfr("example.", 5, "a.", "b.") }, "REFUSED\n"},
		{"MAILB", "example. MAILB", nil, "NOTIMP\n"},
		{"OPT as a type", "example. OPT", nil, "FORMERR\n"},
		{"NOTIFY", "example. SOA", func(m *dns.Msg) { m.Opcode = dns.OpcodeNotify }, "NOTIMP\n"},
		{"UPDATE", "example. SOA", func(m *dns.Msg) { m.SetUpdate("example."); m.SetEdns0(1232, false) }, "NOTIMP\n" + optPlain},
		{"EDNS version 1", "example. SOA", func(m *dns.Msg) { m.SetEdns0(4096, true); m.IsEdns0().SetVersion(1) }, "BADVERS\n" + optDO},
		{"unknown EDNS options", "miami.example. A", func(m *dns.Msg) {
			m.SetEdns0(4096, false)
			m.IsEdns0().Option = []dns.EDNS0{&dns.EDNS0_LOCAL{Code: 65001, Data: []byte("x")}, &dns.EDNS0_NSID{Code: dns.EDNS0NSID}}
		}, "NOERROR\n" + miami + optPlain},
		{"two OPT records", "example. SOA", func(m *dns.Msg) { m.SetEdns0(4096, false); m.SetEdns0(4096, false) }, "FORMERR\n"},
		{"two questions", "example. SOA", func(m *dns.Msg) { m.Question = append(m.Question, m.Question[0]) }, "FORMERR\n"},
		{"no question", "example. SOA", func(m *dns.Msg) { m.Question = nil }, "FORMERR\n"},
		{"OPT after another record", "example. A", func(m *dns.Msg) {
			m.SetEdns0(512, false)
			m.Extra = append([]dns.RR{&dns.TXT{Hdr: dns.RR_Header{Name: "x.", Rrtype: dns.TypeTXT, Class: dns.ClassINET}, Txt: []string{"y"}}}, m.Extra...)
		}, "NOERROR aa\nauthority: " + exampleSOA + optPlain},
	}
}

func TestAnswers(t *testing.T) {
	s := startServer(t, answersSource())
	for _, tc := range answerCases() {
		for _, network := range []string{"udp", "tcp"} {
			t.Run(tc.name+"/"+network, func(t *testing.T) {
				q := question(tc.q)
				if tc.edit != nil {
					tc.edit(q)
				}
				r, _, err := (&dns.Client{Net: network, Timeout: 5 * time.Second, UDPSize: 65535}).Exchange(q, s.Addr())
				if err != nil {
					t.Fatal(err)
				}
				if d := cmp.Diff(tc.want, show(r)); d != "" {
					t.Errorf("(-want +got)\n%s", d)
				}
				if len(q.Question) == 1 && (len(r.Question) != 1 || r.Question[0] != q.Question[0]) {
					t.Errorf("question %v came back as %v", q.Question, r.Question)
				}
			})
		}
	}
}

// question makes a query of "name type".
func question(text string) *dns.Msg {
	name, rrtype, _ := strings.Cut(text, " ")
	m := new(dns.Msg)
	m.SetQuestion(name, dns.StringToType[rrtype])
	m.RecursionDesired = false
	return m
}

// TestOtherClients asks with the tools operators use.
func TestOtherClients(t *testing.T) {
	s := startServer(t, answersSource())
	host, port, err := net.SplitHostPort(s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		args []string
		want []string
	}{
		{[]string{"dig", "+norec", "miami.example", "A"}, []string{"status: NOERROR", "flags: qr;", "ns1.host.test."}},
		{[]string{"dig", "+norec", "+tcp", "glue.example", "A"}, []string{"192.0.2.1", "2001:db8::1"}},
		{[]string{"dig", "+norec", "+bufsize=512", "+ednsopt=10:0011223344556677", "nowhere.example", "A"}, []string{"status: NXDOMAIN", "udp: 1232"}},
		{[]string{"dig", "+norec", "+edns=5", "+noednsneg", "example", "SOA"}, []string{"status: BADVERS"}},
		{[]string{"kdig", "signed.example", "DS", "+dnssec"}, []string{"NOERROR", "DS"}},
		{[]string{"kdig", "version.bind", "TXT", "CH"}, []string{"REFUSED"}},
	} {
		path, err := exec.LookPath(tc.args[0])
		if err != nil {
			t.Skipf("needs %s (Debian: bind9-dnsutils, knot-dnsutils): %v", tc.args[0], err)
		}
		args := append([]string{"@" + host, "-p", port, "+timeout=5"}, tc.args[1:]...)
		out, err := exec.CommandContext(t.Context(), path, args...).CombinedOutput()
		if err != nil {
			t.Errorf("%v: %v\n%s", tc.args, err, out)
		}
		for _, want := range tc.want {
			if !strings.Contains(string(out), want) {
				t.Errorf("%v: no %q in\n%s", tc.args, want, out)
			}
		}
	}
}
