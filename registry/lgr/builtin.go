package lgr

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"
)

//go:embed tables/*.xml
var tablesFS embed.FS

// builtins reads the embedded tables, once. That they can be read is tested.
var builtins = sync.OnceValue(func() map[string]*Table {
	all := map[string]*Table{}
	entries, err := tablesFS.ReadDir("tables")
	if err != nil {
		panic(err)
	}
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), ".xml")
		f, err := tablesFS.Open("tables/" + e.Name())
		if err != nil {
			panic(err)
		}
		t, err := Parse(f)
		if err != nil {
			panic(fmt.Errorf("%s: %w", e.Name(), err))
		}
		all[name] = t.Named(name)
	}
	return all
})

// Builtin returns a built-in table by its name: Arab, Cyrl, Grek, Latn or zh.
func Builtin(name string) (*Table, bool) {
	t, ok := builtins()[name]
	return t, ok
}

// BuiltinNames returns the names of the built-in tables in order.
func BuiltinNames() []string {
	var names []string
	for n := range builtins() {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// BuiltinXML returns the document of a built-in table, for an operator to start
// from.
func BuiltinXML(name string) ([]byte, error) {
	if _, ok := Builtin(name); !ok {
		return nil, fmt.Errorf("there is no built-in table %q: there are %s", name, strings.Join(BuiltinNames(), ", "))
	}
	return tablesFS.ReadFile("tables/" + name + ".xml")
}
