package e2e

import (
	"bufio"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"cadastre/epp"
)

// ledger is the client's own record of what it was told is done. Every entry is on
// the disk before the next command is sent.
type ledger struct {
	mu      sync.Mutex
	file    *os.File
	entries []entry
	// open are the names about which a command had no answer: both outcomes were
	// fine when that happened, and verifyUnknown looked at them then.
	open map[string]bool
}

func newLedger(t *testing.T) *ledger {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "acknowledged"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return &ledger{file: f, open: map[string]bool{}}
}

func (l *ledger) add(e entry) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, err := fmt.Fprintln(l.file, e); err != nil {
		return err
	}
	l.entries = append(l.entries, e)
	return l.file.Sync()
}

func (l *ledger) since(n int) []entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.entries[n:])
}

// final keeps the last entry about each object: what is true of it now.
func final(list []entry) map[string]entry {
	out := map[string]entry{}
	for _, e := range list {
		kind := strings.TrimPrefix(e.kind, "no ")
		out[kind+" "+e.name] = e
	}
	return out
}

// verify asks by EPP, and for domains by DNS, whether what was acknowledged is so.
// No stream runs meanwhile.
func (c *crash) verify(t *testing.T, acked []entry) {
	t.Helper()
	s := c.box.login(t, "registrar-a")
	defer s.conn.Close()
	for _, e := range final(acked) {
		if c.ledger.open[e.name] {
			continue
		}
		if why := c.differs(t, s, e); why != "" {
			t.Errorf("acknowledged, but not so: %v: %s", e, why)
		}
		if e.kind == "domain" {
			c.box.eventually(t, e.name, e.delegation()...)
		}
		if e.kind == "no domain" {
			c.box.eventually(t, e.name)
		}
	}
}

// verifyUnknown looks at the commands without an answer: their object is there in
// full, or as it was before.
func (c *crash) verifyUnknown(t *testing.T, streams []*stream) {
	t.Helper()
	s := c.box.login(t, "registrar-a")
	defer s.conn.Close()
	for _, st := range streams {
		for _, e := range st.unknown {
			c.ledger.open[e.name] = true
			why := c.differs(t, s, e)
			if why == "" {
				continue
			}
			before, known := c.ledger.before(e)
			if !known { // a create that was not carried out
				before = entry{kind: "no " + e.kind, name: e.name}
			}
			if was := c.differs(t, s, before); was != "" {
				t.Errorf("half done: %v: neither the command (%s) nor what was before (%s)", e, why, was)
			}
		}
	}
}

// differs says in what the registry differs from an entry, "" if in nothing.
func (c *crash) differs(t *testing.T, s *session, e entry) string {
	t.Helper()
	switch e.kind {
	case "contact":
		r := s.do(t, contactInfo(e.name))
		if r.Code() == epp.CodeAuthorizationError {
			return "" // registrar-b's: it is there
		}
		if r.Code() != epp.CodeOK {
			return string(r.frame)
		}
		if d := data[*epp.ContactInfoData](t, r); d.Email != "jdoe@example.com" || len(d.PostalInfo) != 1 {
			return string(r.frame)
		}
	case "host":
		r := s.do(t, hostInfo(e.name))
		if r.Code() != epp.CodeOK {
			return string(r.frame)
		}
		d := data[*epp.HostInfoData](t, r)
		if (e.addr == "") != (len(d.Addrs) == 0) || (e.addr != "" && d.Addrs[0].Addr != e.addr) {
			return string(r.frame)
		}
	case "domain":
		r := s.do(t, domainInfo(e.name))
		if r.Code() != epp.CodeOK {
			return string(r.frame)
		}
		d := data[*epp.DomainInfoData](t, r)
		if strings.Join(slices.Sorted(slices.Values(d.NS.HostObjs)), " ") != strings.Join(e.nameservers(), " ") {
			return string(r.frame)
		}
		if d.ClID == "registrar-a" && d.Registrant != e.contact {
			return string(r.frame)
		}
	case "no host", "no domain", "no contact":
		frame := map[string]string{"no host": hostInfo(e.name), "no domain": domainInfo(e.name), "no contact": contactInfo(e.name)}[e.kind]
		if r := s.do(t, frame); r.Code() != epp.CodeObjectDoesNotExist {
			return string(r.frame)
		}
	}
	return ""
}

func (e entry) nameservers() []string { return slices.Sorted(slices.Values(strings.Fields(e.hosts))) }

// delegation is what DNS has to say of the domain.
func (e entry) delegation() []string {
	var ns, glue []string
	for _, h := range e.nameservers() {
		ns = append(ns, e.name+". NS "+h+".")
		if strings.HasSuffix(h, "."+e.name) {
			glue = append(glue, h+". A 208.77.190.210")
		}
	}
	return append(ns, glue...)
}

// before is the last acknowledged entry about an object.
func (l *ledger) before(e entry) (entry, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, x := range slices.Backward(l.entries) {
		if x.name == e.name && strings.TrimPrefix(x.kind, "no ") == strings.TrimPrefix(e.kind, "no ") {
			return x, true
		}
	}
	return entry{}, false
}

// verifyZone compares the zone that the store says there is, as `zone export`
// writes it, with what DNS answers for every name in it, and with the number of
// names that the server has.
func (c *crash) verifyZone(t *testing.T, zone string) {
	t.Helper()
	export := cadastre(t, "zone", "export", zone, "--dir", c.box.dir)
	delegations := map[string][]string{}
	var glue []string
	for lines := bufio.NewScanner(strings.NewReader(export)); lines.Scan(); {
		f := strings.Fields(lines.Text())
		switch {
		case len(f) != 5 || f[0] == zone+".":
		case f[3] == "NS":
			delegations[f[0]] = append(delegations[f[0]], f[0]+" NS "+f[4])
		default:
			glue = append(glue, f[0]+" "+f[3]+" "+f[4])
		}
	}
	for name, want := range delegations {
		for _, g := range glue {
			if owner, _, _ := strings.Cut(g, " "); strings.HasSuffix(owner, "."+name) {
				want = append(want, g)
			}
		}
		c.box.eventually(t, strings.TrimSuffix(name, "."), want...)
	}
	if got := c.box.metric(t, fmt.Sprintf(`cadastre_dns_zone_names{zone=%q}`, zone)); got != fmt.Sprint(len(delegations)) {
		t.Errorf("DNS has %s names in %s, the store %d", got, zone, len(delegations))
	}
	if a := c.box.dns(t, "no-such-"+randomLabel(9)+"."+zone, dnsmessage.TypeA); a.rcode != dnsmessage.RCodeNameError {
		t.Errorf("a name that is not there: %v", a.rcode)
	}
	checkZone(t, zone, export)
}

// checkZone lets BIND's named-checkzone judge a zone file, where it is installed.
func checkZone(t *testing.T, zone, text string) {
	t.Helper()
	path, err := exec.LookPath("named-checkzone")
	if err != nil {
		return
	}
	cmd := exec.Command(path, "-i", "local", zone, "/dev/stdin")
	cmd.Stdin = strings.NewReader(text)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("named-checkzone: %v\n%s", err, out)
	}
}

// metric reads one line of the server's metrics.
func (s *sandbox) metric(t testing.TB, series string) string {
	t.Helper()
	resp, err := http.Get(s.info.Admin.URL + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		if value, found := strings.CutPrefix(lines.Text(), series+" "); found {
			return value
		}
	}
	t.Errorf("no metric %s", series)
	return ""
}
