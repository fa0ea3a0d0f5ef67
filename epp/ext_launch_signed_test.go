package epp

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"cadastre/epp/smd"
	"cadastre/epp/smd/smdgen"
)

// A signed mark that came in a frame still verifies, plain and encoded, and the largest that
// anyone has passes the front door.
func TestSignedMarksVerify(t *testing.T) {
	now := time.Date(2026, 11, 21, 9, 30, 15, 0, time.UTC)
	authority, err := smdgen.NewAuthority(now)
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := smd.NewVerifier(smd.Config{Roots: authority.RootPEM()})
	if err != nil {
		t.Fatal(err)
	}
	for name, count := range map[string]int{"small": 2, "large": 400} {
		var labels []string
		for i := range count {
			labels = append(labels, fmt.Sprintf("a-rather-long-label-of-a-mark-%d", i))
		}
		mark := smdgen.Mark{NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(1, 0, 0), Name: "A mark", Labels: labels}
		xml, err := authority.Sign(mark)
		if err != nil {
			t.Fatal(err)
		}
		signed, err := ParseFragment(xml)
		if err != nil {
			t.Fatal(err)
		}
		for form, l := range map[string]*LaunchCreate{
			"plain":   {SignedMarks: []Fragment{signed}},
			"encoded": {EncodedSignedMarks: []string{smdgen.Encode(xml)}},
		} {
			l.Phase.Value = PhaseSunrise
			frame := EncodeCommand(&Command{Body: &DomainCreate{Name: labels[0] + ".example"}, Extensions: []Extension{l}})
			if name == "large" && len(frame) < 25_000 {
				t.Errorf("a large mark makes a frame of %d octets only", len(frame))
			}
			for place, sent := range map[string][]byte{
				"as written":    frame,
				"more in scope": bytes.Replace(frame, []byte("<extension>"), []byte(`<extension xmlns:x="urn:x" xmlns:ds="urn:y">`), 1),
				"line breaks":   bytes.ReplaceAll(frame, []byte("\n"), []byte("\r\n")),
			} {
				cmd, refused := DecodeCommand(sent)
				if refused != nil {
					t.Errorf("%s, %s, %s: %v", name, form, place, refused)
					continue
				}
				got, _ := FindExtension[*LaunchCreate](cmd.Extensions)
				input := ""
				if form == "plain" {
					input = got.SignedMarks[0].String()
				} else {
					input = got.EncodedSignedMarks[0]
				}
				if m, err := verifier.Verify([]byte(input), now); err != nil || !m.HasLabel(labels[count-1]) {
					t.Errorf("%s, %s, %s: %v", name, form, place, err)
				}
			}
		}
	}
}

// TestFindFragments takes the marks out of a signed mark, with the namespaces they need.
func TestFindFragments(t *testing.T) {
	doc := `<s:signedMark xmlns:s="urn:ietf:params:xml:ns:signedMark-1.0" xmlns:mark="urn:ietf:params:xml:ns:mark-1.0"><s:id>1-2</s:id>` +
		`<mark:mark><mark:trademark><mark:id>1</mark:id></mark:trademark></mark:mark></s:signedMark>`
	name := Name{NSMark, "mark"}
	found, err := FindFragments([]byte(doc), name)
	if err != nil || len(found) != 1 || found[0].Name() != name {
		t.Fatalf("found %v, %v", found, err)
	}
	if f, err := ParseFragment([]byte(found[0].String())); err != nil || !f.Equal(found[0]) {
		t.Errorf("it does not stand by itself: %v, %v", f, err)
	}
	if found, err := FindFragments([]byte(doc), Name{NSMark, "trademarks"}); err != nil || len(found) != 0 {
		t.Errorf("found %v, %v", found, err)
	}
	if _, err := FindFragments([]byte(doc[:len(doc)-1]), name); err == nil {
		t.Error("a broken document is read")
	}
}
