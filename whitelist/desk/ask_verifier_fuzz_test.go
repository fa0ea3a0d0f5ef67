package desk

import (
	"testing"
	"unicode"
	"unicode/utf8"
)

// An answer is read in one way only, or it is none.
func TestAnswerIsPlain(t *testing.T) {
	for text, want := range map[string]said{
		` {"reason": "no\nway", "decision": "deny"} `: {saidDeny, "no way"},
		`{"decision":"approve","reason":null}`:        {saidApprove, ""},
		`{"\u0064ecision":"pending"}`:                 {saidPending, ""},
	} {
		if got, err := parseSaid([]byte(text)); err != nil || got != want {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{
		`{"decision":"deny","decision":"approve"}`, `{"decision":"approve","decision":"approve"}`, `{"decision":"deny","\u0064ecision":"approve"}`,
		`{"Decision":"approve"}`, `{"DECISION":"approve"}`, `{"deci\u017fion":"approve"}`, `{"decision":"approve","Decision":"deny"}`,
		`{"decision":"Approve"}`, `{"decision":"approve "}`, `{"decision":"maybe"}`, `{"decision":""}`, `{"decision":null}`, `{"decision":true}`,
		`{"decision":["approve"]}`, `{"decision":{"decision":"approve"}}`, `{"decision":"approve","reason":1}`, `{"decision":"approve","reason":["x"]}`,
		`{"decision":"approve","reason":"a","reason":"b"}`, `{"decision":"approve","note":"x"}`, `{"decision":"approve"}{}`, `{"decision":"approve"}x`,
		`{"decision":"approve"`, `{"decision":"approve",}`, `[{"decision":"approve"}]`, `"approve"`, `{}`, `null`, ``, "{\"decision\":\"approve\",\"reason\":\"\xff\"}",
	} {
		if got, err := parseSaid([]byte(text)); err == nil || got != (said{}) {
			t.Errorf("%s: read as %+v", text, got)
		}
	}
}

// FuzzAnswer feeds what an outside verifier might send: it is a decision with a
// reason fit to be kept, or none.
func FuzzAnswer(f *testing.F) {
	for _, s := range []string{
		`{"decision":"approve"}`, `{"decision":"deny","reason":"no"}`, `{"decision":"pending","reason":"\u0000\ud800"}`,
		`{"decision":["approve"]}`, `{"decision":"approve"}{}`, `[]`, `null`, ``, `{"DECISION":"deny","reason":"\n"}`,
		`{"decision":"deny","decision":"approve"}`, `{"decision":"approve","reason":null}`,
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
