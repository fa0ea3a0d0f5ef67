package registry

import (
	"strings"
	"testing"

	"golang.org/x/net/idna"
)

func TestRegistrable(t *testing.T) {
	z := NewZone("community", TargetZone)
	z.Suffixes = append(z.Suffixes, "seattle.community", "east.kingcounty.community")
	for name, want := range map[string]string{
		"a.community":                     "a.community",
		"ns.a.community":                  "a.community",
		"x.seattle.community":             "x.seattle.community",
		"a.b.c.x.seattle.community":       "x.seattle.community",
		"x.east.kingcounty.community":     "x.east.kingcounty.community",
		"community":                       "",
		"seattle.community":               "",
		"east.kingcounty.community":       "",
		"kingcounty.community":            "",
		"west.kingcounty.community":       "", // its registrable ancestor would cut a suffix off
		"other.west.kingcounty.community": "",
	} {
		got, _, ok := z.Registrable(name)
		if ok != (want != "") || got != want {
			t.Errorf("Registrable(%s) = %q, %v; want %q", name, got, ok, want)
		}
	}
}

func TestZoneNamesMayHaveHyphensAnywhere(t *testing.T) {
	z := NewZone("zz--main-1234", TargetZone)
	for name, ok := range map[string]bool{"a.zz--main-1234": true, "ab--c.zz--main-1234": false, "xn--bcher-kva.zz--main-1234": false} {
		if _, err := CanonicalName(name, "name"); err != nil {
			t.Error(err)
		}
		if err := z.CheckRegistrable(name); (err == nil) != ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// RFC 5891, Section 4.2.3.1 counts characters, not octets.
func TestHyphensOfULabels(t *testing.T) {
	for label, ok := range map[string]bool{"xn--bcher-kva": true, "xn--b-cher-3ya": true, "xn--b--cher-n2a": false} {
		if u, err := ULabel(label); (err == nil) != ok {
			t.Errorf("%s (%s): %v", label, u, err)
		}
	}
}

func FuzzCanonicalName(f *testing.F) {
	for _, s := range []string{
		"a.example", "XN--FCVX2B.example", "xn--bcher-kva.example", "a..b", "-a.b", "a_b.c", "bücher.example",
		strings.Repeat("a", 64) + ".b", "xn--.b", "1.2.3.4", "a.b.",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := CanonicalName(s, "name")
		if err != nil {
			return
		}
		if again, err := CanonicalName(c, "name"); err != nil || again != c {
			t.Fatalf("%q is canonical for %q, but canonicalises to %q, %v", c, s, again, err)
		}
		if len(c) > maxName || !strings.EqualFold(c, s) {
			t.Fatalf("%q became %q", s, c)
		}
		for _, l := range strings.Split(c, ".") {
			if strings.HasPrefix(l, "xn--") {
				if u, err := idna.Registration.ToUnicode(l); err != nil || u == l {
					t.Fatalf("%q accepted: %q, %v", l, u, err)
				}
			}
		}
	})
}

func FuzzContactValues(f *testing.F) {
	f.Add("a@example.com", "+1.7035555555", "12")
	f.Add("@", "+1.", "x")
	f.Fuzz(func(t *testing.T, mail, number, ext string) {
		if CheckEmail(mail, "email") == nil && (strings.ContainsAny(mail, " \r\n\t<>\x00") || strings.Count(mail, "@") != 1) {
			t.Fatalf("accepted %q", mail)
		}
		if checkPhone(Phone{number, ext}, "voice") == nil && number != "" && (len(number) > 17 || number[0] != '+') {
			t.Fatalf("accepted %q", number)
		}
	})
}
