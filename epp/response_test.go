package epp

import (
	"bytes"
	"errors"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files of this package's tests anew")

// sampleFrames are frames a server sends, by the name of their golden file.
func sampleFrames(t testing.TB) map[string][]byte {
	day := time.Date(2026, 11, 21, 9, 30, 15, 123_456_789, time.FixedZone("", 3600))
	later := day.AddDate(2, 0, 0)
	frames := map[string][]byte{"greeting": EncodeGreeting(sampleGreeting())}
	add := func(name string, r *Response) {
		r.ClTRID, r.SvTRID = "ABC-12345", "54322-XYZ"
		frames[name] = EncodeResponse(r)
	}
	add("ok", Success(nil))
	add("several-results", &Response{Results: []Result{
		{Code: CodeValueSyntaxError, Values: []Value{{Element: Name{NSContact, "cc"}, Text: "USA", Reason: "must be 2 characters long"}}},
		{Code: CodePolicyError, Msg: "Richtlinie", Lang: "de", Values: []Value{
			{Element: Name{NSDomain, "period"}, Attr: "unit", Text: "m", Reason: "nur ganze Jahre", Lang: "de"},
			{Element: Name{NSDomain, "name"}, Text: "<b>&amp;</b>"},
			{Reason: "no element to name"},
		}},
	}})
	add("domain-check", Success(&DomainCheckData{[]CheckResult{
		{Name: "example.example", Avail: true},
		{Name: "example.net", Reason: "In use"},
		{Name: "example.org", Reason: "A reason of more than thirty-two characters", Lang: "en"},
	}}))
	add("domain-create", Success(&DomainCreateData{"example.example", day, later}))
	add("domain-renew", Success(&DomainRenewData{"example.example", later}))
	add("domain-info", Success(&DomainInfoData{
		Name: "example.example", ROID: "D1-ICANNRST", Statuses: []Status{{Value: "ok"}}, Registrant: "jd1234",
		Contacts: []DomainContact{{"sh8013", "admin"}, {"sh8014", "tech"}}, NS: NameServers{HostObjs: []string{"ns1.example.example"}},
		Hosts: []string{"ns1.example.example", "ns2.example.example"}, ClID: "registrar-a", CrID: "registrar-b", CrDate: day,
		UpID: "registrar-a", UpDate: day, ExDate: later, TrDate: day, AuthInfo: &AuthInfo{PW: "2fooBAR"},
	}))
	add("domain-info-minimal", Success(&DomainInfoData{Name: "example.example", ROID: "D1-ICANNRST", ClID: "registrar-a"}))
	add("domain-transfer", &Response{Results: []Result{{Code: CodeOKPending}}, ResData: &TransferData{
		NSDomain, "example.example", "pending", "registrar-b", day, "registrar-a", later, later,
	}})
	add("domain-pan", &Response{
		Results: []Result{{Code: CodeOKAckToDequeue}}, MsgQ: &MsgQ{Count: 5, ID: "12345", QDate: day, Msg: "Pending action completed."},
		ResData: &PanData{NSDomain, "example.example", true, "ABC-12345", "54321-XYZ", day},
	})
	add("host-check", Success(&HostCheckData{[]CheckResult{{Name: "ns1.example.example", Avail: true}}}))
	add("host-create", Success(&HostCreateData{"ns1.example.example", day}))
	add("host-info", Success(&HostInfoData{
		Name: "ns1.example.example", ROID: "H1-ICANNRST", Statuses: []Status{{Value: "linked"}, {"clientUpdateProhibited", "en", "Paid & done"}},
		Addrs: []Address{{"v4", "192.0.2.2"}, {"v6", "2001:db8::1"}}, ClID: "registrar-a", CrID: "registrar-a", CrDate: day,
	}))
	add("contact-check", Success(&ContactCheckData{[]CheckResult{{Name: "sh8013", Reason: "In use"}}}))
	add("contact-create", Success(&ContactCreateData{"sh8013", day}))
	contact := Success(&ContactInfoData{
		ID: "sh8013", ROID: "C1-ICANNRST", Statuses: []Status{{Value: "ok"}}, PostalInfo: sampleContactCreate().PostalInfo,
		Voice: &Phone{"+1.7035555555", "1234"}, Fax: &Phone{}, Email: "jdoe@example.com", ClID: "registrar-a", CrID: "registrar-a", CrDate: day,
		Disclose: &Disclose{Flag: true, Name: []string{"int", "loc"}, Voice: true, Fax: true, Email: true},
	})
	contact.Extensions = []Extension{&ContactKindData{
		Type: KindReal, SecondaryEmail: "alt@example.net", EmergencyPhone: &Phone{"+1.7035555555", "12"}, Identifier: "UID5439394",
	}}
	add("contact-info", contact)
	held := &Response{Results: []Result{{Code: CodeOKPending}}, ResData: &DomainCreateData{Name: "miami.trips", CrDate: day}}
	held.Extensions = []Extension{
		&PreapprovalCreateData{
			Application: "A1-ICANNRST", Status: PreapprovalPending,
			Names: []string{"uid5439394.miami.trips.valid.zone", "146.miami.trips.valid.zone"}, Expires: later,
		},
		&PreapprovalCreateData{Application: "A2-ICANNRST", Status: PreapprovalApproved},
	}
	add("domain-create-apply", held)
	entry := Success(&DomainInfoData{
		Name: "uid5439394.146.miami.trips.valid.zone", ROID: "W1-ICANNRST", Statuses: []Status{{Value: "ok"}},
		ClID: "registrar-a", CrDate: day, ExDate: later, AuthInfo: &AuthInfo{},
	})
	entry.Extensions = []Extension{&PreapprovalInfoData{
		Application: "A1-ICANNRST", Status: PreapprovalApproved, Target: "miami.trips", Registrant: "UID5439394", Registrar: "146",
		Policy: "trips-board", Expires: later,
	}}
	add("domain-info-preapproval", entry)
	decided := &Response{
		Results: []Result{{Code: CodeOKAckToDequeue}}, MsgQ: &MsgQ{Count: 1, ID: "12", QDate: day, Msg: "Application A1-ICANNRST denied."},
		ResData: &PanData{NSDomain, "miami.trips", false, "ABC-12345", "54321-XYZ", day},
	}
	decided.Extensions = []Extension{&PreapprovalPanData{
		Application: "A1-ICANNRST", Status: PreapprovalDenied, Names: []string{"uid5439394.146.miami.trips.valid.zone"},
		Reasons: []string{"a barred word: <offensiveword>", "and a second reason"},
	}}
	add("domain-pan-preapproval", decided)
	sampleExtensions(add, day)
	sampleFees(add, day)
	mark, _ := sampleMarks(t)
	sampleLaunches(add, day, mark)
	sampleSessions(add, day)
	sampleMaintenances(add, day)
	add("poll-none", &Response{Results: []Result{{Code: CodeOKNoMessages}}})
	add("poll-ack", &Response{Results: []Result{{Code: CodeOK}}, MsgQ: &MsgQ{Count: 4, ID: "12346"}})
	return frames
}

func sampleGreeting() *Greeting {
	return &Greeting{
		ServerID: "Cadastre example", Date: time.Date(2026, 11, 21, 9, 30, 15, 0, time.UTC), Versions: []string{"1.0"},
		Langs: []string{"en"}, ObjURIs: KnownObjects(), ExtURIs: KnownExtensions(), DCP: DefaultDCP(),
	}
}

// The frames a server sends are those of testdata/epp/responses, and valid.
func TestGoldenResponses(t *testing.T) {
	var valid [][]byte
	frames := sampleFrames(t)
	for _, name := range slices.Sorted(maps.Keys(frames)) {
		file := filepath.Join(goldenDir, "responses", name+".xml")
		if *update {
			if err := os.WriteFile(file, frames[name], 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(frames[name])); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		valid = append(valid, frames[name])
	}
	wantValid(t, valid)
}

func TestGreetingSurvivesTheWire(t *testing.T) {
	g := sampleGreeting()
	got, err := DecodeGreeting(EncodeGreeting(g))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(g, got); diff != "" {
		t.Error(diff)
	}
}

// The texts are those of RFC 5730, section 3, and no code is forgotten.
func TestResultTexts(t *testing.T) {
	rfc, err := os.ReadFile(filepath.Join(sharedDir, "rfc", "rfc5730.txt"))
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("the RFC texts are not here: " + sharedDir)
	}
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile(`(?m)^ {6}(\d{4}) {4}"([^"]+)"$`).FindAllSubmatch(rfc, -1)
	if len(rows) != 34 {
		t.Errorf("%d codes found in the RFC", len(rows))
	}
	for _, row := range rows {
		code, _ := strconv.Atoi(string(row[1]))
		if got := Code(code).Text(); got != string(row[2]) {
			t.Errorf("%d: %q, want %q", code, got, row[2])
		}
	}
}

// A server that forgets its result, or has one the protocol lacks, has failed: 2400.
func TestEncodeResponseWithoutResult(t *testing.T) {
	for _, r := range []*Response{{SvTRID: "54322-XYZ"}, {Results: []Result{{Code: 1234}}, SvTRID: "54322-XYZ"}} {
		got, err := DecodeResponse(EncodeResponse(r))
		if err != nil || got.Code() != CodeCommandFailed {
			t.Errorf("%v %+v", err, got)
		}
	}
}

func TestDecodeResponseOfOthers(t *testing.T) {
	frame := func(inner string) []byte {
		return []byte(`<epp xmlns="` + NSEPP + `"><response>` + inner + `</response></epp>`)
	}
	const result = `<result code="1000"><msg>OK</msg></result>`
	// Unknown data and extensions are skipped, unusual but clear values understood.
	r, err := DecodeResponse(frame(result + `<resData><x xmlns="urn:x"/><creData xmlns="` + NSHost +
		`"><name>ns1.example</name><crDate> 2026-11-21T10:00:00.5+01:00 </crDate></creData></resData>` +
		`<extension><y xmlns="urn:y"/></extension><trID><svTRID>1</svTRID></trID>`))
	want := &HostCreateData{"ns1.example", time.Date(2026, 11, 21, 9, 0, 0, 500_000_000, time.UTC)}
	if err != nil || !cmp.Equal(r.ResData, ResData(want)) || r.Extensions != nil || r.SvTRID != "1" {
		t.Errorf("%v %+v", err, r)
	}
	for name, bad := range map[string][]byte{
		"no result":    frame(`<trID><svTRID>1</svTRID></trID>`),
		"no code":      frame(`<result><msg>OK</msg></result>`),
		"odd code":     frame(`<result code="12"><msg>OK</msg></result>`),
		"bad date":     frame(result + `<resData><creData xmlns="` + NSHost + `"><crDate>yesterday</crDate></creData></resData>`),
		"bad count":    frame(result + `<msgQ count="many" id="1"/>`),
		"a greeting":   EncodeGreeting(sampleGreeting()),
		"not EPP":      []byte(`<response/>`),
		"not XML":      []byte(`HTTP/1.1 400 Bad Request`),
		"other things": []byte(`<epp xmlns="urn:x"><response/></epp>`),
	} {
		if r, err := DecodeResponse(bad); err == nil {
			t.Errorf("%s: %+v", name, r)
		}
	}
	if _, err := DecodeGreeting(frame(result)); !errors.Is(err, ErrNotGreeting) {
		t.Error(err)
	}
}

func TestAuthInfoExt(t *testing.T) {
	frame := bytes.Replace(goldenFrames(t, "commands")["domain-create.xml"], []byte("<domain:pw>2fooBAR</domain:pw>"),
		[]byte(`<domain:ext><token xmlns="urn:x">secret</token></domain:ext>`), 1)
	cmd, err := DecodeCommand(frame)
	if err != nil {
		t.Fatal(err)
	}
	want := AuthInfo{Kind: AuthExt, Ext: Name{"urn:x", "token"}}
	if got := cmd.Body.(*DomainCreate).AuthInfo; got != want {
		t.Errorf("%+v", got)
	}
	if again, err := DecodeCommand(EncodeCommand(cmd)); err != nil || again.Body.(*DomainCreate).AuthInfo != want {
		t.Errorf("%v %+v", err, again)
	}
}

// TestNamesWithThePrefixXML: an answer that names an element of the namespace of xml:lang
// must not make it the default one (Namespaces in XML 1.0, section 3).
func TestNamesWithThePrefixXML(t *testing.T) {
	for _, frame := range []string{
		`<epp xmlns="urn:ietf:params:xml:ns:epp-1.0"><command><xml:check/></command></epp>`,
		`<epp xmlns="urn:ietf:params:xml:ns:epp-1.0"><command><poll op="req"/><extension><xml:lang/></extension></command></epp>`,
	} {
		_, refused := DecodeCommand([]byte(frame))
		if refused == nil {
			t.Fatalf("%s is a command", frame)
		}
		answer := EncodeResponse(refused.Response())
		got, err := DecodeResponse(answer)
		if err != nil {
			t.Fatalf("a client cannot read the answer: %v\n%s", err, answer)
		}
		if element := got.Results[0].Values[0].Element; element != refused.Element {
			t.Errorf("the answer names %v, not %v", element, refused.Element)
		}
	}
}

func TestOutline(t *testing.T) {
	nodes, err := Outline([]byte(`<a xmlns="urn:a" x="1"><b> one <c xmlns="" xml:lang="en"/> two</b></a>`))
	want := []OutlineNode{
		{0, Name{"urn:a", "a"}, []OutlineAttr{{Name{"", "x"}, "1"}}, ""},
		{1, Name{"urn:a", "b"}, nil, "one  two"},
		{2, Name{"", "c"}, []OutlineAttr{{Name{nsXML, "lang"}, "en"}}, ""},
	}
	if err != nil || !cmp.Equal(nodes, want) {
		t.Errorf("%v %s", err, cmp.Diff(want, nodes))
	}
	if _, err := Outline([]byte("<a>")); err == nil {
		t.Error("malformed frame outlined")
	}
}

func TestCommandNames(t *testing.T) {
	for name, want := range map[string]string{
		"hello": "hello", "login": "login", "poll-ack": "poll", "domain-check": "domain:check",
		"contact-update-kind": "contact:update", "host-create": "host:create", "domain-create-apply": "domain:create",
	} {
		cmd, err := DecodeCommand(goldenFrames(t, "commands")[name+".xml"])
		if err != nil || cmd.Name() != want {
			t.Errorf("%s: %v", name, err)
		}
		var uris []string
		switch {
		case strings.HasSuffix(name, "kind"):
			uris = []string{NSContactKind}
		case strings.HasSuffix(name, "apply"):
			uris = []string{NSPreapproval}
		}
		if !slices.Equal(cmd.ExtensionURIs(), uris) {
			t.Errorf("%s: extensions %v", name, cmd.ExtensionURIs())
		}
	}
	if got := (&Command{}).Name(); got != "unknown" {
		t.Error(got)
	}
}

// FuzzDecodeResponse: decoding never panics, and what it understands can be written.
func FuzzDecodeResponse(f *testing.F) {
	for _, frame := range sampleFrames(f) {
		f.Add(frame)
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		if r, err := DecodeResponse(frame); err == nil {
			if _, err := DecodeResponse(EncodeResponse(r)); err != nil && r.Code().Text() != "" {
				t.Fatalf("%q: written and read: %v", frame, err)
			}
		}
		if g, err := DecodeGreeting(frame); err == nil && g == nil {
			t.Fatal("neither greeting nor error")
		}
		_, err := Outline(frame)
		if _, scanErr := scan(frame, responseLimits()); (err == nil) != (scanErr == nil) {
			t.Fatalf("outline %v, scanner %v", err, scanErr)
		}
	})
}

// What the writer takes from the package itself it does not escape: there is nothing to.
func TestOwnNamesNeedNoEscapes(t *testing.T) {
	own := append(KnownObjects(), KnownExtensions()...)
	own = append(own, nsMark, nsSignedMark)
	for code := Code(1000); code < 2600; code++ {
		own = append(own, code.Text())
	}
	for _, s := range own {
		w := &writer{}
		w.escaped(s, true)
		if string(w.b) != s {
			t.Errorf("%q is written as %q", s, w.b)
		}
	}
}

// A name comes back from the cache as it was, whatever else is in its place.
func TestNameCache(t *testing.T) {
	c := new(nameCache)
	for range 2 {
		for i := range 10 * nameSets {
			for _, name := range []string{strconv.Itoa(i), "urn:example:" + strconv.Itoa(i), strings.Repeat("x", i%(2*cachedName))} {
				if got := c.text([]byte(name)); got != name {
					t.Fatalf("%q came back as %q", name, got)
				}
			}
		}
	}
}

// What a command holds is its own: neither the frame's memory nor that of the next frame
// that is decoded shows through.
func TestDecodedCommandIsItsOwn(t *testing.T) {
	for name, frame := range goldenFrames(t, "commands") {
		cmd, err := DecodeCommand(frame)
		if err != nil {
			continue
		}
		want := string(EncodeCommand(cmd))
		clear(frame)
		for range 3 {
			other := EncodeCommand(&Command{Body: &DomainCheck{Names: []string{strings.Repeat("z", 255), "y"}}, ClTRID: "another"})
			if _, err := DecodeCommand(other); err != nil {
				t.Fatal(err)
			}
		}
		if got := string(EncodeCommand(cmd)); got != want {
			t.Errorf("%s changed:\n%s\n%s", name, got, want)
		}
	}
}
