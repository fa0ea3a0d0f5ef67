package e2e

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cadastre/epp"
)

// The samples of RFC 5730 to 5733 go to a server as they are printed, in the order
// of a session in which they make sense. What has to be replaced is said at each.

// strongAuthInfo stands for the samples' "2fooBAR", which RFC 9154 calls too weak.
const strongAuthInfo = "2fooBAR-2BARfoo-3fooBAR-3BARfoo"

// rfcFrames cuts the client's frames out of an RFC: lines that begin with C: or S:,
// numbered together from one.
func rfcFrames(t *testing.T, rfc string) map[string]string {
	t.Helper()
	f, err := os.Open(filepath.Join(sharedDir, "rfc", "rfc"+rfc+".txt"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the RFC texts are not here: " + sharedDir)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	frames := map[string]string{}
	n := 0
	var cur *bytes.Buffer
	for lines := bufio.NewScanner(f); lines.Scan(); {
		who, text, found := strings.Cut(strings.TrimSpace(lines.Text()), ":")
		if !found || (who != "C" && who != "S") {
			continue
		}
		if strings.HasPrefix(text, "<?xml") {
			cur = &bytes.Buffer{}
		}
		if cur == nil {
			continue
		}
		cur.WriteString(text + "\n")
		if strings.Contains(text, "</epp>") {
			n++
			if who == "C" {
				frames[fmt.Sprintf("%s-%d", rfc, n)] = cur.String()
			}
			cur = nil
		}
	}
	return frames
}

// samples plays the frames and knows which have been played.
type samples struct {
	played int // samples sent
	frames map[string]string
	left   map[string]bool
}

// play sends a sample with some texts replaced (old, new, ...).
func (f *samples) play(t *testing.T, s *session, name string, want int, replace ...string) *reply {
	t.Helper()
	frame, ok := f.frames[name]
	if !ok {
		t.Fatalf("the RFC has no client sample %s", name)
	}
	delete(f.left, name)
	// A frame repeated to the letter would get its first answer again.
	f.played++
	frame = strings.NewReplacer("</clTRID>", fmt.Sprintf("-%d</clTRID>", f.played)).Replace(frame)
	r := s.do(t, strings.NewReplacer(replace...).Replace(frame))
	if int(r.Code()) != want {
		t.Errorf("sample %s: result %d, want %d\n%s\n%s", name, r.Code(), want, frame, r.frame)
	}
	if id := r.ClTRID; !strings.HasPrefix(id, "ABC-12345-") && !strings.HasPrefix(id, "ABC-12346-") {
		t.Errorf("sample %s: the answer has the client's transaction id %q", name, id)
	}
	return r
}

func TestSamplesOfTheRFCs(t *testing.T) {
	t.Parallel()
	f := &samples{frames: map[string]string{}, left: map[string]bool{}}
	for _, rfc := range []string{"5730", "5731", "5732", "5733"} {
		frames := rfcFrames(t, rfc)
		if len(frames) < 5 {
			t.Errorf("RFC %s: only %d samples found", rfc, len(frames))
		}
		for name, frame := range frames {
			f.frames[name], f.left[name] = frame, true
		}
	}
	box := newSandbox(t)
	s := samplesOfTheSession(t, f, box)
	samplesOfContacts(t, f, s)
	samplesOfDomainsAndHosts(t, f, s)
	samplesOfTheEnd(t, f, s)
	for name := range f.left {
		t.Errorf("sample %s was not played", name)
	}
	box.checkWorld(t)
}

// samplesOfTheSession is RFC 5730 up to the login, and its object samples, whose
// placeholder namespace no server offers: 2307.
func samplesOfTheSession(t *testing.T, f *samples, box *sandbox) *session {
	s := box.connect(t, "registrar-a")
	if err := s.send([]byte(f.frames["5730-1"])); err != nil {
		t.Fatal(err)
	}
	if frame, err := s.receive(); err != nil || !bytes.Contains(frame, []byte("<greeting>")) {
		t.Errorf("hello: %v %s", err, frame)
	}
	delete(f.left, "5730-1")
	// The login asks for the services obj1 to obj3 and obj1ext.
	f.play(t, s, "5730-8", 2307)
	// With the sandbox's account and services in their place.
	password, _, _ := box.endpoint().registrar("registrar-a")
	f.play(t, s, "5730-8", 1000,
		"ClientX", "registrar-a", "foo-BAR2", password, "urn:ietf:params:xml:ns:obj1", epp.NSDomain,
		"urn:ietf:params:xml:ns:obj2", epp.NSContact, "urn:ietf:params:xml:ns:obj3", epp.NSHost,
		"http://custom/obj1ext-1.0", nsKind)
	again := box.connect(t, "registrar-a")
	again.do(t, loginCommand("registrar-a", "bar-FOO2")).want(t, 1000) // the sample's newPW
	for name, frame := range f.frames {
		if strings.Contains(frame, "<obj:") {
			f.play(t, s, name, 2307)
		}
	}
	f.play(t, s, "5730-16", 1300) // no messages
	f.play(t, s, "5730-18", 2303) // no message 12345
	return s
}

func samplesOfContacts(t *testing.T, f *samples, s *session) {
	f.play(t, s, "5733-1", 1000)
	f.play(t, s, "5733-7", 2202) // the authorization information is too weak: RFC 9154, Section 5.2
	f.play(t, s, "5733-7", 1000, "2fooBAR", strongAuthInfo)
	got := data[*epp.ContactInfoData](t, f.play(t, s, "5733-3", 1000, "2fooBAR", strongAuthInfo))
	if got.ID != "sh8013" || got.Email != "jdoe@example.com" || got.Voice.Ext != "1234" || got.Disclose == nil || got.Disclose.Flag ||
		!got.Disclose.Voice || !got.Disclose.Email {
		t.Errorf("info: %+v", got)
	}
	f.play(t, s, "5733-3", 2202)
	f.play(t, s, "5733-5", 2301)  // the sponsor asks: nobody wanted the contact so far
	f.play(t, s, "5733-11", 2106) // it is the registrar's own
	checked := data[*epp.ContactCheckData](t, f.play(t, s, "5733-1", 1000)).Results
	for i, want := range []epp.CheckResult{{Name: "sh8013"}, {Name: "sah8013", Avail: true}, {Name: "8013sah", Avail: true}} {
		if checked[i].Name != want.Name || checked[i].Avail != want.Avail {
			t.Errorf("check: %+v", checked)
		}
	}
	f.play(t, s, "5733-13", 2202)
	f.play(t, s, "5733-13", 1000, "2fooBAR", strongAuthInfo)
	got = data[*epp.ContactInfoData](t, f.play(t, s, "5733-3", 1000, "2fooBAR", strongAuthInfo))
	if p := got.PostalInfo[0]; p.Org != "" || p.Name != "John Doe" || p.Addr.Street[0] != "124 Example Dr." || got.Fax != nil ||
		got.Voice.Number != "+1.7034444444" || !got.Disclose.Flag {
		t.Errorf("after the update: %+v", got)
	}
	// The update set clientDeleteProhibited.
	f.play(t, s, "5733-9", 2304)
}

// samplesOfDomainsAndHosts plays RFC 5731 and 5732 with samples.example for
// example.com, which is in no zone of the sandbox.
func samplesOfDomainsAndHosts(t *testing.T, f *samples, s *session) {
	const ours = "samples.example"
	here := []string{"example.com", ours}
	weak := append([]string{"2fooBAR", strongAuthInfo, "2BARfoo", strongAuthInfo}, here...)
	for _, c := range f.play(t, s, "5731-1", 1000).ResData.(*epp.DomainCheckData).Results {
		if c.Avail || c.Reason == "" {
			t.Errorf("a name outside the zones is available: %+v", c)
		}
	}
	f.play(t, s, "5731-1", 1000, here...)
	f.play(t, s, "5731-3", 2303)
	f.play(t, s, "5731-11", 2303)
	f.play(t, s, "5731-13", 2303)
	f.play(t, s, "5731-9", 2202, here...)
	f.play(t, s, "5731-9", 2303, weak...) // neither hosts nor jd1234 are there
	s.do(t, hostCreate("ns1.example.net")).want(t, 1000)
	s.do(t, hostCreate("ns2.example.net")).want(t, 1000)
	for _, id := range []string{"jd1234", "mak21"} {
		s.do(t, goodContact(id).create()).want(t, 1000)
	}
	made := data[*epp.DomainCreateData](t, f.play(t, s, "5731-9", 1000, weak...))
	if !made.ExDate.Equal(made.CrDate.AddDate(2, 0, 0)) {
		t.Errorf("creData: %+v", made)
	}
	f.play(t, s, "5731-9", 2302, weak...)
	got := data[*epp.DomainInfoData](t, f.play(t, s, "5731-3", 1000, here...))
	if got.Registrant != "jd1234" || len(got.Contacts) != 2 || len(got.NS.HostObjs) != 2 {
		t.Errorf("info: %+v", got)
	}
	f.play(t, s, "5731-4", 2202, here...)
	f.play(t, s, "5731-4", 1000, weak...)
	f.play(t, s, "5731-7", 2102, here...) // authorization information of another object
	f.play(t, s, "5731-15", 2102, here...)
	own := append([]string{` roid="JD1234-REP"`, ""}, here...)
	f.play(t, s, "5731-7", 2301, own...) // the sponsor asks: nobody wanted the domain so far
	f.play(t, s, "5731-15", 2106, own...)
	f.play(t, s, "5731-13", 2004, here...) // the domain does not expire on 2000-04-03
	f.play(t, s, "5731-13", 1000, append([]string{"2000-04-03", made.ExDate.Format("2006-01-02")}, here...)...)

	f.play(t, s, "5732-1", 1000, here...)
	f.play(t, s, "5732-3", 2303, here...)
	f.play(t, s, "5732-5", 2306) // ns1.example.com is external: no addresses here
	f.play(t, s, "5732-5", 1000, here...)
	host := data[*epp.HostInfoData](t, f.play(t, s, "5732-3", 1000, here...))
	if len(host.Addrs) != 3 {
		t.Errorf("info: %+v", host)
	}
	f.play(t, s, "5732-9", 1000, here...) // renames ns1 to ns2, with clientUpdateProhibited
	f.play(t, s, "5732-3", 2303, here...)
	f.play(t, s, "5732-7", 2303, here...)
	f.play(t, s, "5732-5", 1000, here...)
	samplesOfTheDomainUpdate(t, f, s, ours, weak)
	f.play(t, s, "5732-7", 1000, here...)
	f.play(t, s, "5731-11", 2305, here...) // ns2 is still below the domain
	s.do(t, domainUpdate(ours, "", delegation("ns2."+ours), "")).want(t, 1000)
	s.do(t, hostUpdate("ns2."+ours, "", status("host", "clientUpdateProhibited"), "")).want(t, 1000)
	s.do(t, hostDelete("ns2."+ours)).want(t, 1000)
	f.play(t, s, "5731-11", 1000, here...) // in the add grace period
	f.play(t, s, "5731-3", 2303, here...)
}

// samplesOfTheDomainUpdate puts the domain into the state that the sample takes
// for granted: ns1, tech sh8013 and clientUpdateProhibited are there.
func samplesOfTheDomainUpdate(t *testing.T, f *samples, s *session, ours string, weak []string) {
	f.play(t, s, "5731-17", 2306, weak...)
	s.do(t, domainUpdate(ours, delegation("ns1."+ours)+status("domain", "clientUpdateProhibited"),
		delegation("ns1.example.net", "ns2.example.net"), "")).want(t, 1000)
	f.play(t, s, "5731-17", 2202, "example.com", ours)
	f.play(t, s, "5731-17", 1000, weak...)
	got := data[*epp.DomainInfoData](t, s.do(t, domainInfo(ours)))
	if got.Registrant != "sh8013" || fmt.Sprint(got.NS.HostObjs) != "[ns2."+ours+"]" || len(got.Statuses) != 1 || got.Statuses[0].Value != "clientHold" ||
		got.Statuses[0].Text != "Payment overdue." {
		t.Errorf("after the update: %+v", got)
	}
}

func samplesOfTheEnd(t *testing.T, f *samples, s *session) {
	s.do(t, contactUpdate("sh8013", "", status("contact", "clientDeleteProhibited"), "", "")).want(t, 1000)
	f.play(t, s, "5733-9", 1000)
	f.play(t, s, "5733-9", 2303)
	f.play(t, s, "5730-10", 1500)
	s.closed(t)
}
