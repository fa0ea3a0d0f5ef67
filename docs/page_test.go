package docs

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// page is one document.
type page struct {
	path   string // from the repository's root
	text   string
	blocks []block
}

// block is what stands between two fences.
type block struct {
	page    string
	line    int // of the opening fence
	section string
	lang    string
	marker  string // of the comment before it, "" if there is none
	text    string
}

func (b block) String() string { return fmt.Sprintf("%s:%d", b.page, b.line) }

// named splits a marker such as "file: /etc/x" at its colon.
func (b block) named() (name, value string) {
	name, value, _ = strings.Cut(b.marker, ":")
	return name, strings.TrimSpace(value)
}

// pages reads the documents: those at the root and those here.
func pages(t *testing.T) []*page {
	t.Helper()
	here, err := filepath.Glob("*.md")
	if err != nil || len(here) == 0 {
		t.Fatalf("no documents found: %v", err)
	}
	var list []*page
	for _, path := range append([]string{"../README.md", "../CHANGELOG.md"}, here...) {
		list = append(list, readPage(t, path))
	}
	return list
}

func readPage(t *testing.T, path string) *page {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	p := &page{path: filepath.ToSlash(filepath.Join("docs", path)), text: string(text)}
	p.split(t)
	return p
}

// split finds the fenced blocks.
func (p *page) split(t *testing.T) {
	t.Helper()
	var open *block
	section, marker := "", ""
	for i, line := range strings.Split(p.text, "\n") {
		lang, fence := strings.CutPrefix(line, "```")
		switch {
		case open != nil && fence:
			p.blocks = append(p.blocks, *open)
			open, marker = nil, ""
		case open != nil:
			open.text += line + "\n"
		case fence:
			open = &block{page: p.path, line: i + 1, section: section, lang: lang, marker: marker}
		case strings.HasPrefix(line, "<!--") && strings.HasSuffix(line, "-->"):
			marker = strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(line, "<!--"), "-->"))
		case strings.HasPrefix(line, "#"):
			section, marker = strings.TrimSpace(strings.TrimLeft(line, "#")), ""
		case strings.TrimSpace(line) != "":
			marker = ""
		}
	}
	if open != nil {
		t.Fatalf("%v: the block is not closed", open)
	}
}

// TestMarkers: a mistyped marker must not take a block out of the tests.
func TestMarkers(t *testing.T) {
	known := map[string][]string{
		"sh": {"", "not run", "at"}, "toml": {"", "file"}, "xml": {"greeting", "not sent", "answered", "the answer"},
		"": {""}, "mermaid": {""},
	}
	for _, p := range pages(t) {
		for _, b := range p.blocks {
			name, value := b.named()
			allowed, ok := known[b.lang]
			if !ok {
				t.Errorf("%v: language %q is not one that the tests know", b, b.lang)
				continue
			}
			found := false
			for _, a := range allowed {
				found = found || a == name
			}
			if !found || (strings.Contains(b.marker, ":") && value == "") {
				t.Errorf("%v: a %s block with the marker %q", b, b.lang, b.marker)
			}
		}
	}
}
