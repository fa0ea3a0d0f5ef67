package epp

import (
	"bufio"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// sharedDir holds the RFC texts and the IETF schemas, which are not part of the project.
const sharedDir = "../../shared"

// sample is one frame printed in an RFC.
type sample struct {
	name   string // "rfc5731-12"
	client bool
	frame  []byte
}

// rfcSamples cuts the frames out of the text of an RFC: lines that begin with C: or S:.
func rfcSamples(t testing.TB, rfc string) []sample {
	t.Helper()
	f, err := os.Open(filepath.Join(sharedDir, "rfc", "rfc"+rfc+".txt"))
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("the RFC texts are not here: " + sharedDir)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var list []sample
	var cur *bytes.Buffer
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line := strings.TrimSpace(lines.Text())
		if !strings.HasPrefix(line, "C:") && !strings.HasPrefix(line, "S:") {
			continue
		}
		text := line[2:]
		if strings.HasPrefix(strings.TrimSpace(text), "<?xml") {
			cur, text = &bytes.Buffer{}, strings.TrimSpace(text) // nothing may come before the declaration
		}
		if cur == nil {
			continue
		}
		cur.WriteString(text + "\n")
		if strings.Contains(text, "</epp>") {
			name := "rfc" + rfc + "-" + strconv.Itoa(len(list)+1)
			list = append(list, sample{name, line[0] == 'C', cur.Bytes()})
			cur = nil
		}
	}
	return list
}

// The object mappings' own samples are understood to the last one.
func TestRFCSamplesOfObjectMappings(t *testing.T) {
	for rfc, want := range map[string]int{"5731": 20, "5732": 12, "5733": 16} {
		samples := rfcSamples(t, rfc)
		if len(samples) < want {
			t.Errorf("RFC %s: only %d samples found, want at least %d", rfc, len(samples), want)
		}
		for _, s := range samples {
			if s.client {
				cmd, err := DecodeCommand(s.frame)
				if err != nil {
					t.Errorf("%s: %v\n%s", s.name, err, s.frame)
				} else if cmd.ClTRID != "ABC-12345" {
					t.Errorf("%s: clTRID %q", s.name, cmd.ClTRID)
				}
				continue
			}
			r, err := DecodeResponse(s.frame)
			if err != nil {
				t.Errorf("%s: %v\n%s", s.name, err, s.frame)
				continue
			}
			if bytes.Contains(s.frame, []byte("<resData>")) && r.ResData == nil {
				t.Errorf("%s: resData lost\n%s", s.name, s.frame)
			}
		}
	}
}

// RFC 5730 shows object commands with a placeholder namespace: those are 2307, the session
// commands are understood.
func TestRFCSamplesOfTheProtocol(t *testing.T) {
	session, objects := 0, 0
	for _, s := range rfcSamples(t, "5730") {
		switch {
		case bytes.Contains(s.frame, []byte("<greeting>")):
			g, err := DecodeGreeting(s.frame)
			if err != nil || g.ServerID != "Example EPP server epp.example.com" || len(g.ObjURIs) != 3 {
				t.Errorf("%s: %v %+v", s.name, err, g)
			}
		case !s.client:
			if _, err := DecodeResponse(s.frame); err != nil {
				t.Errorf("%s: %v\n%s", s.name, err, s.frame)
			}
		case bytes.Contains(s.frame, []byte("<obj:")):
			objects++
			if _, err := DecodeCommand(s.frame); err == nil || err.Code != CodeUnimplementedService {
				t.Errorf("%s: %v, want 2307\n%s", s.name, err, s.frame)
			} else if err.ClTRID == "" {
				t.Errorf("%s: clTRID lost", s.name)
			}
		default:
			session++
			if _, err := DecodeCommand(s.frame); err != nil {
				t.Errorf("%s: %v\n%s", s.name, err, s.frame)
			}
		}
	}
	if session < 5 || objects < 8 {
		t.Errorf("only %d session and %d object commands found", session, objects)
	}
}
