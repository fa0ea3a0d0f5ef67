package whitelist

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cadastre/registry"
)

// checkRefusal holds an error against what callers rely on.
func checkRefusal(t *testing.T, err error) {
	t.Helper()
	var e *registry.Error
	if !errors.As(err, &e) || e.Reason == "" {
		t.Fatalf("not a refusal: %v", err)
	}
}

func FuzzParsePolicy(f *testing.F) {
	f.Add([]byte(contract))
	f.Add([]byte(minimal))
	f.Add([]byte(with("zone", `"有效.zone"`, "scope", `{"all":[{"word":"x y"},{"registrar":"146"}]}`, "fees", `{"name":"1.00"}`)))
	f.Add([]byte(with("hash", `{"whole":"hmac-sha256"}`, "key", `"MDEyMzQ1Njc4OWFiY2RlZg=="`, "records", `[{"type":"A","value":"1.2.3.4"}]`)))
	for _, v := range readVectors(f).Names {
		f.Add([]byte(v.Policy))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		p, err := ParsePolicy(document)
		if err != nil {
			checkRefusal(t, err)
			return
		}
		text, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParsePolicy(text)
		if err != nil && len(text) <= MaxDocument {
			t.Fatalf("%v\n%s", err, text)
		}
		if diff := cmp.Diff(p, again); err == nil && diff != "" {
			t.Fatal(diff)
		}
		for _, v := range p.Public().Verifiers {
			if v.Secret != "" {
				t.Fatal("a secret is shown")
			}
		}
		r := miami()
		p.MayControl(r.Target, r.Registrar)
		p.Controls(r)
		checkNames(t, p, r)
	})
}

// checkNames holds the names that result against what a zone and a record can take.
func checkNames(t *testing.T, p *Policy, r Registration) {
	t.Helper()
	names, err := p.Names(r)
	if err != nil {
		checkRefusal(t, err)
		return
	}
	for _, n := range names {
		if c, err := CanonicalName(n.Name); err != nil || c != n.Name || !strings.HasSuffix(c, "."+p.Zone) {
			t.Fatalf("%q: %v", n.Name, err)
		}
		rec := p.Record(registry.Fold(r.Target), n, instant(until), usualHash)
		got, err := ParseRecord(rec.Text())
		if err != nil || got != rec {
			t.Fatalf("%q: %+v, %v", rec.Text(), got, err)
		}
	}
}

// usualHash is as long as the strings of CredentialHash.
const usualHash = "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$bMfmTRavMqCWfwGu9LvJcH4r4ympqqvzF5OpaeAlIL4"

func FuzzNames(f *testing.F) {
	f.Add("miami.trips", "UID5439394", "Registrar A", 146, uint16(0))
	f.Add("Miami.trips", "John Doe", "GODADDY", 1, uint16(0x1234))
	f.Add("xn--bcher-kva.trips", "sha256:x", "Ü; %", 0, uint16(0xffff))
	f.Add(strings.Repeat("a.", 120)+"trips", strings.Repeat("ü", 60), strings.Repeat("x", 300), 7, uint16(0x0305))
	f.Fuzz(func(t *testing.T, target, registrant, registrar string, iana int, kind uint16) {
		all := allForms()
		word := func(shift int) string { return hashWords[int(kind>>shift)%3] }
		p := &Policy{
			ID: "fuzz", Zone: "valid.zone", Key: []byte("0123456789abcdef"), Scope: Scope{Suffix: "trips"},
			Forms:       []Form{all[int(kind)%len(all)], all[int(kind>>4)%len(all)]},
			RegistrarAs: []string{AsIANA, AsID, AsName}[int(kind>>8)%3],
			Hash:        Hash{word(6), word(9), word(11), word(13)},
		}
		checkNames(t, p, Registration{
			Target: target, Registrant: Registrant{ID: registrant}, Registrar: Registrar{Account: registrar, Name: registrar, IANA: iana},
		})
	})
}

func FuzzReadOff(f *testing.F) {
	f.Add("UID5439394.146.Miami.trips.valid.zone", uint8(0))
	f.Add("146.a_b.miami.trips.VALID.ZONE", uint8(3))
	f.Add(".valid.zone", uint8(1))
	f.Fuzz(func(t *testing.T, name string, kind uint8) {
		all := allForms()
		p := &Policy{ID: "fuzz", Zone: "valid.zone", Scope: Scope{Suffix: "trips"}, Forms: []Form{all[int(kind)%len(all)]}}
		target, registrant, agent, err := p.ReadOff(name, nil)
		if err != nil {
			checkRefusal(t, err)
			return
		}
		r := Registration{Target: target, Registrant: Registrant{ID: registrant}, Registrar: Registrar{Account: agent}}
		p.RegistrarAs = AsID // whatever the number is, it is written as it stands
		names, err := p.Names(r)
		if err != nil || names[0].Name != registry.Fold(name) {
			t.Fatalf("%q was read as %s, %s, %s, which gives %v, %v", name, target, registrant, agent, names, err)
		}
	})
}

func FuzzParseRecord(f *testing.F) {
	v := readVectors(f)
	for _, r := range v.Records {
		f.Add(r.Text)
	}
	for _, r := range v.Malformed {
		f.Add(r.Text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := ParseRecord(text)
		if err != nil {
			checkRefusal(t, err)
			return
		}
		if r.Text() != text || len(text) > MaxRecord {
			t.Fatalf("%q is written %q", text, r.Text())
		}
	})
}

func FuzzParsePHC(f *testing.F) {
	for _, c := range readVectors(f).Credentials {
		f.Add(c.PHC)
	}
	f.Fuzz(func(t *testing.T, s string) {
		h, err := parsePHC(s)
		if err != nil {
			return
		}
		if h.String() != s || h.memory > maxArgonMemory || h.time > maxArgonTime || h.threads > maxArgonThreads || len(s) > 256 {
			t.Fatalf("%q is read as %+v", s, h)
		}
	})
}

func FuzzPeriod(f *testing.F) {
	for _, s := range []string{"1y", "30d", "12h", "90m", "90s", "0d", "101y", "1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var p, again Period
		if p.UnmarshalText([]byte(s)) != nil {
			return
		}
		text, err := p.MarshalText()
		if err != nil || again.UnmarshalText(text) != nil || again != p {
			t.Fatalf("%q is written %q: %v", s, text, err)
		}
	})
}
