package main

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"cadastre/epp"
	"cadastre/registry"
)

func ptr(s string) *string { return &s }

// TestEppCommands sends command lines through the real codec and compares what the
// server understood.
func TestEppCommands(t *testing.T) {
	peer := newEppPeer(t)
	auth := filepath.Join(t.TempDir(), "auth")
	writeFile(t, auth, "a-Secret.From_a-File!\nsecond line")
	for _, tt := range []struct {
		line string
		want epp.Body
		ext  epp.Extension
	}{
		{line: "check a.example b.example", want: &epp.DomainCheck{Names: []string{"a.example", "b.example"}}},
		{line: "check müller.example", want: &epp.DomainCheck{Names: []string{"xn--mller-kva.example"}}},
		{line: "check rc-me", want: &epp.ContactCheck{IDs: []string{"rc-me"}}},
		{line: "check domain nodots", want: &epp.DomainCheck{Names: []string{"nodots"}}},
		{line: "check host ns1.x.example", want: &epp.HostCheck{Names: []string{"ns1.x.example"}}},
		{line: "check contact rc-me sh.8013", want: &epp.ContactCheck{IDs: []string{"rc-me", "sh.8013"}}},

		{line: "info a.example", want: &epp.DomainInfo{Name: "a.example", Hosts: epp.HostsAll}},
		{line: "info a.example --hosts sub --auth pw-1", want: &epp.DomainInfo{
			Name: "a.example", Hosts: epp.HostsSub, AuthInfo: &epp.AuthInfo{PW: "pw-1"},
		}},
		{line: "info host ns1.a.example", want: &epp.HostInfo{Name: "ns1.a.example"}},
		{line: "info rc-me --auth pw-1", want: &epp.ContactInfo{ID: "rc-me", AuthInfo: &epp.AuthInfo{PW: "pw-1"}}},
		{line: "info contact rc-me --auth-file " + auth, want: &epp.ContactInfo{
			ID: "rc-me", AuthInfo: &epp.AuthInfo{PW: "a-Secret.From_a-File!"},
		}},

		{line: "create a.example", want: &epp.DomainCreate{Name: "a.example"}},
		{
			line: "create domain a.example --period 2 --registrant rc-me --admin rc-a --tech rc-t1,rc-t2 --billing rc-b --ns ns1.x.test --ns ns2.x.test --auth pw-1",
			want: &epp.DomainCreate{
				Name: "a.example", Period: &epp.Period{Value: 2, Unit: "y"}, Registrant: "rc-me",
				Contacts: []epp.DomainContact{
					{ID: "rc-a", Type: "admin"},
					{ID: "rc-t1", Type: "tech"},
					{ID: "rc-t2", Type: "tech"},
					{ID: "rc-b", Type: "billing"},
				},
				NS:       epp.NameServers{HostObjs: []string{"ns1.x.test", "ns2.x.test"}},
				AuthInfo: epp.AuthInfo{PW: "pw-1"},
			},
		},
		{line: "create a.example --period 18m --ns ns1.a.example=192.0.2.1+2001:db8::1 --ns ns2.x.test=", want: &epp.DomainCreate{
			Name: "a.example", Period: &epp.Period{Value: 18, Unit: "m"},
			NS: epp.NameServers{HostAttrs: []epp.HostAttr{
				{Name: "ns1.a.example", Addrs: []epp.Address{{IP: "v4", Addr: "192.0.2.1"}, {IP: "v6", Addr: "2001:db8::1"}}},
				{Name: "ns2.x.test"},
			}},
		}},
		{
			line: "create miami.trips --apply --registrant-id UID5439394 --credential-type token --credential-file " + auth + " --registrar-id 146 --period 1",
			want: &epp.DomainCreate{Name: "miami.trips", Period: &epp.Period{Value: 1, Unit: "y"}},
			ext: &epp.PreapprovalCreate{
				Op: epp.PreapprovalApply, Registrar: &epp.PreapprovalParty{ID: "146"},
				Registrant: &epp.PreapprovalParty{ID: "UID5439394", Credential: &epp.PreapprovalCredential{Type: "token", Value: "a-Secret.From_a-File!"}},
			},
		},
		{
			line: "create domain miami.trips --registrant rc-me --registrant-id 'John Doe'",
			want: &epp.DomainCreate{Name: "miami.trips", Registrant: "rc-me"},
			ext:  &epp.PreapprovalCreate{Op: epp.PreapprovalRegister, Registrant: &epp.PreapprovalParty{ID: "John Doe"}},
		},
		{
			line: "create uid1.146.miami.trips.valid.zone --enter --target MÜller.trips --registrant-id UID1 --registrar-id 146",
			want: &epp.DomainCreate{Name: "uid1.146.miami.trips.valid.zone"},
			ext: &epp.PreapprovalCreate{
				Op: epp.PreapprovalEnter, Target: "xn--mller-kva.trips",
				Registrant: &epp.PreapprovalParty{ID: "UID1"}, Registrar: &epp.PreapprovalParty{ID: "146"},
			},
		},
		{
			line: "create miami.trips --apply",
			want: &epp.DomainCreate{Name: "miami.trips"},
			ext:  &epp.PreapprovalCreate{Op: epp.PreapprovalApply},
		},
		{line: "create host ns1.a.example --addr 192.0.2.1,2001:db8::1", want: &epp.HostCreate{
			Name: "ns1.a.example", Addrs: []epp.Address{{IP: "v4", Addr: "192.0.2.1"}, {IP: "v6", Addr: "2001:db8::1"}},
		}},
		{
			line: `create contact rc-me --name "Ann Example" --org Org --street "1 Main St, rear" --street 2 --city Miami --sp FL --pc 33101 --cc US --voice +1.3055550100x12 --fax +1.3055550101 --email ann@example.net --hide voice,name,addr:loc`,
			want: &epp.ContactCreate{
				ID: "rc-me", Email: "ann@example.net",
				PostalInfo: []epp.PostalInfo{{Type: "int", Name: "Ann Example", Org: "Org", Addr: epp.PostalAddress{
					Street: []string{"1 Main St, rear", "2"}, City: "Miami", SP: "FL", PC: "33101", CC: "US",
				}}},
				Voice: &epp.Phone{Number: "+1.3055550100", Ext: "12"}, Fax: &epp.Phone{Number: "+1.3055550101"},
				Disclose: &epp.Disclose{Name: []string{"int"}, Addr: []string{"loc"}, Voice: true},
			},
		},
		{
			line: `create contact rc-me --name Müller --city Köln --cc DE --email a@b.test --type real --secondary-email x@y.test --emergency-phone +49.2211234 --identifier UID1 --publish email`,
			want: &epp.ContactCreate{
				ID: "rc-me", Email: "a@b.test",
				PostalInfo: []epp.PostalInfo{{Type: "loc", Name: "Müller", Addr: epp.PostalAddress{City: "Köln", CC: "DE"}}},
				Disclose:   &epp.Disclose{Flag: true, Email: true},
			},
			ext: &epp.ContactKindCreate{
				Type: epp.KindReal, SecondaryEmail: "x@y.test", EmergencyPhone: &epp.Phone{Number: "+49.2211234"}, Identifier: "UID1",
			},
		},
		{
			line: `create contact rc-px --name P --city Miami --cc US --email a@b.test --real-contact rc-me`,
			want: &epp.ContactCreate{
				ID: "rc-px", Email: "a@b.test",
				PostalInfo: []epp.PostalInfo{{Type: "int", Name: "P", Addr: epp.PostalAddress{City: "Miami", CC: "US"}}},
			},
			ext: &epp.ContactKindCreate{Type: epp.KindProxy, RealContact: "rc-me"},
		},

		{
			line: `update a.example --add-ns ns3.x.test --rem-ns ns1.x.test --add-status "clientHold=not paid" --rem-tech rc-t1 --registrant rc-new --auth ""`,
			want: &epp.DomainUpdate{
				Name: "a.example",
				Add: &epp.DomainAddRem{
					NS:       epp.NameServers{HostObjs: []string{"ns3.x.test"}},
					Statuses: []epp.Status{{Value: "clientHold", Text: "not paid"}},
				},
				Rem: &epp.DomainAddRem{
					NS:       epp.NameServers{HostObjs: []string{"ns1.x.test"}},
					Contacts: []epp.DomainContact{{ID: "rc-t1", Type: "tech"}},
				},
				Chg: &epp.DomainChange{Registrant: ptr("rc-new"), AuthInfo: &epp.AuthInfo{Kind: epp.AuthNull}},
			},
		},
		{line: "update a.example --auth pw-2", want: &epp.DomainUpdate{
			Name: "a.example", Chg: &epp.DomainChange{AuthInfo: &epp.AuthInfo{PW: "pw-2"}},
		}},
		{line: "update host ns1.a.example --add-addr 192.0.2.2 --rem-addr 192.0.2.1 --rem-status clientUpdateProhibited --new-name ns9.a.example", want: &epp.HostUpdate{
			Name: "ns1.a.example", NewName: ptr("ns9.a.example"),
			Add: &epp.HostAddRem{Addrs: []epp.Address{{IP: "v4", Addr: "192.0.2.2"}}},
			Rem: &epp.HostAddRem{
				Addrs: []epp.Address{{IP: "v4", Addr: "192.0.2.1"}}, Statuses: []epp.Status{{Value: "clientUpdateProhibited"}},
			},
		}},
		{line: `update contact rc-me --email new@b.test --org "" --voice "" --auth "" --add-status clientDeleteProhibited`, want: &epp.ContactUpdate{
			ID: "rc-me", Add: []epp.Status{{Value: "clientDeleteProhibited"}},
			Chg: &epp.ContactChange{
				PostalInfo: []epp.PostalInfoChange{{Type: "int", Org: ptr("")}},
				Email:      ptr("new@b.test"), Voice: &epp.Phone{}, AuthInfo: &epp.AuthInfo{},
			},
		}},
		{line: "update contact rc-me --city Tampa --cc US --postal loc", want: &epp.ContactUpdate{
			ID: "rc-me", Chg: &epp.ContactChange{PostalInfo: []epp.PostalInfoChange{{
				Type: "loc", Addr: &epp.PostalAddress{City: "Tampa", CC: "US"},
			}}},
		}},
		{
			line: `update contact rc-me --type proxy --secondary-email "" --emergency-phone "" --real-contact rc-2`,
			want: &epp.ContactUpdate{ID: "rc-me"},
			ext: &epp.ContactKindUpdate{
				Type: epp.KindProxy, SecondaryEmail: ptr(""), EmergencyPhone: &epp.Phone{}, RealContact: ptr("rc-2"),
			},
		},

		{line: "delete a.example", want: &epp.DomainDelete{Name: "a.example"}},
		{line: "delete host ns1.a.example", want: &epp.HostDelete{Name: "ns1.a.example"}},
		{line: "delete rc-me", want: &epp.ContactDelete{ID: "rc-me"}},
		{line: "renew a.example --years 3 --cur-exp 2027-11-21", want: &epp.DomainRenew{
			Name: "a.example", CurExpDate: time.Date(2027, 11, 21, 0, 0, 0, 0, time.UTC), Period: &epp.Period{Value: 3, Unit: "y"},
		}},
		{line: "transfer request a.example --auth pw-1 --period 1", want: &epp.DomainTransfer{
			Op: epp.TransferRequest, Name: "a.example", Period: &epp.Period{Value: 1, Unit: "y"}, AuthInfo: &epp.AuthInfo{PW: "pw-1"},
		}},
		{line: "transfer query a.example", want: &epp.DomainTransfer{Op: epp.TransferQuery, Name: "a.example"}},
		{line: "transfer reject contact sh.8013", want: &epp.ContactTransfer{Op: epp.TransferReject, ID: "sh.8013"}},
		{line: "poll", want: &epp.PollRequest{}},
		{line: "poll --ack 12", want: &epp.PollAck{MsgID: "12"}},
	} {
		t.Run(tt.line, func(t *testing.T) {
			args, err := splitWords(tt.line)
			if err != nil {
				t.Fatal(err)
			}
			got := peer.epp(t, "", args...)
			if got.status != 0 || got.stderr != "" || !strings.HasPrefix(got.stdout, "1000 Command completed successfully\n") {
				t.Errorf("outcome %+v", got)
			}
			commands := peer.taken()
			if len(commands) != 1 {
				t.Fatalf("%d commands", len(commands))
			}
			if diff := cmp.Diff(tt.want, commands[0].Body, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
			var ext []epp.Extension
			if tt.ext != nil {
				ext = append(ext, tt.ext)
			}
			if diff := cmp.Diff(ext, commands[0].Extensions, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestEppUsage are lines that must not reach a server.
func TestEppUsage(t *testing.T) {
	peer := newEppPeer(t)
	for line, text := range map[string]string{
		"check":                                                            "a name is missing",
		"check host":                                                       "a name is missing",
		"check a.example rc-me":                                            "one kind at a time",
		"info a.example b.example":                                         "one name only",
		"info a.example --auth x --json=no":                                "invalid argument",
		"create nodots":                                                    "of what kind",
		"create a.example --period 0":                                      "1 to 99",
		"create a.example --period ever":                                   "1 to 99",
		"create a.example --ns a.test,b.t=":                                "all with addresses or all without",
		"create a.example --auth x --auth-random":                          "only one of",
		"create a.example --auth-file /nonexistent/x":                      "no such file",
		"create \u0301a.example":                                           "not a valid name",
		"create a.trips --apply --enter --target b.trips":                  "only one of --apply and --enter",
		"create a.trips --apply --target b.trips":                          "--target goes with --enter",
		"create a.trips --enter --target \u0301a.trips":                    "not a valid name",
		"create a.trips --apply --registrant-id x --credential-type token": "needs --credential-file or --credential-stdin",
		"create a.trips --apply --registrant-id x --credential-file f":     "--credential-type is missing: password, token",
		"create a.trips --apply --registrant-id x --credential-type token --credential-file f --credential-stdin": "only one of --credential-file and",
		"create a.trips --apply --registrant-id x --credential-type token --credential-file /nonexistent/x":       "credential: open",
		"create a.trips --apply --registrant-id x --credential-type token --credential-stdin":                     "standard input is empty",
		"create a.trips --apply --registrant-id x --credential-type token --credential secret":                    "unknown flag",
		"create contact rc-me --hide shoes":               "none of name, org",
		"create contact rc-me --hide name:x":              "int or loc",
		"create contact rc-me --hide fax --publish voice": "only one of",
		"update a.example":                                "nothing to change",
		"update host ns1.a.example":                       "nothing to change",
		"update contact rc-me":                            "nothing to change",
		"update contact rc-me --city Tampa":               "replaced as a whole",
		"renew a.example --cur-exp tomorrow":              "not a day",
		"poll --all --ack 1":                              "only one of",
		"transfer":                                        "request, query",
		"frobnicate":                                      "unknown command",
		"check a.example --json --xml":                    "only one of",
		"send":                                            "requires at least 1 arg",
		"send /nonexistent/frame.xml":                     "no such file",
	} {
		args, err := splitWords(line)
		if err != nil {
			t.Fatal(err)
		}
		got := peer.epp(t, "", args...)
		if got.status != 1 || !strings.Contains(got.stderr, text) || got.stdout != "" {
			t.Errorf("%s: %+v, want %q", line, got, text)
		}
	}
	if n := len(peer.taken()); n > 0 {
		t.Errorf("%d commands reached the server", n)
	}
}

// A credential comes from standard input or a file, and never back.
func TestEppCredential(t *testing.T) {
	peer := newEppPeer(t)
	credential := func() *epp.PreapprovalCredential {
		t.Helper()
		commands := peer.taken()
		if len(commands) != 1 {
			t.Fatalf("%d commands", len(commands))
		}
		ext, _ := epp.FindExtension[*epp.PreapprovalCreate](commands[0].Extensions)
		return ext.Registrant.Credential
	}
	args := []string{"create", "miami.trips", "--apply", "--registrant-id", "UID1", "--credential-type", "password", "--credential-stdin"}
	for stdin, want := range map[string]string{"CANARY 1": "CANARY 1", "CANARY-2\r\nmore\n": "CANARY-2"} {
		for _, format := range []string{"--json", "--xml", "--json=false"} {
			got := peer.epp(t, stdin, append(args, format)...)
			if c := credential(); c.Type != "password" || c.Value != want || got.status != 0 || strings.Contains(got.stdout+got.stderr, "CANARY") {
				t.Errorf("%q: sent %+v, outcome %+v", stdin, c, got)
			}
		}
	}
	if got := peer.epp(t, "CANARY", slices.Delete(slices.Clone(args), 3, 5)...); got.status != 1 || !strings.Contains(got.stderr, "needs --registrant-id") {
		t.Errorf("whose credential: %+v", got)
	}
	// In a shell standard input is the commands'.
	got := peer.epp(t, strings.Join(args, " ")+"\ncheck a.example\n", "shell")
	if got.status != 1 || !strings.Contains(got.stderr, "use --credential-file") || strings.Count(got.stdout, "1000 ") != 1 {
		t.Errorf("shell: %+v", got)
	}
	file := filepath.Join(t.TempDir(), "credential")
	writeFile(t, file, "CANARY-3\n")
	peer.taken()
	peer.epp(t, strings.Join(args[:len(args)-1], " ")+" --credential-file "+file+"\n", "shell")
	if c := credential(); c.Value != "CANARY-3" {
		t.Errorf("sent %+v", c)
	}
}

// The user's own shell completes the words that a flag takes.
func TestEppFlagWords(t *testing.T) {
	for _, form := range [][]string{{"create"}, {"create", "domain"}} {
		got := runIn(t, "", slices.Concat([]string{"__complete", "epp"}, form, []string{"a.trips", "--credential-type", "p"})...)
		if got.stdout != strings.Join(registry.CredentialTypes, "\n")+"\n:4\n" {
			t.Errorf("%v: %+v", form, got)
		}
	}
}

func TestEppRandomAuthIsStrongAndShown(t *testing.T) {
	peer := newEppPeer(t)
	for _, args := range [][]string{
		{"create", "a.example", "--auth-random"},
		{"update", "a.example", "--auth-random", "--json"},
		{"create", "contact", "rc-me", "--name", "A", "--city", "B", "--cc", "US", "--email", "a@b.test", "--auth-random"},
	} {
		got := peer.epp(t, "", args...)
		var pw string
		switch body := peer.taken()[0].Body.(type) {
		case *epp.DomainCreate:
			pw = body.AuthInfo.PW
		case *epp.DomainUpdate:
			pw = body.Chg.AuthInfo.PW
		case *epp.ContactCreate:
			pw = body.AuthInfo.PW
		}
		// RFC 9154, section 4.1: at least 128 bits of randomness.
		if !regexp.MustCompile(`^[A-Z2-7]{26,}$`).MatchString(pw) || !strings.Contains(got.stdout, pw) {
			t.Errorf("%v: sent %q, shown %q", args, pw, got.stdout)
		}
	}
	peer.answer = func(*epp.Command) *epp.Response { return epp.Failure(epp.CodeObjectExists) }
	got := peer.epp(t, "", "create", "a.example", "--auth-random")
	if pw := peer.taken()[0].Body.(*epp.DomainCreate).AuthInfo.PW; strings.Contains(got.stdout, pw) || got.status != 2 {
		t.Errorf("after a refusal: %+v", got)
	}
}

func TestEppRenewAsksForTheExpiry(t *testing.T) {
	peer := newEppPeer(t)
	peer.answer = func(cmd *epp.Command) *epp.Response {
		if _, ok := cmd.Body.(*epp.DomainInfo); ok {
			return epp.Success(&epp.DomainInfoData{
				Name: "a.example", ROID: "D1-X", ClID: "reg-1", ExDate: time.Date(2027, 11, 21, 23, 59, 59, 0, time.UTC),
			})
		}
		return epp.Success(&epp.DomainRenewData{Name: "a.example", ExDate: time.Date(2029, 11, 21, 23, 59, 59, 0, time.UTC)})
	}
	got := peer.epp(t, "", "renew", "a.example", "--years", "2")
	want := "1000 Command completed successfully\nname    a.example\nexDate  2029-11-21 23:59:59 UTC\n"
	if got.stdout != want || got.status != 0 {
		t.Errorf("outcome %+v", got)
	}
	commands := peer.taken()
	if diff := cmp.Diff(&epp.DomainRenew{
		Name: "a.example", CurExpDate: time.Date(2027, 11, 21, 0, 0, 0, 0, time.UTC), Period: &epp.Period{Value: 2, Unit: "y"},
	}, commands[len(commands)-1].Body); diff != "" {
		t.Error(diff)
	}
	peer.answer = func(*epp.Command) *epp.Response { return epp.Failure(epp.CodeObjectDoesNotExist) }
	if got := peer.epp(t, "", "renew", "a.example"); got.status != 2 || !strings.HasPrefix(got.stdout, "2303 ") {
		t.Errorf("unknown domain: %+v", got)
	}
	if n := len(peer.taken()); n != 1 {
		t.Errorf("%d commands for an unknown domain", n)
	}
}

func TestEppPollAll(t *testing.T) {
	peer := newEppPeer(t)
	left := uint64(2)
	peer.answer = func(cmd *epp.Command) *epp.Response {
		if _, ok := cmd.Body.(*epp.PollAck); ok {
			left--
			return epp.Success(nil)
		}
		if left == 0 {
			return &epp.Response{Results: []epp.Result{{Code: epp.CodeOKNoMessages}}}
		}
		return &epp.Response{
			Results: []epp.Result{{Code: epp.CodeOKAckToDequeue}},
			MsgQ:    &epp.MsgQ{Count: left, ID: "m" + string('0'+rune(left)), QDate: time.Date(2026, 11, 21, 1, 2, 3, 0, time.UTC), Msg: "Hello\x1b there"},
			ResData: &epp.PanData{ObjectURI: epp.NSDomain, Name: "a.example", Result: true, ClTRID: "C-1", SvTRID: "S-1"},
		}
	}
	got := peer.epp(t, "", "poll", "--all")
	if got.status != 0 || strings.Count(got.stdout, "1301 ") != 2 || !strings.HasSuffix(got.stdout, "1300 Command completed successfully; no messages\n") {
		t.Errorf("outcome %+v", got)
	}
	var acked []string
	for _, cmd := range peer.taken() {
		if ack, ok := cmd.Body.(*epp.PollAck); ok {
			acked = append(acked, ack.MsgID)
		}
	}
	if diff := cmp.Diff([]string{"m2", "m1"}, acked); diff != "" {
		t.Error(diff)
	}
}
