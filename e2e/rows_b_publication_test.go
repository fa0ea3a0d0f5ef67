package e2e

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"cadastre/epp"
)

// publication is the world of the rows about writing and publishing whitelist names.
type publication struct {
	*ruledWorld
	a, ta *session // registrar-a at the two registries
}

// TestRowsBPublication shows how whitelist names are written, who reads them, and
// what stays untouched (C-76 to C-86).
func TestRowsBPublication(t *testing.T) {
	t.Parallel()
	w := ruledTwo(t, "2026-11-21T00:00:00Z", rules{policies: []string{
		ruledBy("with-data", "valid.zone", wordBelow("domains", "data"), `"forms": ["{domain}"]`,
			`"records": [{"type": "A", "value": "143.254.4.17"}, {"type": "AAAA", "value": "172f:ad57:cd40:d089:4fe4:d1e1:100d:5b31"}]`),
		ruledBy("with-servers", "valid.zone", wordBelow("domains", "server"), `"forms": ["{domain}"]`,
			`"records": [{"type": "NS", "value": "ns1.example.net"}]`, `"hash": {"registrant": "sha256"}`),
	}})
	p := &publication{w, w.whitelist.login(t, "registrar-a"), w.target.login(t, "registrar-a")}
	w.contact(t, p.ta, goodContact("owner-a"))
	p.rowsOfWriting(t)
	t.Run("C-79", p.everyEntryHasItsReason)
	t.Run("C-80", p.enteredByTheVerifier)
	t.Run("C-81", p.notByRegistrars)
	t.Run("C-82", p.read)
	t.Run("C-83", p.notPublic)
	t.Run("C-84", p.data)
	t.Run("C-85", p.apart)
	t.Run("C-86", p.usableAtOnce)
	w.checkWorlds(t)
}

// rowsOfWriting: what an approval writes, and what it leaves alone.
func (p *publication) rowsOfWriting(t *testing.T) {
	const target, name = "writing.trips", "uid5439394.146.writing.trips.valid.zone"
	zones := []string{"trips", "example", "domains", "management", "community", "extension"}
	before := p.exports(t, zones)
	p.a.do(t, apply(target, "UID5439394")).want(t, 1000)
	p.published(t, name)
	t.Run("C-76", func(t *testing.T) {
		r := p.a.do(t, domainInfo(name)).want(t, 1000)
		d := data[*epp.DomainInfoData](t, r)
		if want := "2026-11-21"; d.CrDate.Format(time.DateOnly) != want {
			t.Errorf("created %v, want %s", d.CrDate, want)
		}
		if want := "2027-11-21"; d.ExDate.Format(time.DateOnly) != want {
			t.Errorf("expires %v, want %s", d.ExDate, want)
		}
		if s := r.value(t, "preapproval:status"); s != "approved" {
			t.Errorf("status %s", s)
		}
		if got := r.value(t, "preapproval:registrant"); got != "UID5439394" {
			t.Errorf("registrant %s", got)
		}
	})
	t.Run("C-77", func(t *testing.T) {
		r := p.ta.do(t, domainCheck(target)).want(t, 1000)
		if d := data[*epp.DomainCheckData](t, r); len(d.Results) != 1 || !d.Results[0].Avail {
			t.Errorf("the target is not available any more: %s", r.frame)
		}
		p.ta.do(t, domainInfo(target)).want(t, 2303)
		p.target.eventually(t, target)
	})
	t.Run("C-78", func(t *testing.T) {
		for i, text := range p.exports(t, zones) {
			if text != before[i] {
				t.Errorf("the zone %s of the target registry changed:\n%s\nwas\n%s", zones[i], text, before[i])
			}
		}
		a := p.whitelist.dns(t, target, dnsmessage.TypeA)
		if a.rcode != dnsmessage.RCodeRefused {
			t.Errorf("the whitelist registry's server says of the target name %v", a.rcode)
		}
	})
}

// exports are the target registry's zones as they are published, serial and all.
func (p *publication) exports(t testing.TB, zones []string) []string {
	t.Helper()
	var out []string
	for _, z := range zones {
		out = append(out, cadastre(t, "zone", "export", z, "--dir", p.target.dir))
	}
	return out
}

// everyEntryHasItsReason: each name that is published has one target, one policy, and
// a record of who approved it and when.
func (p *publication) everyEntryHasItsReason(t *testing.T) {
	id := p.a.do(t, apply("by-hand.management", "UID1")).want(t, 1001).value(t, "preapproval:application")
	cadastre(t, "whitelist", "approve", id, "--dir", p.whitelist.dir, "--by", "rita", "--reason", "papers seen")
	p.published(t, "by-hand.management.preapproved.works")
	out := cadastre(t, "whitelist", "list", "--status", "approved", "--dir", p.whitelist.dir, "--json")
	var list []struct {
		Application, Domain, Policy string
		Names                       []string
	}
	if err := json.Unmarshal([]byte(out), &list); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	approvedBy := map[string]string{}
	for _, e := range list {
		text := cadastre(t, "whitelist", "show", e.Application, "--dir", p.whitelist.dir)
		decided := ""
		for line := range strings.Lines(text) {
			if by, found := strings.CutPrefix(line, "Decided"); found {
				decided = strings.TrimSpace(by)
			}
		}
		for _, name := range e.Names {
			approvedBy[name] = e.Policy + " " + decided
		}
	}
	// What the zones hold is what was approved.
	for _, zone := range []string{"valid.zone", "preapproved.works"} {
		for line := range strings.Lines(cadastre(t, "zone", "export", zone, "--dir", p.whitelist.dir)) {
			fields := strings.Fields(line)
			if !slices.Contains(fields, "TXT") {
				continue
			}
			name := strings.TrimSuffix(fields[0], ".")
			reason := approvedBy[name]
			if !strings.Contains(reason, "2026-11-21") {
				t.Errorf("%s is published: %q", name, reason)
			}
			r := p.a.do(t, domainInfo(name)).want(t, 1000)
			if target := r.value(t, "preapproval:target"); target == "" || !strings.Contains(line, "target="+target+";") {
				t.Errorf("%s stands for %q", line, target)
			}
			delete(approvedBy, name)
		}
	}
	if len(approvedBy) > 0 {
		t.Errorf("approved, but not published: %v", approvedBy)
	}
	if text := cadastre(t, "whitelist", "show", id, "--dir", p.whitelist.dir); !strings.Contains(text, "approved by rita: papers seen") {
		t.Errorf("who approved is not shown:\n%s", text)
	}
}

// enteredByTheVerifier: a verifier writes a name with the plain command of RFC 5731.
func (p *publication) enteredByTheVerifier(t *testing.T) {
	board := p.whitelist.login(t, "trips-board")
	const name = "UID5439394.146.Miami.trips.valid.zone"
	r := board.do(t, newDomain{name: name}.create()).want(t, 1000)
	if d := data[*epp.DomainCreateData](t, r); !strings.EqualFold(d.Name, name) || d.ExDate.Format(time.DateOnly) != "2027-11-21" {
		t.Errorf("created %s until %v", d.Name, d.ExDate)
	}
	want := "v=wl1; target=miami.trips; registrant=UID5439394; registrar=146; until=2027-11-21T"
	if text := p.published(t, name); !strings.HasPrefix(text, want) {
		t.Errorf("TXT %q, want %q", text, want)
	}
	board.do(t, domainInfo(name)).want(t, 1000).wantReason(t, "<preapproval:target>miami.trips<")
	p.ta.do(t, register("Miami.trips", "owner-a", "UID5439394")).want(t, 1000)
	// Outside its scope it can write nothing.
	board.do(t, newDomain{name: "mine.management.preapproved.works"}.create()).want(t, 2201)
}

// notByRegistrars: a registrar cannot write a whitelist name, neither plainly nor
// as an entry, whatever it says of the parties.
func (p *publication) notByRegistrars(t *testing.T) {
	const name = "uid1.146.own.trips.valid.zone"
	for _, frame := range []string{
		newDomain{name: name}.create(), enter(name, "own.trips", "UID1", "146"),
		newDomain{name: name}.with(preapproval("register", registrantID("UID1", "", ""))),
	} {
		p.a.do(t, frame).want(t, 2201, 2306)
	}
	p.a.do(t, newDomain{name: name, registrant: "rc-contact1"}.create()).want(t, 2201, 2306)
	p.a.do(t, apply(name, "UID1")).refused(t)
	p.a.do(t, domainInfo(name)).want(t, 2303)
	p.absent(t, name)
	p.ta.do(t, register("own.trips", "owner-a", "UID1")).want(t, 2308)
}

// read: a permitted client reads an entry by DNS, who may know it by EPP.
func (p *publication) read(t *testing.T) {
	const name = "uid5439394.146.writing.trips.valid.zone"
	for _, signed := range []bool{true, false} {
		if status, texts := p.txt(t, name, signed); status != "NOERROR" || len(texts) != 1 {
			t.Errorf("signed %v: %s %q", signed, status, texts)
		}
	}
	p.a.do(t, domainInfo(name)).want(t, 1000)
	p.whitelist.login(t, "trips-board").do(t, domainInfo(name)).want(t, 1000)
	for _, stranger := range []string{"registrar-b", "seattle-board"} {
		s := p.whitelist.login(t, stranger)
		s.do(t, domainInfo(name)).want(t, 2201)
		s.do(t, domainCheck(name)).want(t, 1000).wantReason(t, `avail="0"`)
	}
}

// notPublic: whoever is not on the list learns nothing.
func (p *publication) notPublic(t *testing.T) {
	const name = "uid5439394.146.writing.trips.valid.zone"
	k := p.whitelist.info.TSIG[0]
	key := k.Algorithm + ":" + k.Name + ":" + k.Secret
	for what, args := range map[string][]string{
		"TXT":            {"-b", "127.0.0.2", name, "TXT"},
		"no such name":   {"-b", "127.0.0.2", "nobody." + name, "TXT"},
		"SOA":            {"-b", "127.0.0.2", "valid.zone", "SOA"},
		"TXT over TCP":   {"-b", "127.0.0.2", "+tcp", name, "TXT"},
		"ANY":            {"-b", "127.0.0.2", "+notcp", name, "ANY"},
		"unknown key":    {"-b", "127.0.0.2", "-y", k.Algorithm + ":other.sandbox.:" + k.Secret, name, "TXT"},
		"wrong secret":   {"-b", "127.0.0.2", "-y", k.Algorithm + ":" + k.Name + ":MDEyMzQ1Njc4OWFiY2RlZg==", name, "TXT"},
		"AXFR":           {"-b", "127.0.0.2", "valid.zone", "AXFR"},
		"AXFR as listed": {"valid.zone", "AXFR"},
		"IXFR as listed": {"valid.zone", "IXFR=1"},
	} {
		text := p.digText(t, args...)
		refused := strings.Contains(text, "status: REFUSED") || strings.Contains(text, "status: NOTAUTH") || strings.Contains(text, "Transfer failed")
		if !refused || strings.Contains(text, "v=wl1") || strings.Contains(text, "hostmaster") {
			t.Errorf("%s is not refused:\n%s", what, text)
		}
	}
	if text := p.digText(t, "-y", key, name, "TXT"); !strings.Contains(text, "v=wl1") {
		t.Errorf("a listed client with the key gets no answer:\n%s", text)
	}
	p.relay.questions()
	p.ta.do(t, register("writing.trips", "owner-a", "UID5439394")).want(t, 1000)
	if got := p.relay.questions(); !slices.Equal(got, []string{name + " TXT"}) {
		t.Errorf("the target registry asked %v", got)
	}
}

// data: form 4 shows the parties in the TXT record, hashed where the policy says so,
// and the policy's other records beside it.
func (p *publication) data(t *testing.T) {
	p.a.do(t, apply("data.domains", "UID5439394")).want(t, 1000)
	if text := p.published(t, "data.domains.valid.zone"); !strings.Contains(text, "; registrant=UID5439394; registrar=146; ") {
		t.Errorf("TXT %q", text)
	}
	for typ, want := range map[string]string{"A": "143.254.4.17", "AAAA": "172f:ad57:cd40:d089:4fe4:d1e1:100d:5b31"} {
		if text := p.digText(t, "data.domains.valid.zone", typ); !strings.Contains(text, "\t"+typ+"\t"+want) {
			t.Errorf("no %s %s:\n%s", typ, want, text)
		}
	}
	p.a.do(t, apply("server.domains", "UID5439394")).want(t, 1000)
	if text := p.published(t, "server.domains.valid.zone"); strings.Contains(text, "UID5439394") || !strings.Contains(text, "registrant=sha256:nsj6f38") {
		t.Errorf("TXT with a hashed registrant %q", text)
	}
	if text := p.digText(t, "server.domains.valid.zone", "NS"); !strings.Contains(text, "\tNS\tns1.example.net.") {
		t.Errorf("no NS:\n%s", text)
	}
	for _, target := range []string{"data.domains", "server.domains"} {
		p.ta.do(t, register(target, "owner-a", "UID5439394")).want(t, 1000)
	}
}

// apart: neither registry knows the names of the other.
func (p *publication) apart(t *testing.T) {
	const target, name = "writing.trips", "uid5439394.146.writing.trips.valid.zone"
	p.ta.do(t, domainInfo(target)).want(t, 1000)
	p.a.do(t, domainInfo(name)).want(t, 1000)
	p.a.do(t, domainInfo(target)).want(t, 2303, 2306)
	p.ta.do(t, domainInfo(name)).want(t, 2303, 2306)
	if a := p.whitelist.dns(t, target, dnsmessage.TypeNS); a.rcode != dnsmessage.RCodeRefused {
		t.Errorf("the whitelist registry's DNS says of %s %v", target, a.rcode)
	}
	if a := p.target.dns(t, name, dnsmessage.TypeTXT); a.rcode != dnsmessage.RCodeRefused {
		t.Errorf("the target registry's DNS says of %s %v", name, a.rcode)
	}
}

// usableAtOnce: a denial is not remembered. Each name is asked for before there is
// an approval, and again right after it, until it is registered.
func (p *publication) usableAtOnce(t *testing.T) {
	if text := p.digText(t, "nobody.valid.zone", "TXT"); !strings.Contains(text, "status: NXDOMAIN") || !strings.Contains(text, " 1209600 1\n") ||
		!strings.Contains(text, "valid.zone.\t\t1\tIN\tSOA") {
		t.Errorf("a negative answer may be kept for more than a second:\n%s", text)
	}
	var took []time.Duration
	retried := 0
	for range 20 {
		target := randomLabel(12) + ".trips"
		p.ta.do(t, register(target, "owner-a", "UID1")).want(t, 2308)
		p.a.do(t, apply(target, "UID1")).want(t, 1000)
		approved := time.Now()
		for int(p.ta.do(t, register(target, "owner-a", "UID1")).want(t, 1000, 2308).Code()) != 1000 {
			if retried++; time.Since(approved) > 10*publishLimit {
				t.Fatalf("%s is denied %v after its approval", target, time.Since(approved))
			}
			time.Sleep(2 * time.Millisecond)
		}
		took = append(took, time.Since(approved))
	}
	slices.Sort(took)
	t.Logf("from approval to registration: p50 %v, longest %v; %d tries came too early", took[10], took[19], retried)
	if took[10] > publishLimit {
		t.Errorf("half of the approvals are of use after %v only", took[10])
	}
}
