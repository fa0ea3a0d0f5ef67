package epp

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// sampleMarks are a mark and a signed mark as a frame of ours gives them back.
func sampleMarks(t testing.TB) (mark, signed Fragment) {
	t.Helper()
	cmd, err := DecodeCommand(goldenFrames(t, "commands")["domain-create-sunrise-codes.xml"])
	if err != nil {
		t.Fatal(err)
	}
	l, _ := FindExtension[*LaunchCreate](cmd.Extensions)
	mark = l.CodeMarks[0].Mark
	if cmd, err = DecodeCommand(goldenFrames(t, "commands")["domain-create-sunrise.xml"]); err != nil {
		t.Fatal(err)
	}
	l, _ = FindExtension[*LaunchCreate](cmd.Extensions)
	return mark, l.SignedMarks[0]
}

var genPhase = rapid.Custom(func(t *rapid.T) LaunchPhase {
	return LaunchPhase{pick(PhaseSunrise, PhaseLandrush, PhaseClaims, PhaseOpen, PhaseCustom).Draw(t, "phase"), maybe(word(1, 9)).Draw(t, "name")}
})

// genLaunch makes what the extension adds to a command, nil where it adds nothing.
func genLaunch(t *rapid.T, b Body, mark, signed Fragment) []Extension {
	if b.Object() != NSDomain || !rapid.Bool().Draw(t, "launch") {
		return nil
	}
	phase, id := genPhase.Draw(t, "phase"), maybe(word(1, 20)).Draw(t, "application")
	switch b.Verb() {
	case VerbCheck:
		if rapid.Bool().Draw(t, "no phase") {
			phase = LaunchPhase{}
		}
		return []Extension{&LaunchCheck{pick(LaunchCheckClaims, LaunchCheckAvail, LaunchCheckTrademark).Draw(t, "type"), phase}}
	case VerbInfo:
		return []Extension{&LaunchInfo{phase, id, rapid.Bool().Draw(t, "mark")}}
	case VerbUpdate:
		return []Extension{&LaunchUpdate{phase, id}}
	case VerbDelete:
		return []Extension{&LaunchDelete{phase, id}}
	case VerbCreate:
	default:
		return nil
	}
	l := &LaunchCreate{
		Type: pick("", LaunchApplication, LaunchRegistration).Draw(t, "type"), Phase: phase,
		Notices: list(t, "notices", rapid.Custom(func(t *rapid.T) LaunchNotice {
			return LaunchNotice{word(1, 30).Draw(t, "id"), maybe(word(1, 9)).Draw(t, "validator"), genTime.Draw(t, "notAfter"), genTime.Draw(t, "accepted")}
		}), 0, 2),
	}
	switch rapid.IntRange(0, 3).Draw(t, "marks") {
	case 0:
		l.SignedMarks = []Fragment{signed}
	case 1:
		l.EncodedSignedMarks = list(t, "encoded", rapid.Map(rapid.SliceOfN(rapid.Byte(), 1, 60), base64.StdEncoding.EncodeToString), 1, 2)
	case 2:
		l.CodeMarks = list(t, "codes", rapid.Custom(func(t *rapid.T) LaunchCodeMark {
			m := LaunchCodeMark{Code: maybe(word(1, 30)).Draw(t, "code"), Mark: rapid.SampledFrom([]Fragment{{}, mark}).Draw(t, "mark")}
			if m.Code != "" {
				m.ValidatorID = maybe(word(1, 9)).Draw(t, "validator")
			}
			return m
		}), 1, 2)
	}
	return []Extension{l}
}

// genLaunchData makes what the extension adds to a response.
func genLaunchData(t *rapid.T, mark Fragment) Extension {
	phase, id := genPhase.Draw(t, "phase"), maybe(word(1, 20)).Draw(t, "application")
	switch rapid.IntRange(0, 2).Draw(t, "launch data") {
	case 0:
		return &LaunchCreateData{phase, id}
	case 1:
		return &LaunchCheckData{phase, list(t, "results", rapid.Custom(func(t *rapid.T) LaunchCheckResult {
			return LaunchCheckResult{genLabel.Draw(t, "name"), rapid.Bool().Draw(t, "exists"), list(t, "keys", rapid.Custom(func(t *rapid.T) LaunchClaimKey {
				return LaunchClaimKey{word(1, 40).Draw(t, "key"), maybe(word(1, 9)).Draw(t, "validator")}
			}), 0, 2)}
		}), 1, 3)}
	}
	return &LaunchInfoData{phase, id, ptr(t, "status", rapid.Custom(func(t *rapid.T) LaunchStatus {
		return LaunchStatus{
			pick(LaunchValidated, LaunchCustom).Draw(t, "s"), maybe(word(1, 9)).Draw(t, "name"), genLang.Draw(t, "lang"), maybe(word(1, 20)).Draw(t, "text"),
		}
	})), list(t, "marks", rapid.Just(mark), 0, 2)}
}

// sampleLaunches are frames a server sends.
func sampleLaunches(add func(string, *Response), day time.Time, mark Fragment) {
	with := func(name string, data ResData, x Extension) {
		r := Success(data)
		r.Extensions = []Extension{x}
		add(name, r)
	}
	sunrise := LaunchPhase{Value: PhaseSunrise}
	with("domain-check-claims", nil, &LaunchCheckData{LaunchPhase{Value: PhaseClaims}, []LaunchCheckResult{
		{Name: "a.example"},
		{"b.example", true, []LaunchClaimKey{{"2013041500/2/6/9/rJ1NrDO92vDsAzf7EQzgjX4R0000000001", "tmch"}, {Key: "other"}}},
	}})
	with("domain-create-launch", &DomainCreateData{Name: "a.example", CrDate: day}, &LaunchCreateData{sunrise, "2393-9323-E08C-03B1"})
	with("domain-info-launch", &DomainInfoData{Name: "a.example", ROID: "D1-ICANNRST", ClID: "registrar-a"}, &LaunchInfoData{
		Phase: LaunchPhase{PhaseSunrise, "landrush"}, ApplicationID: "abc123", Marks: []Fragment{mark},
		Status: &LaunchStatus{LaunchCustom, "in review", "en", "a person looks at it"},
	})
	with("domain-pan-launch", &PanData{NSDomain, "a.example", true, "ABC-12345", "54321-XYZ", day}, &LaunchInfoData{
		Phase: sunrise, ApplicationID: "abc123", Status: &LaunchStatus{Value: LaunchAllocated},
	})
}

func TestDecodeLaunch(t *testing.T) {
	golden := goldenFrames(t, "commands")
	day := time.Date(2030, 6, 19, 10, 0, 0, 0, time.UTC)
	sunrise := LaunchPhase{Value: PhaseSunrise}
	for name, want := range map[string]Extension{
		"domain-create-claims": &LaunchCreate{Phase: LaunchPhase{Value: PhaseClaims}, Notices: []LaunchNotice{
			{"370d0b7c9223372036854775807", "tmch", day, day.Add(-58*time.Minute - 29500*time.Millisecond)},
			{"370d0b7d9223372036854775807", "", day, day.Add(-58*time.Minute - 30*time.Second)},
		}},
		"domain-create-landrush":      &LaunchCreate{Type: LaunchApplication, Phase: LaunchPhase{PhaseCustom, "a b"}},
		"domain-check-claims":         &LaunchCheck{LaunchCheckClaims, LaunchPhase{Value: PhaseClaims}},
		"domain-check-trademark":      &LaunchCheck{Type: LaunchCheckTrademark},
		"domain-check-launch-default": &LaunchCheck{LaunchCheckClaims, LaunchPhase{PhaseCustom, "idn"}},
		"domain-info-launch":          &LaunchInfo{sunrise, "abc123", true},
		"domain-update-launch":        &LaunchUpdate{sunrise, "abc123"},
		"domain-delete-launch":        &LaunchDelete{Phase: LaunchPhase{Value: PhaseLandrush}},
	} {
		cmd, err := DecodeCommand(golden[name+".xml"])
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff([]Extension{want}, cmd.Extensions); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	cmd, err := DecodeCommand(golden["domain-create-sunrise-encoded.xml"])
	if err != nil {
		t.Fatal(err)
	}
	l, _ := FindExtension[*LaunchCreate](cmd.Extensions)
	smd, decodeErr := base64.StdEncoding.DecodeString(l.EncodedSignedMarks[0])
	if decodeErr != nil {
		t.Fatal(decodeErr)
	}
	f, parseErr := ParseFragment(smd)
	if parseErr != nil || f.Name() != (Name{nsSignedMark, "signedMark"}) {
		t.Errorf("%v %s", parseErr, f.Name())
	}
}

func TestRefusedLaunches(t *testing.T) {
	golden := goldenFrames(t, "commands")
	sunrise, encoded := string(golden["domain-create-sunrise.xml"]), string(golden["domain-create-sunrise-encoded.xml"])
	claims := string(golden["domain-create-claims.xml"])
	replace := func(frame, old, by string) string {
		if !strings.Contains(frame, old) {
			t.Fatalf("no %s", old)
		}
		return strings.ReplaceAll(frame, old, by)
	}
	start := encoded[strings.Index(encoded, `encoding="base64">`)+len(`encoding="base64">`) : strings.Index(encoded, "</smd:encodedSignedMark>")]
	for name, test := range map[string]struct {
		frame string
		code  Code
	}{
		"another element":    {replace(sunrise, "smd:signedMark", "smd:abstractSignedMark"), CodeSyntaxError},
		"another namespace":  {replace(sunrise, `xmlns:smd="urn:ietf:params:xml:ns:signedMark-1.0"`, `xmlns:smd="urn:x"`), CodeSyntaxError},
		"instruction inside": {replace(sunrise, "<smd:org>", "<smd:org><?x?>"), CodeSyntaxError},
		"not base64":         {replace(encoded, start, "abc$"), CodeValueSyntaxError},
		"no padding":         {replace(encoded, start, "YWI"), CodeValueSyntaxError},
		"bits left over":     {replace(encoded, start, "YWJ="), CodeValueSyntaxError},
		"nothing":            {replace(encoded, start, ""), CodeValueSyntaxError},
		"too long":           {replace(encoded, start, strings.Repeat("YWJj", 48<<8+1)), CodeValueSyntaxError},
		"another encoding":   {replace(encoded, `encoding="base64"`, `encoding="hex"`), CodeValueSyntaxError},
		"no phase":           {replace(claims, "<launch:phase>claims</launch:phase>", ""), CodeMissingParameter},
		"no date":            {replace(claims, "2030-06-19T09:01:30Z", "2030-06-19"), CodeValueSyntaxError},
		"24 o'clock":         {replace(claims, "2030-06-19T09:01:30Z", "2030-06-19T24:01:30Z"), CodeValueSyntaxError},
		"marks of two kinds": {replace(encoded, "<smd:encodedSignedMark", "<launch:codeMark/><smd:encodedSignedMark"), CodeSyntaxError},
	} {
		if _, err := DecodeCommand([]byte(test.frame)); err == nil || err.Code != test.code {
			t.Errorf("%s: %v, want %v", name, err, test.code)
		}
	}
}
