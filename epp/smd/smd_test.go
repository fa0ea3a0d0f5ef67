package smd_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"cadastre/epp/smd"
	"cadastre/epp/smd/smdgen"
)

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// authority returns the one authority that most tests share: its keys take a while to make.
var authority = sync.OnceValue(func() *smdgen.Authority { return must(smdgen.NewAuthority(now)) })

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func exampleMark() smdgen.Mark {
	return smdgen.Mark{
		ID: "0000001751376056503931-65535", Name: "Test & <Validate>", Labels: []string{"test-and-validate", "TestValidate", "testvalidate"},
		NotBefore: now.AddDate(0, -1, 0), NotAfter: now.AddDate(1, 0, 0),
	}
}

func verifierOf(t *testing.T, a *smdgen.Authority) *smd.Verifier {
	t.Helper()
	list := must(a.CRL(now, now.AddDate(0, 0, 7)))
	v, err := smd.NewVerifier(smd.Config{Roots: a.RootPEM(), CRLs: [][]byte{list}})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestVerifyForms(t *testing.T) {
	m := exampleMark()
	xml := must(authority().Sign(m))
	v := verifierOf(t, authority())
	for name, input := range map[string]string{
		"element":     string(xml),
		"declaration": "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + string(xml) + "\n",
		"base64":      smdgen.Encode(xml),
		"file":        smdgen.File(m, xml),
		"file, CRLF":  "\r\nPreface\r\n" + smdgen.File(m, xml) + "Epilogue",
	} {
		got, err := v.Verify([]byte(input), now)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got.ID != m.ID || got.IssuerID != "65535" || !got.NotBefore.Equal(m.NotBefore) || !got.NotAfter.Equal(m.NotAfter) {
			t.Errorf("%s: %+v", name, got)
		}
		if want := []string{"test-and-validate", "testvalidate"}; !slices.Equal(got.Labels, want) {
			t.Errorf("%s: labels %q, want %q", name, got.Labels, want)
		}
		if !slices.Equal(got.MarkNames, []string{"Test & <Validate>"}) || !slices.Equal(got.Holders, []smd.Holder{{Org: "Test Holder", Entitlement: "owner"}}) {
			t.Errorf("%s: names %q, holders %v", name, got.MarkNames, got.Holders)
		}
		if string(got.Bytes) != string(xml) {
			t.Errorf("%s: the bytes are not those of the element", name)
		}
	}
}

func TestVerifyKinds(t *testing.T) {
	v := verifierOf(t, authority())
	for _, kind := range []smdgen.Kind{smdgen.Trademark, smdgen.TreatyOrStatute, smdgen.Court} {
		m := exampleMark()
		m.Kind, m.Labels = kind, []string{"xn--mgbachtv"}
		got, err := v.Verify(must(authority().Sign(m)), now)
		if err != nil || !got.HasLabel("xn--mgbachtv") || got.HasLabel("other") {
			t.Errorf("kind %d: %v, %v", kind, got, err)
		}
		m.Labels = nil
		if got, err = v.Verify(must(authority().Sign(m)), now); err != nil || len(got.Labels) != 0 {
			t.Errorf("kind %d without labels: %v, %v", kind, got, err)
		}
	}
}

// Text is signed in its canonical form, whatever is in it.
func TestVerifyText(t *testing.T) {
	m := exampleMark()
	m.Name, m.Holder = "Ünïcode \"quoted\" \r\n\t<&>' 😀", "]]> & Söhne"
	got, err := verifierOf(t, authority()).Verify(must(authority().Sign(m)), now)
	if err != nil || got.MarkNames[0] != "Ünïcode \"quoted\" <&>' 😀" || got.Holders[0].Org != m.Holder {
		t.Errorf("%+v, %v", got, err)
	}
}

func BenchmarkVerify(b *testing.B) {
	v, err := smd.NewVerifier(smd.Config{Roots: authority().RootPEM(), CRLs: [][]byte{must(authority().CRL(now, now.AddDate(0, 0, 7)))}})
	if err != nil {
		b.Fatal(err)
	}
	xml := must(authority().Sign(exampleMark()))
	for b.Loop() {
		if _, err := v.Verify(xml, now); err != nil {
			b.Fatal(err)
		}
	}
}

func TestVerifyECDSA(t *testing.T) {
	for _, curve := range []elliptic.Curve{elliptic.P256(), elliptic.P384(), elliptic.P521()} {
		a := must(smdgen.Load(must(authority().Save(now))))
		if err := a.RenewWith(must(ecdsa.GenerateKey(curve, rand.Reader)), now); err != nil {
			t.Fatal(err)
		}
		if _, err := verifierOf(t, a).Verify(must(a.Sign(exampleMark())), now); err != nil {
			t.Errorf("%s: %v", curve.Params().Name, err)
		}
	}
}

// The dates of the signed mark are its first and last valid instants.
func TestValidity(t *testing.T) {
	m := exampleMark()
	xml := must(authority().Sign(m))
	v := verifierOf(t, authority())
	for _, c := range []struct {
		name string
		at   time.Time
		want error
	}{
		{"before", m.NotBefore.Add(-time.Millisecond), smd.ErrNotTrusted}, // the certificate is younger yet
		{"first day of the certificate", now, nil},
		{"last", m.NotAfter, nil},
		{"after", m.NotAfter.Add(time.Millisecond), smd.ErrExpired},
		{"years after", m.NotAfter.AddDate(5, 0, 0), smd.ErrExpired},
		{"after the certificate", now.AddDate(21, 0, 0), smd.ErrNotTrusted},
	} {
		if _, err := v.Verify(xml, c.at); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	m.NotBefore = now.Add(time.Hour)
	later := must(authority().Sign(m))
	if _, err := v.Verify(later, now); !errors.Is(err, smd.ErrNotYetValid) {
		t.Errorf("not yet valid: %v", err)
	}
	if _, err := v.Verify(later, now.Add(time.Hour)); err != nil {
		t.Errorf("first instant: %v", err)
	}
}

// What the test authority makes is valid by the schemas of RFC 7848.
func TestSchema(t *testing.T) {
	schema, err := filepath.Abs("../../../shared/xsd/all.xsd")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(schema); err != nil {
		t.Skip("no schemas here")
	}
	for _, kind := range []smdgen.Kind{smdgen.Trademark, smdgen.TreatyOrStatute, smdgen.Court} {
		m := exampleMark()
		m.Kind = kind
		file := filepath.Join(t.TempDir(), "smd.xml")
		if err := os.WriteFile(file, must(authority().Sign(m)), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command("xmllint", "--noout", "--schema", schema, file).CombinedOutput(); err != nil {
			t.Errorf("kind %d: %s", kind, out)
		}
	}
}
