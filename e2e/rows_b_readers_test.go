package e2e

import (
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

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
	// A zone can be open to whoever signs with a key, from anywhere.
	cadastre(t, "zone", "add", "keyed.zone", "--kind", "whitelist", "--dir", p.whitelist.dir, "--tsig-key", k.Name)
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		text := p.digText(t, "-b", "127.0.0.2", "-y", key, "keyed.zone", "SOA")
		if strings.Contains(text, "status: NOERROR") {
			break
		}
		if time.Since(began) > 10*publishLimit {
			t.Fatalf("a client with the zone's key gets no answer:\n%s", text)
		}
	}
	if text := p.digText(t, "-b", "127.0.0.2", "keyed.zone", "SOA"); !strings.Contains(text, "status: REFUSED") {
		t.Errorf("a client without the zone's key:\n%s", text)
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
