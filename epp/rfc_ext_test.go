package epp

import (
	"bytes"
	"slices"
	"testing"
)

// The samples of the extensions are understood to the last one, with all that is in
// <extension>.
func TestRFCSamplesOfExtensions(t *testing.T) {
	for rfc, want := range map[string]struct {
		commands, responses int
		uri                 string
	}{
		"8334":         {10, 6, NSLaunch},
		"3915":         {2, 3, NSRGP},
		"5910":         {9, 3, NSSecDNS},
		"8495":         {5, 3, NSAllocationToken},
		"8590":         {0, 4, NSChangePoll},
		"8748":         {5, 7, NSFee},
		"8807":         {3, 3, NSLoginSec},
		"9803-draft18": {8, 4, NSTTL},
	} {
		commands, responses := 0, 0
		for _, s := range rfcSamples(t, rfc) {
			// RFC 8334 leaves base64 out.
			s.frame = bytes.ReplaceAll(s.frame, []byte(" ...\n"), []byte(" YWJj\n"))
			var found []Extension
			if bytes.Contains(s.frame, []byte("secDNS-1.0")) { // a slip of RFC 5910, section 5.2.5
				s.frame = bytes.Replace(s.frame, []byte("secDNS-1.0"), []byte("secDNS-1.1"), 1)
			}
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
			if len(found) > 0 && !slices.ContainsFunc(found, func(x Extension) bool { return x.ExtensionURI() == want.uri }) {
				t.Errorf("%s: %s, want %s", s.name, found[0].ExtensionURI(), want.uri)
			}
		}
		if commands < want.commands || responses < want.responses {
			t.Errorf("RFC %s: only %d commands and %d responses found", rfc, commands, responses)
		}
	}
}
