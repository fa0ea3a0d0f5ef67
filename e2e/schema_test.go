package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"cadastre/schemas"
)

// sharedDir holds the RFC texts and the IETF schemas, which are not part of the
// project.
const sharedDir = "../../shared"

// frameBook keeps every frame that servers sent, with the test that got it.
type frameBook struct {
	mu     sync.Mutex
	frames map[string]string // frame to test
}

func newFrameBook() *frameBook { return &frameBook{frames: map[string]string{}} }

// add puts a frame down.
func (b *frameBook) add(test string, frame []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, have := b.frames[string(frame)]; !have {
		b.frames[string(frame)] = test
	}
}

// settle validates the frames and forgets them, once there are more than so many: a long
// run gets more than fit in memory.
func (b *frameBook) settle(most int) error {
	full := newFrameBook()
	b.mu.Lock()
	if len(b.frames) > most {
		full.frames, b.frames = b.frames, full.frames
	}
	b.mu.Unlock()
	if len(full.frames) == 0 {
		return nil
	}
	return full.validate()
}

// validate holds all frames against the schemas, with libxml2 as the judge.
func (b *frameBook) validate() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	main := filepath.Join(sharedDir, "xsd", "all.xsd")
	if _, err := os.Stat(main); errors.Is(err, fs.ErrNotExist) {
		fmt.Printf("%d server frames not validated: the IETF schemas are not here (%s)\n", len(b.frames), main)
		return nil
	}
	dir, err := os.MkdirTemp("", "cadastre-frames-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	schema, err := allSchemas(dir)
	if err != nil {
		return err
	}
	var names, tests []string
	for frame, test := range b.frames {
		name := fmt.Sprintf("%07d.xml", len(names))
		if err := os.WriteFile(filepath.Join(dir, name), []byte(frame), 0o600); err != nil {
			return err
		}
		names, tests = append(names, name), append(tests, test)
	}
	faults, err := xmllint(dir, schema, names)
	for i, name := range names {
		if why := faults[name]; why != "" {
			frame, _ := os.ReadFile(filepath.Join(dir, name))
			err = errors.Join(err, fmt.Errorf("schema: a frame of %s: %s\n%s", tests[i], why, frame))
		}
	}
	fmt.Printf("%d different server frames validated against the schemas\n", len(names))
	return err
}

// allSchemas writes one schema into dir that takes in the IETF's and the project's.
func allSchemas(dir string) (string, error) {
	source, err := filepath.Abs(filepath.Join(sharedDir, "xsd"))
	if err != nil {
		return "", err
	}
	files, err := filepath.Glob(filepath.Join(source, "*.xsd"))
	if err != nil {
		return "", err
	}
	for _, f := range files {
		if err := os.Symlink(f, filepath.Join(dir, filepath.Base(f))); err != nil {
			return "", err
		}
	}
	all, err := os.ReadFile(filepath.Join(source, "all.xsd"))
	if err != nil {
		return "", err
	}
	own, err := fs.Glob(schemas.FS, "*.xsd")
	if err != nil || len(own) == 0 {
		return "", fmt.Errorf("no schemas of the project found: %w", err)
	}
	imports := ""
	for _, name := range own {
		data, err := schemas.FS.ReadFile(name)
		if err != nil {
			return "", err
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			return "", err
		}
		imports += fmt.Sprintf("<import xmlns=\"http://www.w3.org/2001/XMLSchema\" namespace=\"urn:cadastre:params:xml:ns:epp:%s\" schemaLocation=%q/>\n",
			strings.TrimSuffix(name, ".xsd"), name)
	}
	end := bytes.LastIndex(all, []byte("</"))
	if end < 0 {
		return "", errors.New("all.xsd has no end tag")
	}
	out := filepath.Join(dir, "everything.xsd")
	return out, os.WriteFile(out, []byte(string(all[:end])+imports+string(all[end:])), 0o600)
}

// xmllint validates files in dir and says of each what is wrong with it.
func xmllint(dir, schema string, names []string) (map[string]string, error) {
	if _, err := exec.LookPath("xmllint"); err != nil {
		return nil, errors.New("xmllint is needed to validate frames (Debian: libxml2-utils)")
	}
	faults := map[string]string{}
	const batch = 2000 // keeps the command line below the system's limit
	for len(names) > 0 {
		part := names[:min(batch, len(names))]
		names = names[len(part):]
		cmd := exec.Command("xmllint", append([]string{"--noout", "--nonet", "--schema", schema}, part...)...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			return nil, err
		}
		passed := 0
		for _, line := range strings.Split(string(out), "\n") {
			name, rest, found := strings.Cut(line, ":")
			switch {
			case strings.HasSuffix(line, " validates"):
				passed++
			case found && strings.HasSuffix(name, ".xml") && strings.Contains(rest, "error"):
				if faults[name] == "" {
					faults[name] = strings.TrimSpace(rest)
				}
			case strings.Contains(line, "Schemas parser error"):
				return nil, fmt.Errorf("xmllint cannot use the schemas:\n%s", out)
			}
		}
		if passed+len(faults) == 0 {
			return nil, fmt.Errorf("xmllint judged nothing: %v\n%s", err, out)
		}
		for _, name := range part {
			if faults[name] == "" && !bytes.Contains(out, []byte(name+" validates")) {
				faults[name] = "does not validate"
			}
		}
	}
	return faults, nil
}
