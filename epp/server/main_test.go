package server

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"cadastre/schemas"
)

// TestMain ends the run by showing every frame that a server sent in it to libxml2 with
// the IETF schemas and the project's own.
func TestMain(m *testing.M) {
	code := m.Run()
	if err := seen.validate(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// recorder keeps the frames that servers sent: each kind once, told apart after what
// differs from one run to the next has been taken out.
type recorder struct {
	mu     sync.Mutex
	frames map[string]string
}

var seen = recorder{frames: map[string]string{}}

// maxRecorded bounds what a fuzz run collects.
const maxRecorded = 5000

var volatile = regexp.MustCompile(`<(svTRID|svDate|clTRID)>[^<]*<|reference is [^ )]*`)

func (r *recorder) add(frame string) {
	key := volatile.ReplaceAllString(frame, "")
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, have := r.frames[key]; !have && len(r.frames) < maxRecorded {
		r.frames[key] = frame
	}
}

// sharedSchemas is where the IETF schemas are, beside the repository.
const sharedSchemas = "../../../shared/xsd"

func (r *recorder) validate() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.frames) == 0 {
		return nil
	}
	if _, err := exec.LookPath("xmllint"); err != nil {
		fmt.Println("frames not validated: xmllint is not installed (Debian: libxml2-utils)")
		return nil
	}
	source, err := filepath.Abs(sharedSchemas)
	if err != nil {
		return err
	}
	ietf, err := filepath.Glob(filepath.Join(source, "*.xsd"))
	if err != nil || len(ietf) == 0 {
		fmt.Println("frames not validated: the IETF schemas are not in", source)
		return err
	}
	dir, err := os.MkdirTemp("", "epp-frames-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := combineSchemas(dir, ietf); err != nil {
		return err
	}
	names := []string{"--noout", "--nonet", "--schema", "combined.xsd"}
	for _, frame := range r.frames {
		name := fmt.Sprintf("%05d.xml", len(names))
		if err := os.WriteFile(filepath.Join(dir, name), []byte(frame), 0o600); err != nil {
			return err
		}
		names = append(names, name)
	}
	lint := exec.Command("xmllint", names...)
	lint.Dir = dir
	out, err := lint.CombinedOutput()
	if err == nil {
		fmt.Printf("%d different frames of the server are valid\n", len(r.frames))
		return nil
	}
	return fmt.Errorf("xmllint: %w\n%s", err, faults(dir, string(out)))
}

// faults keeps what xmllint has against frames, with the frames themselves.
func faults(dir, out string) string {
	var b strings.Builder
	shown := map[string]bool{}
	for _, line := range strings.Split(out, "\n") {
		if strings.HasSuffix(line, " validates") || len(shown) > 10 {
			continue
		}
		fmt.Fprintln(&b, line)
		if name, _, ok := strings.Cut(line, ":"); ok && strings.HasSuffix(name, ".xml") && !shown[name] {
			shown[name] = true
			frame, _ := os.ReadFile(filepath.Join(dir, name))
			fmt.Fprintf(&b, "%s\n", frame)
		}
	}
	return b.String()
}

var targetNamespace = regexp.MustCompile(`\stargetNamespace="([^"]+)"`)

// combineSchemas puts all schemas into dir, and combined.xsd, which imports them.
func combineSchemas(dir string, ietf []string) error {
	all := `<schema xmlns="http://www.w3.org/2001/XMLSchema">` + "\n"
	for _, file := range ietf {
		name := filepath.Base(file)
		if err := os.Symlink(file, filepath.Join(dir, name)); err != nil {
			return err
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if m := targetNamespace.FindSubmatch(data); m != nil { // all but the one that imports the others
			all += fmt.Sprintf(`<import namespace="%s" schemaLocation="%s"/>`+"\n", m[1], name)
		}
	}
	own, err := fs.Glob(schemas.FS, "*.xsd")
	if err != nil {
		return err
	}
	for _, name := range own {
		data, err := schemas.FS.ReadFile(name)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			return err
		}
		all += fmt.Sprintf(`<import namespace="urn:cadastre:params:xml:ns:epp:%s" schemaLocation="%s"/>`+"\n", strings.TrimSuffix(name, ".xsd"), name)
	}
	return os.WriteFile(filepath.Join(dir, "combined.xsd"), []byte(all+"</schema>\n"), 0o600)
}
