package e2e

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"cadastre/epp"
)

// TestExtremes goes to the edges of what is allowed: dates, sizes and numbers.
func TestExtremes(t *testing.T) {
	t.Parallel()
	box := newSandbox(t, "--start-time", "2028-02-29T12:00:00Z")
	s := box.login(t, "registrar-a")
	s.do(t, goodContact("al-holder").create()).want(t, 1000)
	t.Run("leap day", func(t *testing.T) { extremeLeapDay(t, box, s) })
	t.Run("names", func(t *testing.T) { extremeNames(t, box, s) })
	t.Run("delegation", func(t *testing.T) { extremeDelegation(t, box, s) })
	t.Run("checks", func(t *testing.T) { extremeChecks(t, s) })
	t.Run("time", func(t *testing.T) { extremeTime(t, box, s) })
	box.checkWorld(t)
}

// expires registers a domain and gives its expiry date.
func expires(t *testing.T, s *session, name string, n int) time.Time {
	t.Helper()
	return data[*epp.DomainCreateData](t, s.do(t, newDomain{name: name, registrant: "al-holder", period: years(n)}.create()).want(t, 1000)).ExDate
}

// extremeLeapDay: the anniversary of 29 February is the 28th where there is none.
func extremeLeapDay(t *testing.T, box *sandbox, s *session) {
	for n, want := range map[int]string{1: "2029-02-28", 4: "2032-02-29", 10: "2038-02-28"} {
		if got := expires(t, s, fmt.Sprintf("leap%d.example", n), n).Format("2006-01-02"); got != want {
			t.Errorf("%d years from 2028-02-29 end on %s, want %s", n, got, want)
		}
	}
	box.set(t, time.Date(2030, 3, 1, 12, 0, 0, 0, time.UTC)) // renewed automatically twice
	got := data[*epp.DomainInfoData](t, s.do(t, domainInfo("leap1.example")).want(t, 1000)).ExDate
	if got.Format("2006-01-02") != "2031-02-28" {
		t.Errorf("renewed until %v", got)
	}
}

// extremeNames: labels of 63, names of 253 octets, 120 labels below a domain.
func extremeNames(t *testing.T, box *sandbox, s *session) {
	long := strings.Repeat("a", 63) + ".example"
	expires(t, s, long, 1)
	deep := strings.Repeat("x.", 91) + long // 253 octets
	if len(deep) != 253 {
		t.Fatalf("the name has %d octets", len(deep))
	}
	s.do(t, hostCreate(deep, v4("208.77.190.240"))).want(t, 1000)
	s.do(t, hostCreate("y"+deep, v4("208.77.190.240"))).want(t, 2005)
	s.do(t, domainUpdate(long, delegation(deep), "", "")).want(t, 1000)
	box.eventually(t, long, long+". NS "+deep+".", deep+". A 208.77.190.240")
	if got := data[*epp.HostInfoData](t, s.do(t, hostInfo(strings.ToUpper(deep))).want(t, 1000)); got.Name != deep {
		t.Errorf("info of %s", got.Name)
	}
}

// extremeDelegation: 13 name servers with two addresses each do not fit 512
// octets, so the answer says that it is cut; over TCP all is there (RFC 9471).
func extremeDelegation(t *testing.T, box *sandbox, s *session) {
	const name = "wide.example"
	expires(t, s, name, 1)
	var hosts []string
	for i := range 14 {
		host := fmt.Sprintf("ns%02d.some-longer-label-for-size.%s", i, name)
		s.do(t, hostCreate(host, v4(fmt.Sprintf("208.77.190.%d", 100+i)), v6(fmt.Sprintf("2602:800:900e:1257::%x", 0x100+i)))).want(t, 1000)
		hosts = append(hosts, host)
	}
	s.do(t, domainUpdate(name, delegation(hosts...), "", "")).want(t, 2306)
	s.do(t, domainUpdate(name, delegation(hosts[:13]...), "", "")).want(t, 1000)
	var want []string
	for _, h := range hosts[:13] {
		want = append(want, name+". NS "+h+".")
	}
	for i, h := range hosts[:13] {
		want = append(want, fmt.Sprintf("%s. A 208.77.190.%d", h, 100+i), fmt.Sprintf("%s. AAAA 2602:800:900e:1257::%x", h, 0x100+i))
	}
	box.eventually(t, name, want...)
	udp, err := ask(box.info.DNS.Addr, "www."+name, dnsmessage.TypeA, false)
	if err != nil || !udp.truncated || udp.size > 512 {
		t.Errorf("over UDP without EDNS: %+v %v, want it cut to 512 octets with TC", udp, err)
	}
	if got := data[*epp.DomainInfoData](t, s.do(t, domainInfo(name)).want(t, 1000)); len(got.NS.HostObjs) != 13 || len(got.Hosts) != 14 {
		t.Errorf("info: %d name servers, %d hosts", len(got.NS.HostObjs), len(got.Hosts))
	}
	addrs := ""
	for i := range 27 {
		addrs += v6(fmt.Sprintf("2602:800:900e:1257::2:%x", i+1))
	}
	s.do(t, hostUpdate(hosts[13], addrs, "", "")).want(t, 2306)
}

// extremeChecks: a hundred names in one check, not one more.
func extremeChecks(t *testing.T, s *session) {
	names := make([]string, 101)
	for i := range names {
		names[i] = fmt.Sprintf("check%d.example", i)
	}
	if got := data[*epp.DomainCheckData](t, s.do(t, domainCheck(names[:100]...)).want(t, 1000)).Results; len(got) != 100 {
		t.Errorf("%d results for 100 names", len(got))
	}
	s.do(t, domainCheck(names...)).want(t, 2306)
	same := data[*epp.DomainCheckData](t, s.do(t, domainCheck("a.example", "a.example", "A.example")).want(t, 1000)).Results
	if len(same) != 3 {
		t.Errorf("%d results for a name three times", len(same))
	}
}

// extremeTime: the clock goes far ahead and back again. Nothing that exists may
// make a command fail, even if it was made in what is the future again.
func extremeTime(t *testing.T, box *sandbox, s *session) {
	for _, far := range []string{"2500-12-31T23:59:00Z", "9999-12-31T23:59:00Z", "1600-01-01T00:00:00Z"} {
		// Beyond what the clock can show it says so, and stays where it was.
		out, err := exec.Command(program, "dev", "clock", "--dir", box.dir, "set", far).CombinedOutput()
		if err == nil && !strings.HasPrefix(string(out), far[:13]) {
			t.Errorf("set to %s, the clock says %s", far, out)
		}
	}
	box.set(t, time.Date(2300, 12, 31, 23, 59, 0, 0, time.UTC))
	got := data[*epp.DomainInfoData](t, s.do(t, domainInfo("leap1.example")).want(t, 1000)).ExDate
	if got.Year() != 2301 {
		t.Errorf("270 automatic renewals lead to %v", got)
	}
	last := expires(t, s, "late.example", 10)
	if last.Year() != 2310 {
		t.Errorf("ten years from 2300 end in %v", last)
	}
	s.do(t, hostCreate("ns1.late.icann")).want(t, 1000)
	s.do(t, domainUpdate("late.example", delegation("ns1.late.icann"), "", "")).want(t, 1000)
	box.eventually(t, "late.example", "late.example. NS ns1.late.icann.")

	now := box.clock(t, "resume")
	if d := time.Since(now); d < -time.Minute || d > time.Minute {
		t.Errorf("resumed, the clock says %v", now)
	}
	box.eventually(t, "late.example", "late.example. NS ns1.late.icann.")
	s.do(t, domainInfo("late.example")).want(t, 1000)
	s.do(t, domainRenew("late.example", last.Format("2006-01-02"), years(1))).want(t, 2105)
	s.do(t, domainUpdate("late.example", status("domain", "clientHold"), "", "")).want(t, 1000)
	box.eventually(t, "late.example")
	s.do(t, contactUpdate("al-holder", "", "", el("contact:email", "later@example.com"), "")).want(t, 1000)
	s.do(t, domainDelete("late.example")).want(t, 1000)
	s.do(t, newDomain{name: "late.example", registrant: "al-holder"}.create()).want(t, 1000)
	expires(t, s, "now.example", 1)
	box.checkWorld(t)
}
