package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	link    = regexp.MustCompile(`\[([^\]]+)\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ +(.*)$`)
	rfcLink = regexp.MustCompile(`^https://www\.rfc-editor\.org/rfc/rfc([0-9]+)$`)
)

// TestLinks: every relative link leads somewhere, and a link to an RFC to the one it names.
func TestLinks(t *testing.T) {
	for _, p := range pages(t) {
		for _, m := range link.FindAllStringSubmatch(p.text, -1) {
			text, target := m[1], m[2]
			if rfc := rfcLink.FindStringSubmatch(target); rfc != nil {
				if text != rfc[1] {
					t.Errorf("%s: the link %s leads to RFC %s", p.path, text, rfc[1])
				}
				continue
			}
			if strings.Contains(target, "://") {
				continue // of others: not ours to keep
			}
			path, anchor, _ := strings.Cut(target, "#")
			file := filepath.Join("..", filepath.Dir(p.path), path)
			if path == "" {
				file = filepath.Join("..", p.path)
			}
			there, err := os.ReadFile(file)
			if info, statErr := os.Stat(file); statErr == nil && info.IsDir() {
				err = nil
			}
			if err != nil {
				t.Errorf("%s: the link to %s leads nowhere", p.path, target)
				continue
			}
			if anchor != "" && !hasAnchor(string(there), anchor) {
				t.Errorf("%s: %s has no heading for #%s", p.path, path, anchor)
			}
		}
	}
}

// hasAnchor reports whether a heading has the anchor that forges give it.
func hasAnchor(text, anchor string) bool {
	for _, m := range heading.FindAllStringSubmatch(text, -1) {
		name := strings.ToLower(strings.NewReplacer(" ", "-", "`", "", ",", "", ".", "", "(", "", ")", "", "…", "").Replace(m[1]))
		if name == anchor {
			return true
		}
	}
	return false
}
