package epp

import (
	"bytes"
	"testing"
)

// The samples of the extensions are understood to the last one, with all that is in
// <extension>.
func TestRFCSamplesOfExtensions(t *testing.T) {
	for rfc, want := range map[string]struct {
		commands, responses int
		uri                 string
	}{
		"8748": {5, 7, NSFee},
	} {
		commands, responses := 0, 0
		for _, s := range rfcSamples(t, rfc) {
			var found []Extension
			if s.client {
				commands++
				cmd, err := DecodeCommand(s.frame)
				if err != nil {
					t.Errorf("%s: %v\n%s", s.name, err, s.frame)
					continue
				}
				found = cmd.Extensions
			} else {
				responses++
				r, err := DecodeResponse(s.frame)
				if err != nil {
					t.Errorf("%s: %v\n%s", s.name, err, s.frame)
					continue
				}
				found = r.Extensions
			}
			if bytes.Contains(s.frame, []byte("<extension>")) && len(found) == 0 {
				t.Errorf("%s: extension lost\n%s", s.name, s.frame)
			}
			for _, x := range found {
				if x.ExtensionURI() != want.uri {
					t.Errorf("%s: %s", s.name, x.ExtensionURI())
				}
			}
		}
		if commands < want.commands || responses < want.responses {
			t.Errorf("RFC %s: only %d commands and %d responses found", rfc, commands, responses)
		}
	}
}
