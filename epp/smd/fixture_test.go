package smd_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"cadastre/epp/smd"
	"cadastre/epp/smd/smdgen"
)

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "signed", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// What another implementation signed is verified, and fails with any octet of it changed.
func TestForeign(t *testing.T) {
	v := verifier(t, fixture(t, "root.pem"))
	for name, holder := range map[string]string{
		"exclusive.xml": `Hölder "A&B>' 😀`, "implied.xml": `Hölder "A&B>' 😀`, "own.xml": "Test Holder", "own.smd": "Test Holder",
	} {
		input := fixture(t, name)
		m, err := v.Verify(input, now)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !slices.Equal(m.Labels, []string{"test-and-validate", "testvalidate"}) || m.Holders[0].Org != holder {
			t.Errorf("%s: %q, %q", name, m.Labels, m.Holders)
		}
		if _, err := v.Verify([]byte(strings.Replace(string(input), "testvalidate", "victim", 1)), now); name != "own.smd" && !errors.Is(err, smd.ErrSignature) {
			t.Errorf("%s, changed: %v", name, err)
		}
	}
}

// Whatever is fed to the verifier, it gives one of its errors or a mark that was signed.
func FuzzVerify(f *testing.F) {
	root := fixture(f, "root.pem")
	for _, name := range []string{"exclusive.xml", "implied.xml", "own.xml", "own.smd"} {
		f.Add(fixture(f, name))
	}
	f.Add([]byte(smdgen.Encode(fixture(f, "own.xml"))))
	v, err := smd.NewVerifier(smd.Config{Roots: root})
	if err != nil {
		f.Fatal(err)
	}
	kinds := []error{smd.ErrMalformed, smd.ErrSignature, smd.ErrNotTrusted, smd.ErrRevokedCertificate, smd.ErrNotYetValid, smd.ErrExpired}
	f.Fuzz(func(t *testing.T, input []byte) {
		m, err := v.Verify(input, now.Add(time.Hour))
		if err != nil {
			n := 0
			for _, kind := range kinds {
				if errors.Is(err, kind) {
					n++
				}
			}
			if n != 1 || m != nil {
				t.Errorf("%v is %d of the errors, mark %+v", err, n, m)
			}
			return
		}
		if m.ID != "0000001751376056503931-65535" || !slices.Equal(m.Labels, []string{"test-and-validate", "testvalidate"}) {
			t.Errorf("nobody signed this: %+v", m)
		}
		if again, err := v.Verify(m.Bytes, now); err != nil || string(again.Bytes) != string(m.Bytes) {
			t.Errorf("its bytes do not verify: %v", err)
		}
	})
}
