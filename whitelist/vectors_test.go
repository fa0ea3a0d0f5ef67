package whitelist

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cadastre/registry"
)

// vectors are testdata/whitelist/vectors.json, which other implementations can be
// held against as well.
type vectors struct {
	About string
	Until time.Time
	Names []struct {
		Row, About   string
		Policy       json.RawMessage
		Registration vectorRegistration
		Names        []struct{ Name, Registrant, Agent, Record string }
	}
	Hashes []struct {
		Algorithm, Value, Text string
		Key                    []byte
	}
	Credentials []struct {
		About, PHC, Type, Value string
		Matches                 bool
	}
	Records []struct {
		Text, Target, Registrant, Registrar, Credential string
		Until                                           time.Time
	}
	Malformed []struct{ About, Text string }
}

type vectorRegistration struct {
	Target, Registrant string
	Registrar          struct {
		Account, Name string
		IANA          int
	}
}

func (v vectorRegistration) registration() Registration {
	return Registration{
		Target: v.Target, Registrant: Registrant{ID: v.Registrant},
		Registrar: Registrar{Account: v.Registrar.Account, IANA: v.Registrar.IANA, Name: v.Registrar.Name},
	}
}

func readVectors(t testing.TB) vectors {
	t.Helper()
	text, err := os.ReadFile("../testdata/whitelist/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	if len(v.Names) < 40 || len(v.Hashes) < 10 || len(v.Credentials) < 10 || len(v.Records) < 6 || len(v.Malformed) < 30 {
		t.Fatal("vectors are missing")
	}
	return v
}

func parse(t testing.TB, document string) *Policy {
	t.Helper()
	p, err := ParsePolicy([]byte(document))
	if err != nil {
		t.Fatalf("%v\n%s", err, document)
	}
	return p
}

// TestNames makes the whitelist names and the records of all examples (C-52 to
// C-75, X-10).
func TestNames(t *testing.T) {
	v := readVectors(t)
	for _, c := range v.Names {
		t.Run(c.Row+" "+c.About, func(t *testing.T) {
			p := parse(t, string(c.Policy))
			names, err := p.Names(c.Registration.registration())
			if err != nil {
				t.Fatal(err)
			}
			if len(names) != len(c.Names) {
				t.Fatalf("%d names: %v", len(names), names)
			}
			for i, want := range c.Names {
				if diff := cmp.Diff(Name{want.Name, want.Registrant, want.Agent}, names[i]); diff != "" {
					t.Error(diff)
				}
				rec := p.Record(registry.Fold(c.Registration.Target), names[i], v.Until, "")
				if diff := cmp.Diff(want.Record, rec.Text()); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

// TestC68_HashText holds hashes against values computed elsewhere.
func TestC68_HashText(t *testing.T) {
	for _, h := range readVectors(t).Hashes {
		p := &Policy{Key: h.Key}
		if got := p.digest(h.Algorithm, h.Value); got != h.Text || len(got) != 52 || !isDigest(got) {
			t.Errorf("%s of %q is %s, want %s", h.Algorithm, h.Value, got, h.Text)
		}
	}
	if got := (&Policy{}).digest(HashSHA256, "UID5439394"); got != "nsj6f38hvnhga2pvnbgfludhfofqi4f0eik7bpsphveaqbds90t0" {
		t.Error(got)
	}
}

// TestCredentialVectors compares with strings of the reference implementation of
// argon2, some of which cost more than is accepted.
func TestCredentialVectors(t *testing.T) {
	for _, c := range readVectors(t).Credentials {
		if got := CredentialMatches(c.PHC, c.Type, c.Value); got != c.Matches {
			t.Errorf("%s %s for %s %q: %v", c.About, c.PHC, c.Type, c.Value, got)
		}
	}
}

// TestC84_RecordText reads and writes the text of records.
func TestC84_RecordText(t *testing.T) {
	v := readVectors(t)
	for _, c := range v.Records {
		want := Record{c.Target, c.Registrant, c.Registrar, c.Until, c.Credential}
		got, err := ParseRecord(c.Text)
		if err != nil {
			t.Errorf("%s: %v", c.Text, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if want.Text() != c.Text {
			t.Errorf("wrote %s, want %s", want.Text(), c.Text)
		}
	}
	for _, c := range v.Malformed {
		if r, err := ParseRecord(c.Text); err == nil {
			t.Errorf("%s was read: %q gave %+v", c.About, c.Text, r)
		}
	}
}
