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
