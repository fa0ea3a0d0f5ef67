package e2e

import (
	"encoding/json"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// example is a vector of testdata/whitelist/vectors.json.
type example struct {
	Row, About   string
	Policy       json.RawMessage
	Registration struct {
		Target, Registrant string
		Registrar          struct {
			Account string
			IANA    int
			Name    string
		}
	}
	Names []struct{ Name string }
}

// examples: `cadastre policy test` makes every name of the vectors that other
// implementations are given too, which hold the requirements' own examples.
func (n *naming) examples(t *testing.T) {
	data, err := os.ReadFile("../testdata/whitelist/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Names []example }
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	targets := map[string]bool{}
	for _, e := range file.Names {
		targets[strings.ToLower(e.Registration.Target)] = true
		n.example(t, e)
	}
	for _, target := range []string{
		"miami.trips", "website.domains", "donuts.domains", "availabledomain.domains", "x.dominos.pizza", "property.management",
		"cafe.seattle.community", "cafe.east.kingcounty.community",
	} {
		if !targets[target] {
			t.Errorf("no vector for %s", target)
		}
	}
}

// example tries one vector. Registrar 146 is called GODADDY here, as in some of them.
func (n *naming) example(t *testing.T, e example) {
	cadastre(t, "policy", "add", n.whitelist.document(t, "vector", string(e.Policy)), "--dir", n.whitelist.dir)
	r := e.Registration
	out := cadastre(t, "policy", "test", "vector", "--dir", n.whitelist.dir, "--json", "--domain", r.Target,
		"--registrant", r.Registrant, "--registrar", strconv.Itoa(r.Registrar.IANA))
	var results []struct {
		Controls bool
		Names    []string
		Fault    string
	}
	if err := json.Unmarshal([]byte(out), &results); err != nil || len(results) != 1 {
		t.Fatalf("policy test: %v %s", err, out)
	}
	var want []string
	for _, name := range e.Names {
		want = append(want, name.Name)
	}
	if !slices.Equal(results[0].Names, want) || !results[0].Controls {
		t.Errorf("%s, %s: %+v, want %v", e.Row, e.About, results[0], want)
	}
}
