package lgr

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the goldens")

// TestGolden holds what the tables say of the labels in testdata/labels.txt
// against testdata/labels.golden: disposition, reason, index label, variants.
func TestGolden(t *testing.T) {
	input, err := os.ReadFile(filepath.Join("testdata", "labels.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	for line := range strings.Lines(string(input)) {
		name, label, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok {
			continue
		}
		describe(t, &out, tableForTest(t, name), label)
	}
	golden := filepath.Join("testdata", "labels.golden")
	if *update {
		if err := os.WriteFile(golden, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(out.Bytes(), want) {
		t.Errorf("differs from %s; run with -update and read the difference", golden)
	}
}

// tableForTest returns a built-in table, or one of testdata.
func tableForTest(t *testing.T, name string) *Table {
	t.Helper()
	file, ok := strings.CutSuffix(name, ".xml")
	if !ok {
		return builtin(t, name)
	}
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	table, err := Parse(f)
	if err != nil {
		t.Fatal(err)
	}
	return table.Named(file)
}

func describe(t *testing.T, out *bytes.Buffer, table *Table, label string) {
	t.Helper()
	r := table.Check(label)
	fmt.Fprintf(out, "%s %s: %s", table.Name(), label, r.Disposition)
	if r.Reason != "" {
		fmt.Fprintf(out, " (%s)", r.Reason)
	}
	if index := table.IndexLabel(label); index != label {
		fmt.Fprintf(out, ", index %s", index)
	}
	fmt.Fprintln(out)
	list, complete, err := table.Variants(label, 8)
	if err != nil {
		t.Errorf("%s %s: %v", table.Name(), label, err)
	}
	for _, v := range list {
		fmt.Fprintf(out, "\t%s %s\n", v.Disposition, v.Label)
		if table.IndexLabel(v.Label) != table.IndexLabel(label) {
			t.Errorf("%s: %s and %s have different index labels", table.Name(), label, v.Label)
		}
	}
	if !complete {
		fmt.Fprintf(out, "\t...\n")
	}
}
