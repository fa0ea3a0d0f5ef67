// Package cadastre holds no code: this file keeps the architecture's import
// rules, as docs/design.md draws them.
package cadastre

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// mayImport lists, for each of our packages, which of ours it may import;
// "internal/" stands for every package below internal. A package that is not
// listed here has no place in the architecture yet: give it one.
var mayImport = map[string][]string{
	"cadastre":                           {},
	"cadastre/schemas":                   {},
	"cadastre/epp":                       {"cadastre/schemas"},
	"cadastre/epp/client":                {"cadastre/epp"},
	"cadastre/epp/smd":                   {},
	"cadastre/epp/smd/smdgen":            {},
	"cadastre/epp/server":                {"cadastre/epp", "cadastre/epp/smd", "cadastre/registry/tmch", "cadastre/registry", "cadastre/registry/srs", "cadastre/whitelist", "cadastre/whitelist/desk", "cadastre/internal/"},
	"cadastre/registry":                  {"cadastre/registry/lgr"},
	"cadastre/registry/lgr":              {},
	"cadastre/registry/tmch":             {},
	"cadastre/registry/store":            {"cadastre/registry", "cadastre/internal/pg"},
	"cadastre/registry/store/migrations": {},
	"cadastre/registry/srs":              {"cadastre/registry", "cadastre/registry/lgr", "cadastre/registry/tmch", "cadastre/registry/store", "cadastre/internal/clock"},
	"cadastre/dnsout":                    {"cadastre/registry", "cadastre/registry/store", "cadastre/internal/"},
	"cadastre/dnsout/lookup":             {},
	"cadastre/whitelist":                 {"cadastre/registry"},
	"cadastre/whitelist/store":           {"cadastre/registry", "cadastre/registry/store", "cadastre/whitelist"},
	"cadastre/whitelist/desk":            {"cadastre/registry", "cadastre/registry/store", "cadastre/whitelist", "cadastre/whitelist/store", "cadastre/internal/"},
	"cadastre/whitelist/gate":            {"cadastre/epp", "cadastre/epp/client", "cadastre/dnsout/lookup", "cadastre/registry", "cadastre/registry/srs", "cadastre/registry/store", "cadastre/whitelist", "cadastre/whitelist/store", "cadastre/internal/"},
	"cadastre/rest":                      {"cadastre/registry", "cadastre/whitelist", "cadastre/whitelist/desk", "cadastre/internal/"},
	"cadastre/internal/":                 {"cadastre/internal/"},
	"cadastre/cmd/cadastre":              {"cadastre/"},
	"cadastre/bench":                     {"cadastre/"},
	"cadastre/e2e":                       {"cadastre/"},
	"cadastre/docs":                      {"cadastre/"},
	"cadastre/interop":                   {"cadastre/"},
	"cadastre/rst":                       {},
	"cadastre/rst/cmd/rst":               {"cadastre/rst"},
}

// homes lists where a third party may be used.
var homes = map[string][]string{
	"github.com/beevik/etree":             {"cadastre/epp/smd"},
	"github.com/russellhaering/goxmldsig": {"cadastre/epp/smd", "cadastre/rst", "cadastre/e2e"},
	"github.com/miekg/dns":                {"cadastre/dnsout"},
	"github.com/jackc/pgx":                {"cadastre/registry/store", "cadastre/whitelist/store", "cadastre/internal/pg"},
}

// outside are packages that test or measure the product as strangers do.
var outside = []string{"cadastre/bench", "cadastre/docs", "cadastre/e2e", "cadastre/interop", "cadastre/rst"}

func TestImports(t *testing.T) {
	for _, p := range listPackages(t) {
		rule, ok := ruleFor(p.ImportPath)
		if !ok {
			t.Errorf("%s has no place in the architecture", p.ImportPath)
			continue
		}
		for _, imp := range p.Imports {
			if imp == "cadastre/cmd/cadastre" {
				t.Errorf("%s imports the program", p.ImportPath)
			}
			if strings.HasPrefix(imp, "cadastre/") && !allowed(imp, rule) {
				t.Errorf("%s may not import %s", p.ImportPath, imp)
			}
			for party, home := range homes {
				if strings.HasPrefix(imp, party) && !allowedHome(p.ImportPath, home) {
					t.Errorf("%s uses %s, whose home is %s", p.ImportPath, imp, strings.Join(home, " and "))
				}
			}
		}
	}
}

type listed struct {
	ImportPath string
	Imports    []string
}

func listPackages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []listed
	dec := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if len(all) < 8 {
		t.Fatalf("only %d packages found", len(all))
	}
	return all
}

func ruleFor(path string) ([]string, bool) {
	if rule, ok := mayImport[path]; ok {
		return rule, true
	}
	if strings.HasPrefix(path, "cadastre/internal/") {
		return mayImport["cadastre/internal/"], true
	}
	return nil, false
}

func allowed(imp string, rule []string) bool {
	return slices.ContainsFunc(rule, func(r string) bool {
		return imp == r || strings.HasSuffix(r, "/") && strings.HasPrefix(imp, r)
	})
}

func allowedHome(path string, home []string) bool {
	return slices.ContainsFunc(home, func(h string) bool {
		return path == h || strings.HasPrefix(path, h+"/") || h == "cadastre/internal/pg" && path == "cadastre/internal/pgtest"
	}) || slices.Contains(outside, path)
}
