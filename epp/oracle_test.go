package epp

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"cadastre/schemas"
)

// The oracle of this package's tests is libxml2, called as xmllint: for well-formedness by
// itself, for validity with the IETF schemas of ../shared/xsd and the project's own.

// xmllint gives for each document what libxml2 has to say against it, "" if nothing.
func xmllint(t testing.TB, docs [][]byte, args ...string) []string {
	t.Helper()
	if _, err := exec.LookPath("xmllint"); err != nil {
		t.Skip("xmllint is not installed (Debian: libxml2-utils)")
	}
	dir := t.TempDir()
	verdicts := make([]string, len(docs))
	const batch = 2000 // keeps the command line below the system's limit
	for from := 0; from < len(docs); from += batch {
		to := min(from+batch, len(docs))
		names := make([]string, 0, to-from)
		for i := from; i < to; i++ {
			name := fmt.Sprintf("%06d.xml", i)
			if err := os.WriteFile(filepath.Join(dir, name), docs[i], 0o600); err != nil {
				t.Fatal(err)
			}
			names = append(names, name)
		}
		cmd := exec.Command("xmllint", append(append([]string{"--noout", "--nonet"}, args...), names...)...)
		cmd.Dir = dir
		var out bytes.Buffer
		cmd.Stderr = &out
		err := cmd.Run()
		var exit *exec.ExitError
		if err != nil && (!errors.As(err, &exit) || exit.ExitCode() == 2 || exit.ExitCode() > 4) {
			t.Fatalf("xmllint: %v\n%s", err, out.Bytes())
		}
		if strings.Contains(out.String(), "Schemas parser error") {
			t.Fatalf("xmllint cannot use the schemas:\n%s", out.Bytes())
		}
		for _, line := range strings.Split(out.String(), "\n") {
			var i int
			if _, err := fmt.Sscanf(line, "%06d.xml:", &i); err != nil || i < from || i >= to {
				continue
			}
			for _, kind := range []string{"parser error", "namespace error", "validity error"} {
				if strings.Contains(line, kind) && verdicts[i] == "" {
					verdicts[i] = line
				}
			}
		}
	}
	return verdicts
}

var targetNamespace = regexp.MustCompile(`\stargetNamespace="([^"]+)"`)

// schemaErrors gives for each frame what the schemas have to say against it.
func schemaErrors(t testing.TB, frames [][]byte) []string {
	t.Helper()
	source, err := filepath.Abs(filepath.Join(sharedDir, "xsd"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(source, "*.xsd"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("the IETF schemas are not here: " + sharedDir)
	}
	dir := t.TempDir()
	for _, f := range files {
		if err := os.Symlink(f, filepath.Join(dir, filepath.Base(f))); err != nil {
			t.Fatal(err)
		}
	}
	all := `<schema xmlns="http://www.w3.org/2001/XMLSchema">` + "\n"
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if m := targetNamespace.FindSubmatch(data); m != nil { // all but the one that imports the others
			all += fmt.Sprintf(`<import namespace="%s" schemaLocation="%s"/>`+"\n", m[1], filepath.Base(f))
		}
	}
	own, err := fs.Glob(schemas.FS, "*.xsd")
	if err != nil || len(own) == 0 {
		t.Fatalf("no schemas embedded: %v", err)
	}
	for _, name := range own {
		data, err := schemas.FS.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
		all += fmt.Sprintf(`<import namespace="urn:cadastre:params:xml:ns:epp:%s" schemaLocation="%s"/>`+"\n",
			strings.TrimSuffix(name, ".xsd"), name)
	}
	main := filepath.Join(dir, "combined.xsd")
	if err := os.WriteFile(main, []byte(all+"</schema>"), 0o600); err != nil {
		t.Fatal(err)
	}
	return xmllint(t, frames, "--schema", main)
}

// wantValid fails the test for every frame the schemas refuse.
func wantValid(t testing.TB, frames [][]byte) {
	t.Helper()
	for i, verdict := range schemaErrors(t, frames) {
		if verdict != "" {
			t.Errorf("%s\n%s", verdict, frames[i])
		}
	}
}
