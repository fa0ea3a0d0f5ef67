package epp

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDecodePreapproval(t *testing.T) {
	golden := goldenFrames(t, "commands")
	for name, want := range map[string]*PreapprovalCreate{
		"domain-create-apply": {
			Op:         PreapprovalApply,
			Registrant: &PreapprovalParty{"UID5439394", &PreapprovalCredential{"token", "tok-5f2c 91"}},
			Registrar:  &PreapprovalParty{"146", &PreapprovalCredential{"password", "s3cret & more"}},
		},
		"domain-create-preapproved": {
			Op:         PreapprovalRegister, // nothing said
			Registrant: &PreapprovalParty{"UID5439394", &PreapprovalCredential{"driversLicence", "D1234567"}},
			Registrar:  &PreapprovalParty{ID: "146"},
		},
		"domain-create-enter": {
			Op: PreapprovalEnter, Target: "miami.trips", Registrant: &PreapprovalParty{ID: "UID5439394"}, Registrar: &PreapprovalParty{ID: "146"},
		},
		"domain-create-register-bare": {Op: PreapprovalRegister},
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
}

// Blanks in a credential may be a part of it; those around an id are not.
func TestPreapprovalBlanks(t *testing.T) {
	sent := &Command{Body: &DomainCreate{Name: "miami.trips"}, Extensions: []Extension{&PreapprovalCreate{
		Op: PreapprovalApply, Registrant: &PreapprovalParty{"  UID\t5439394 ", &PreapprovalCredential{"password", " a  b\n"}},
	}}}
	cmd, err := DecodeCommand(EncodeCommand(sent))
	if err != nil {
		t.Fatal(err)
	}
	want := &PreapprovalParty{"UID 5439394", &PreapprovalCredential{"password", " a  b "}}
	p, _ := FindExtension[*PreapprovalCreate](cmd.Extensions)
	if diff := cmp.Diff(want, p.Registrant); diff != "" {
		t.Error(diff)
	}
}

// What a verifier says reaches the client cut to what the schema allows.
func TestPreapprovalReasonIsCapped(t *testing.T) {
	long := make([]rune, 3000)
	for i := range long {
		long[i] = 'é'
	}
	r := Success(nil)
	r.SvTRID = "54322-XYZ"
	r.Extensions = []Extension{&PreapprovalPanData{Application: "1", Status: PreapprovalDenied, Reasons: []string{string(long), ""}}}
	frame := EncodeResponse(r)
	got, err := DecodeResponse(frame)
	if err != nil {
		t.Fatal(err)
	}
	p, _ := FindExtension[*PreapprovalPanData](got.Extensions)
	if len(p.Reasons) != 1 || len([]rune(p.Reasons[0])) != 1024 {
		t.Errorf("%d reasons of %d octets", len(p.Reasons), len(p.Reasons[0]))
	}
	wantValid(t, [][]byte{frame})
}
