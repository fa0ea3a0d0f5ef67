package desk

import (
	"testing"
	"unicode"
	"unicode/utf8"
)

// FuzzAnswer feeds what an outside verifier might send: it is a decision with a
// reason fit to be kept, or none.
func FuzzAnswer(f *testing.F) {
	for _, s := range []string{
		`{"decision":"approve"}`, `{"decision":"deny","reason":"no"}`, `{"decision":"pending","reason":"\u0000\ud800"}`,
		`{"decision":["approve"]}`, `{"decision":"approve"}{}`, `[]`, `null`, ``, `{"DECISION":"deny","reason":"\n"}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := parseSaid(data)
		if err != nil {
			if s != (said{}) {
				t.Errorf("an error and an answer: %+v", s)
			}
			return
		}
		if s.Decision != saidApprove && s.Decision != saidDeny && s.Decision != saidPending {
			t.Errorf("decision %q", s.Decision)
		}
		if !utf8.ValidString(s.Reason) || len(s.Reason) > maxText {
			t.Errorf("reason %q", s.Reason)
		}
		for _, r := range s.Reason {
			if unicode.IsControl(r) {
				t.Errorf("reason %q", s.Reason)
			}
		}
	})
}
