package epp

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// genLoginSec makes what the extension adds to a login, and the constants that go with it.
func genLoginSec(t *rapid.T, b Body) []Extension {
	login, ok := b.(*Login)
	if !ok || !rapid.Bool().Draw(t, "loginSec") {
		return nil
	}
	l := &LoginSec{UserAgent: &LoginUserAgent{App: word(1, 9).Draw(t, "app"), OS: maybe(word(1, 9)).Draw(t, "os")}}
	if rapid.Bool().Draw(t, "pw") {
		login.PW, l.PW = LoginSecurity, word(6, 90).Draw(t, "long pw")
		l.UserAgent = ptr(t, "agent", rapid.Just(LoginUserAgent{Tech: "x"}))
	}
	if login.NewPW != "" && rapid.Bool().Draw(t, "newPW") {
		login.NewPW, l.NewPW = LoginSecurity, word(6, 90).Draw(t, "long newPW")
	}
	return []Extension{l}
}

// genSessionData makes what the extensions of sessions add to a response.
func genSessionData(t *rapid.T) Extension {
	if rapid.Bool().Draw(t, "events") {
		return &LoginSecData{list(t, "events", rapid.Custom(func(t *rapid.T) LoginSecEvent {
			return LoginSecEvent{
				Type:  pick(LoginEventPassword, LoginEventCertificate, LoginEventStat, LoginEventCustom).Draw(t, "type"),
				Level: pick(LoginEventWarning, LoginEventError).Draw(t, "level"), Name: maybe(word(1, 9)).Draw(t, "name"),
				ExDate: genMaybeTime.Draw(t, "exDate"), Value: maybe(word(1, 9)).Draw(t, "value"), Duration: pick("", "P1D").Draw(t, "duration"),
				Lang: genLang.Draw(t, "lang"), Text: maybe(word(1, 20)).Draw(t, "text"),
			}
		}), 1, 3)}
	}
	p := &ChangePollData{
		State: pick(ChangeBefore, ChangeAfter).Draw(t, "state"), Operation: pick(VerbUpdate, ChangeAutoPurge, ChangeCustom).Draw(t, "operation"),
		Op: maybe(word(1, 9)).Draw(t, "op"), Date: genTime.Draw(t, "date"), SvTRID: word(3, 64).Draw(t, "svTRID"), Who: word(1, 40).Draw(t, "who"),
		Case: ptr(t, "case", rapid.Custom(func(t *rapid.T) ChangeCase {
			return ChangeCase{pick(ChangeCaseUDRP, ChangeCaseURS, ChangeCaseCustom).Draw(t, "type"), maybe(word(1, 9)).Draw(t, "name"), maybe(word(1, 9)).Draw(t, "id")}
		})),
	}
	if p.Reason = maybe(word(1, 32)).Draw(t, "reason"); p.Reason != "" {
		p.Lang = genLang.Draw(t, "lang")
	}
	return p
}

// sampleSessions are frames a server sends.
func sampleSessions(add func(string, *Response), day time.Time) {
	login := Success(nil)
	login.Extensions = []Extension{&LoginSecData{[]LoginSecEvent{
		{Type: LoginEventPassword, Level: LoginEventWarning, ExDate: day, Lang: "en", Text: "Password expires in a week"},
		{Type: LoginEventStat, Name: "failedLogins", Level: LoginEventError, Value: "100", Duration: "P1D"},
	}}}
	add("login-events", login)
	changed := &Response{
		Results: []Result{{Code: CodeOKAckToDequeue}}, MsgQ: &MsgQ{Count: 201, ID: "1", QDate: day, Msg: "Registry initiated update of domain."},
		ResData: &DomainInfoData{Name: "a.example", ROID: "D1-ICANNRST", Statuses: []Status{{Value: "serverUpdateProhibited"}}, ClID: "registrar-a"},
	}
	changed.Extensions = []Extension{&ChangePollData{
		ChangeBefore, VerbUpdate, "", day, "12345-XYZ", "URS Admin", &ChangeCase{Type: ChangeCaseURS, ID: "urs123"}, "URS Lock of a domain, for a long while", "en",
	}}
	add("poll-change", changed)
	add("poll-change-unhandled", unhandled(changed, nil, nil))
}

// unhandled is a response to a login that chose so.
func unhandled(r *Response, objects, extensions []string) *Response {
	moved := *r
	moved.Results = append([]Result(nil), r.Results...)
	moved.MoveUnhandled(objects, extensions)
	return &moved
}

func TestMoveUnhandled(t *testing.T) {
	info := &DomainInfoData{Name: "a.example", ROID: "D1-ICANNRST", ClID: "registrar-a"}
	change := &ChangePollData{State: ChangeAfter, Operation: VerbUpdate, SvTRID: "12345-XYZ", Who: "x", Date: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	fee := &FeeTransformData{Verb: VerbCreate, Currency: "USD"}
	answer := func(code Code) *Response {
		return &Response{Results: []Result{{Code: code, Msg: "m"}}, ResData: info, Extensions: []Extension{change, fee}, SvTRID: "54322-XYZ"}
	}
	infoValue := Value{Block: info, Reason: NSDomain + " not in login services"}
	changeValue := Value{Block: change, Reason: NSChangePoll + " not in login services"}
	for name, test := range map[string]struct {
		code                Code
		objects, extensions []string
		want                []Value
	}{
		"all chosen":   {CodeOK, []string{NSDomain}, []string{NSFee, NSChangePoll}, nil},
		"none chosen":  {CodeOKAckToDequeue, nil, nil, []Value{infoValue, changeValue, {Block: fee, Reason: NSFee + " not in login services"}}},
		"one chosen":   {CodeOK, []string{NSHost}, []string{NSFee}, []Value{infoValue, changeValue}},
		"of a failure": {CodePolicyError, nil, nil, nil},
	} {
		r := unhandled(answer(test.code), test.objects, test.extensions)
		frame := EncodeResponse(r)
		got, err := DecodeResponse(frame)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(test.want, got.Results[0].Values); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if diff := cmp.Diff(r, got); diff != "" {
			t.Errorf("%s: changed by the wire: %s", name, diff)
		}
		wantValid(t, [][]byte{frame})
	}
}

// A reason that only looks like one of RFC 9038 changes nothing.
func TestValuesThatAreNotUnhandled(t *testing.T) {
	frame := func(value, reason string) []byte {
		return []byte(`<epp xmlns="` + NSEPP + `"><response><result code="1000"><msg>OK</msg><extValue>` + value +
			`<reason>` + reason + `</reason></extValue></result><trID><svTRID>54322-XYZ</svTRID></trID></response></epp>`)
	}
	const name = `<domain:name xmlns:domain="` + NSDomain + `">a.example</domain:name>`
	for what, test := range map[string]struct{ value, reason string }{
		"no data":       {"<value>" + name + "</value>", NSDomain + unhandledReason},
		"other URI":     {"<value>" + name + "</value>", NSHost + unhandledReason},
		"no element":    {"<value>x</value>", NSDomain + unhandledReason},
		"no value":      {"", NSDomain + unhandledReason},
		"unknown":       {`<value><y xmlns="urn:y"/></value>`, "urn:y" + unhandledReason},
		"other reason":  {"<value>" + name + "</value>", "must not be"},
		"domain's data": {`<value><infData xmlns="` + NSDomain + `"/></value>`, "must not be"},
	} {
		r, err := DecodeResponse(frame(test.value, test.reason))
		if err != nil || len(r.Results[0].Values) != 1 || r.Results[0].Values[0].Block != nil || r.Results[0].Values[0].Reason != test.reason {
			t.Errorf("%s: %v %+v", what, err, r)
		}
	}
}

func TestDecodeLoginSec(t *testing.T) {
	golden := string(goldenFrames(t, "commands")["login-security.xml"])
	cmd, err := DecodeCommand([]byte(golden))
	if err != nil {
		t.Fatal(err)
	}
	want := &LoginSec{&LoginUserAgent{"EPP SDK 1.0.0", "Vendor Java 11.0.6", "x86_64 Mac OS X 10.15.2"}, "this is a long password", "new password that is still long"}
	if diff := cmp.Diff([]Extension{want}, cmd.Extensions); diff != "" {
		t.Error(diff)
	}
	if l := cmd.Body.(*Login); l.PW != LoginSecurity || l.NewPW != LoginSecurity {
		t.Errorf("%+v", l)
	}
	const long = "this is a long password"
	for name, test := range map[string]struct {
		old, by string
		code    Code
	}{
		"pw without the constant":    {"<pw>" + LoginSecurity, "<pw>foo-BAR2", CodeSyntaxError},
		"newPW without the constant": {"<newPW>" + LoginSecurity + "</newPW>", "", CodeSyntaxError},
		"constant without pw":        {"<loginSec:pw>" + long + "</loginSec:pw>", "", CodeMissingParameter},
		"constant without newPW":     {"<loginSec:newPW>new password that is still long</loginSec:newPW>", "", CodeMissingParameter},
		"short pw":                   {long, "abcde", CodeValueSyntaxError},
		"constant as new password":   {"new password that is still long", LoginSecurity, CodeValueSyntaxError},
		"an empty user agent":        {"<loginSec:app>EPP SDK 1.0.0</loginSec:app><loginSec:tech>Vendor Java 11.0.6</loginSec:tech><loginSec:os>x86_64 Mac OS X 10.15.2</loginSec:os>", "", CodeMissingParameter},
		"order in the user agent":    {"<loginSec:app>EPP SDK 1.0.0</loginSec:app>", "<loginSec:os>x</loginSec:os>", CodeSyntaxError},
	} {
		if !strings.Contains(golden, test.old) {
			t.Fatalf("%s: no %s", name, test.old)
		}
		_, err := DecodeCommand([]byte(strings.Replace(golden, test.old, test.by, 1)))
		if err == nil || err.Code != test.code {
			t.Errorf("%s: %v, want %v", name, err, test.code)
			continue
		}
		if answer := string(EncodeResponse(err.Response())); strings.Contains(answer, long) || strings.Contains(answer, "abcde") {
			t.Errorf("%s: the answer holds a password: %s", name, answer)
		}
	}
	other := strings.NewReplacer("<login>", "<logout/><x>", "</login>", "</x>").Replace(golden)
	if _, err := DecodeCommand([]byte(other)); err == nil {
		t.Error("accepted without a login")
	}
}

// The samples of RFC 9038 hold data of domains, DNSSEC and changes that a login did not
// choose: they are read as if it had.
func TestRFCSamplesOfUnhandledNamespaces(t *testing.T) {
	found := map[string]int{}
	for _, s := range rfcSamples(t, "9038") {
		if strings.Contains(string(s.frame), "[NAMESPACE-") {
			continue // a template
		}
		if s.client {
			if _, err := DecodeCommand(s.frame); err != nil {
				t.Errorf("%s: %v\n%s", s.name, err, s.frame)
			}
			continue
		}
		r, err := DecodeResponse(s.frame)
		if err != nil {
			t.Errorf("%s: %v\n%s", s.name, err, s.frame)
			continue
		}
		for _, v := range r.Results[0].Values {
			switch b := v.Block.(type) {
			case ResData:
				found[b.Object()]++
			case Extension:
				found[b.ExtensionURI()]++
			default:
				t.Errorf("%s: not understood: %+v", s.name, v)
			}
		}
	}
	if found[NSDomain] == 0 || found[NSSecDNS] == 0 || found[NSChangePoll] == 0 {
		t.Errorf("found only %v", found)
	}
}
