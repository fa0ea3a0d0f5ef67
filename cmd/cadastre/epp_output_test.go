package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cadastre/epp"
)

var someDay = time.Date(2026, 11, 21, 22, 0, 0, 0, time.UTC)

// answers are responses with what the client makes of them.
func eppAnswers() map[string]*epp.Response {
	return map[string]*epp.Response{
		"check": epp.Success(&epp.DomainCheckData{Results: []epp.CheckResult{
			{Name: "a.example", Avail: true}, {Name: "taken.example", Reason: "In use"},
		}}),
		"check-free": epp.Success(&epp.ContactCheckData{Results: []epp.CheckResult{{Name: "rc-me", Avail: true}}}),
		"domain": epp.Success(&epp.DomainInfoData{
			Name: "a.example", ROID: "D7-ICANNRST", Registrant: "rc-me",
			Statuses: []epp.Status{{Value: "ok"}, {Value: "clientHold", Text: "not paid"}},
			Contacts: []epp.DomainContact{{ID: "rc-t", Type: "tech"}}, Hosts: []string{"ns1.a.example"},
			NS:   epp.NameServers{HostObjs: []string{"ns1.x.test", "ns2.x.test"}},
			ClID: "registrar-a", CrID: "registrar-a", CrDate: someDay, ExDate: someDay.AddDate(1, 0, 0),
			AuthInfo: &epp.AuthInfo{PW: "pw-1"},
		}),
		"host": epp.Success(&epp.HostInfoData{
			Name: "ns1.a.example", ROID: "H7-ICANNRST", Statuses: []epp.Status{{Value: "linked"}},
			Addrs: []epp.Address{{IP: "v4", Addr: "192.0.2.1"}, {IP: "v6", Addr: "2001:db8::1"}},
			ClID:  "registrar-a", CrID: "registrar-a", CrDate: someDay,
		}),
		"contact": {
			Results: []epp.Result{{Code: epp.CodeOK}},
			ResData: &epp.ContactInfoData{
				ID: "rc-me", ROID: "C7-ICANNRST", Statuses: []epp.Status{{Value: "ok"}},
				PostalInfo: []epp.PostalInfo{{Type: "loc", Name: "Jürgen", Addr: epp.PostalAddress{
					Street: []string{"1 Main St", "rear"}, City: "Miami", CC: "US",
				}}},
				Voice: &epp.Phone{Number: "+1.3055550100", Ext: "12"}, Email: "ann@example.net",
				ClID: "registrar-a", CrID: "registrar-a", CrDate: someDay,
				Disclose: &epp.Disclose{Name: []string{"loc"}, Email: true},
			},
			Extensions: []epp.Extension{&epp.ContactKindData{Type: epp.KindReal, SecondaryEmail: "alt@example.net"}},
		},
		"applied": {
			Results: []epp.Result{{Code: epp.CodeOKPending}},
			ResData: &epp.DomainCreateData{Name: "miami.trips", CrDate: someDay},
			Extensions: []epp.Extension{
				&epp.PreapprovalCreateData{
					Application: "A1-ICANNRST", Status: epp.PreapprovalPending,
					Names: []string{"uid1.miami.trips.valid.zone", "146.miami.trips.valid.zone"},
				},
				&epp.PreapprovalCreateData{
					Application: "A2-ICANNRST", Status: epp.PreapprovalApproved, Names: []string{"miami.trips.preapproved.works"}, Expires: someDay.AddDate(1, 0, 0),
				},
			},
		},
		"entry": {
			Results: []epp.Result{{Code: epp.CodeOK}},
			ResData: &epp.DomainInfoData{
				Name: "uid1.146.miami.trips.valid.zone", ROID: "W7-ICANNRST", Statuses: []epp.Status{{Value: "ok"}},
				ClID: "registrar-a", CrDate: someDay, ExDate: someDay.AddDate(1, 0, 0), AuthInfo: &epp.AuthInfo{},
			},
			Extensions: []epp.Extension{&epp.PreapprovalInfoData{
				Application: "A1-ICANNRST", Status: epp.PreapprovalApproved, Target: "miami.trips", Registrant: "UID1", Registrar: "146",
				Policy: "trips-board", Expires: someDay.AddDate(1, 0, 0),
			}},
		},
		"decided": {
			Results: []epp.Result{{Code: epp.CodeOKAckToDequeue}},
			MsgQ:    &epp.MsgQ{Count: 1, ID: "13", QDate: someDay, Msg: "Application A1-ICANNRST was denied"},
			ResData: &epp.PanData{ObjectURI: epp.NSDomain, Name: "miami.trips", ClTRID: "C-1", SvTRID: "S-1", Date: someDay},
			Extensions: []epp.Extension{&epp.PreapprovalPanData{
				Application: "A1-ICANNRST", Status: epp.PreapprovalDenied, Names: []string{"uid1.146.miami.trips.valid.zone"},
				Reasons: []string{"barred word offensiveword", "Trips Board\x1b (trips-board)"},
			}},
		},
		"refused": epp.Failure(
			epp.CodeValueSyntaxError,
			epp.Value{Element: epp.Name{Space: epp.NSDomain, Local: "name"}, Text: "a_b.example", Reason: "underscore"},
			epp.Value{Element: epp.Name{Space: epp.NSDomain, Local: "period"}, Attr: "unit", Text: "d", Reason: "y or m"},
		),
		"transfer": {
			Results: []epp.Result{{Code: epp.CodeOKPending}},
			ResData: &epp.TransferData{
				ObjectURI: epp.NSContact, Name: "sh8013", Status: "pending",
				ReID: "registrar-a", ReDate: someDay, AcID: "registrar-b", AcDate: someDay.AddDate(0, 0, 5),
			},
		},
		"message": {
			Results: []epp.Result{{Code: epp.CodeOKAckToDequeue}},
			MsgQ:    &epp.MsgQ{Count: 3, ID: "12", QDate: someDay, Msg: "Transfer\nrequested \u202e."},
			ResData: &epp.PanData{ObjectURI: epp.NSDomain, Name: "a.example", Result: true, ClTRID: "C-1", SvTRID: "S-1", Date: someDay},
		},
	}
}

// TestEppOutput compares text and JSON of answers with testdata/epp.
func TestEppOutput(t *testing.T) {
	peer := newEppPeer(t)
	for name, resp := range eppAnswers() {
		t.Run(name, func(t *testing.T) {
			peer.answer = func(*epp.Command) *epp.Response { return resp }
			text := peer.epp(t, "", "poll")
			compareGolden(t, name+".txt", text.stdout)
			line := peer.epp(t, "", "poll", "--json")
			if !json.Valid([]byte(line.stdout)) || strings.Count(line.stdout, "\n") != 1 {
				t.Errorf("not one line of JSON: %q", line.stdout)
			}
			compareGolden(t, name+".json", withoutClTRID(line.stdout))
			want := 0
			if !resp.Code().Success() {
				want = 2
			}
			if text.status != want || line.status != want {
				t.Errorf("status %d and %d, want %d", text.status, line.status, want)
			}
		})
	}
}

// withoutClTRID drops the one part of an answer that differs from run to run.
func withoutClTRID(line string) string {
	i := strings.LastIndex(line, `"clTRID":"`)
	if i < 0 {
		return line
	}
	return line[:i] + line[strings.LastIndex(line, `"svTRID"`):]
}

// compareGolden compares with a file; with UPDATE_GOLDEN=1 in the environment it writes
// the file.
func compareGolden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", "epp", name)
	if os.Getenv("UPDATE_GOLDEN") == "1" {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// foreignAnswer has object data and an extension that no type of package epp stands for.
const foreignAnswer = `<?xml version="1.0" encoding="UTF-8"?>
<epp xmlns="urn:ietf:params:xml:ns:epp-1.0"><response><result code="1000"><msg>Done</msg></result>
<resData><m:infData xmlns:m="urn:example:params:xml:ns:upkeep-1.0"><m:item><m:id>42</m:id><m:start>soon</m:start></m:item></m:infData></resData>
<extension><s:infData xmlns:s="urn:example:params:xml:ns:signing-1.1"><s:maxSigLife>60</s:maxSigLife>
<s:dsData><s:keyTag>12345</s:keyTag><s:alg>13</s:alg></s:dsData><s:dsData><s:keyTag>2</s:keyTag><s:alg>8</s:alg></s:dsData></s:infData></extension>
<trID><svTRID>S-1</svTRID></trID></response></epp>`

func TestEppShowsWhatItDoesNotKnow(t *testing.T) {
	peer := newEppPeer(t)
	peer.raw = func(*epp.Command) []byte { return []byte(foreignAnswer) }
	compareGolden(t, "foreign.txt", peer.epp(t, "", "info", "a.example").stdout)
	compareGolden(t, "foreign.json", peer.epp(t, "", "info", "a.example", "--json").stdout)
	if got := peer.epp(t, "", "info", "a.example", "--xml"); got.stdout != foreignAnswer+"\n" {
		t.Errorf("xml: %q", got.stdout)
	}
}

func TestEppSend(t *testing.T) {
	peer := newEppPeer(t)
	dir := t.TempDir()
	file := func(name string, body epp.Body) string {
		path := filepath.Join(dir, name)
		writeFile(t, path, string(epp.EncodeCommand(&epp.Command{Body: body, ClTRID: "ABC-1"})))
		return path
	}
	check := file("check.xml", &epp.DomainCheck{Names: []string{"a.example"}})
	hello := file("hello.xml", &epp.Hello{})
	login := file("login.xml", &epp.Login{
		ClID: "reg-2", PW: "secret-2", Version: "1.0", Lang: "en", ObjURIs: []string{epp.NSDomain},
	})
	got := peer.epp(t, "", "send", check)
	want := epp.EncodeResponse(&epp.Response{Results: []epp.Result{{Code: epp.CodeOK}}, ClTRID: "ABC-1", SvTRID: "peer-1"})
	if got.stdout != string(want)+"\n" || got.status != 0 {
		t.Errorf("outcome %+v", got)
	}
	got = peer.epp(t, "<nonsense/>", "send", "-")
	if got.status != 2 || !strings.Contains(got.stdout, `<result code="2001">`) || got.stderr != "" {
		t.Errorf("nonsense: %+v", got)
	}
	got = peer.epp(t, "", "send", "--json", check)
	if !strings.HasPrefix(got.stdout, `{"code":1000,`) || got.status != 0 {
		t.Errorf("json: %+v", got)
	}
	got = peer.epp(t, "", "send", hello)
	if !strings.HasPrefix(got.stdout, "svID") || got.status != 0 {
		t.Errorf("hello: %+v", got)
	}
	before := len(peer.logins)
	got = peer.epp(t, "", "send", "--no-login", login, check)
	if strings.Count(got.stdout, `<result code="1000">`) != 2 || got.status != 0 {
		t.Errorf("own login: %+v", got)
	}
	if logins := peer.logins[before:]; len(logins) != 1 || logins[0].ClID != "reg-2" {
		t.Errorf("logins %+v", logins)
	}
}

func TestEppHelloNeedsNoAccount(t *testing.T) {
	peer := newEppPeer(t)
	got := runIn(t, "", "epp", "--addr", peer.addr, "--server-name", "localhost", "--ca", peer.ca, "--cert", peer.cert, "--key", peer.key, "hello")
	compareGolden(t, "hello.txt", got.stdout)
	if got.status != 0 || len(peer.logins) != 0 {
		t.Errorf("outcome %+v, %d logins", got, len(peer.logins))
	}
}

func TestPrintableDisarmsTerminals(t *testing.T) {
	for in, want := range map[string]string{
		"plain, süß": "plain, süß",
		"a\x1b[31mb": `a\x1b[31mb`,
		"a\nb\tc":    "a b c",
		"a\u202eb":   `a\u202eb`,
		"a\u009bb":   `a\u009bb`,
		"a\xffb":     "a\ufffdb",
	} {
		if got := printable(in); got != want {
			t.Errorf("printable(%q) = %q, want %q", in, got, want)
		}
	}
}
