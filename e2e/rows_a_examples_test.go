package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"
)

// wholeExample is one of the requirements' examples, of testdata/e2e/whitelist-examples.
type wholeExample struct {
	About       string
	Forms       []string
	Zone        string
	RegistrarAs string `json:"registrar_as"`
	Suffix      string
	Target      string
	Registrant  string
	Names       []string
	Register    bool
}

// TestRowsAExamples takes the requirements' examples the whole way: a policy in the
// whitelist domain, an application, the entries in DNS, the registration.
func TestRowsAExamples(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../testdata/e2e/whitelist-examples/examples.json")
	if err != nil {
		t.Fatal(err)
	}
	var examples []wholeExample
	if err := json.Unmarshal(text, &examples); err != nil {
		t.Fatal(err)
	}
	r := oneRegistry(t, "2026-11-21T00:00:00Z")
	x := &rowsA{registries: r, a: r.whitelist.login(t, "registrar-a")}
	x.contact(t, x.a, goodContact("owner-1"))
	x.pizza(t)
	cadastre(t, "registrar", "set", "registrar-a", "--name", "GODADDY", "--dir", r.whitelist.dir)
	for _, policy := range []string{"trips-board", "manual-board", "seattle-board"} {
		x.withdraw(t, policy, "the examples have policies of their own")
	}
	for _, zone := range []string{"whitelist.domains", "safe.systems", "whitelist", "whitelist.zone", "有效.zone"} {
		cadastre(t, "zone", "add", zone, "--kind", "whitelist", "--dir", r.whitelist.dir)
	}
	t.Run("X-10", func(t *testing.T) {
		for i, e := range examples {
			t.Run(e.About, func(t *testing.T) { x.wholeWay(t, fmt.Sprintf("example-%d", i), e) })
		}
	})
	x.checkWorlds(t)
}

func (x *rowsA) wholeWay(t *testing.T, id string, e wholeExample) {
	more := document{"zone": e.Zone, "forms": e.Forms}
	if e.RegistrarAs != "" {
		more["registrar_as"] = e.RegistrarAs
	}
	x.policy(t, policyDoc(id, leaf("suffix", e.Suffix), more))
	x.a.do(t, register(e.Target, "owner-1", e.Registrant)).want(t, 2308).wantReason(t, "policy "+id)
	names := x.approved(t, x.a, e.Target, registrantID(e.Registrant, "", ""))
	slices.Sort(names)
	if !slices.Equal(names, e.Names) {
		t.Errorf("whitelist names %v, want %v", names, e.Names)
	}
	if e.Register {
		x.a.do(t, register(e.Target, "owner-1", e.Registrant)).want(t, 1000)
	}
	x.withdraw(t, id, "shown")
}
