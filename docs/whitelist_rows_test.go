package docs

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const rowsPage = "whitelist-rows.md"

// demand is a row of the page.
type demand struct {
	id, text, missing string
	shown             []shownBy
}

// shownBy is a test, and the row it shows where it shows several.
type shownBy struct{ folder, test, row string }

func (s shownBy) String() string { return s.folder + " " + s.test + "/" + s.row }

var (
	demandRow = regexp.MustCompile(`(?m)^\| ((?:C|X)-[0-9]+) \|(.*)$`)
	named     = regexp.MustCompile("^`([a-z0-9/]+) (Test[A-Za-z0-9_]+)(?:/([CX]-[0-9]+))?`$")
	subtest   = regexp.MustCompile(`\bt\.Run\("([CX]-[0-9]+)",`)
)

// demands reads the page.
func demands(t *testing.T) (list []demand) {
	t.Helper()
	for _, m := range demandRow.FindAllStringSubmatch(readPage(t, rowsPage).text, -1) {
		cells := strings.Split(m[2], "|")
		if len(cells) != 4 {
			t.Fatalf("%s: %d cells after the first", m[1], len(cells)-1)
		}
		d := demand{id: m[1], text: strings.TrimSpace(cells[0]), missing: strings.TrimSpace(cells[2])}
		for part := range strings.SplitSeq(strings.TrimSpace(cells[1]), ", ") {
			if part == "" {
				continue
			}
			n := named.FindStringSubmatch(part)
			if n == nil {
				t.Fatalf("%s: %q names no test", d.id, part)
			}
			d.shown = append(d.shown, shownBy{n[1], n[2], n[3]})
		}
		list = append(list, d)
	}
	return list
}

// tests reads the test files of a folder.
func tests(t *testing.T, folder string) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", folder, "*_test.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no tests in %s: %v", folder, err)
	}
	texts := map[string]string{}
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		texts[path] = string(text)
	}
	return texts
}

// TestRows: each demand is on the page once, says what it demands, and is shown by tests
// that exist, or the page says why not.
func TestRows(t *testing.T) {
	list := demands(t)
	var want []string
	for i := 1; i <= 126; i++ {
		want = append(want, fmt.Sprintf("C-%d", i))
	}
	for i := 10; i <= 14; i++ {
		want = append(want, fmt.Sprintf("X-%d", i))
	}
	var got []string
	for _, d := range list {
		got = append(got, d.id)
		if d.text == "" {
			t.Errorf("%s demands nothing", d.id)
		}
		if len(d.shown) == 0 && d.missing == "" {
			t.Errorf("%s: neither a test nor a reason", d.id)
		}
		for _, s := range d.shown {
			s.exists(t, d.id)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("the page has the rows %v, want each of %v once and in order", got, want)
	}
}

// exists demands the top-level test, and the row's subtest in the same folder.
func (s shownBy) exists(t *testing.T, id string) {
	t.Helper()
	if s.row != "" && s.row != id {
		t.Errorf("%s is said to be shown by %v", id, s)
	}
	function, run := false, s.row == ""
	for _, text := range tests(t, s.folder) {
		function = function || strings.Contains(text, "\nfunc "+s.test+"(t *testing.T)")
		run = run || strings.Contains(text, `t.Run("`+s.row+`",`)
	}
	if !function || !run {
		t.Errorf("%s is said to be shown by %v, which does not exist", id, s)
	}
}

// TestRowsComplete: a row that has a test of its own in e2e is said to be shown by it.
func TestRowsComplete(t *testing.T) {
	families := map[string]string{"rows_a_": "TestRowsA", "rows_b_": "TestRowsB"} // of files, and how their tests begin
	shown := map[string][]shownBy{}
	for _, d := range demands(t) {
		shown[d.id] = d.shown
	}
	found := 0
	for path, text := range tests(t, "e2e") {
		for _, m := range subtest.FindAllStringSubmatch(text, -1) {
			found++
			said := false
			for prefix, family := range families {
				if strings.HasPrefix(filepath.Base(path), prefix) {
					said = said || slices.ContainsFunc(shown[m[1]], func(s shownBy) bool {
						return s.folder == "e2e" && s.row == m[1] && strings.HasPrefix(s.test, family)
					})
				}
			}
			if !said {
				t.Errorf("%s has a test of %s, which the page does not name", path, m[1])
			}
		}
	}
	if found < 100 {
		t.Errorf("only %d rows have tests", found)
	}
}
