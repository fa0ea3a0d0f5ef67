package lgr

import (
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/idna"
)

// The rules of RFC 5892, Appendix A, one by one.
func TestCheckContext(t *testing.T) {
	for _, c := range []struct{ label, why string }{
		{"abc", ""},
		{"bücher", ""},
		{"क्\u200cष", ""},
		{"क\u200cष", "A.1"},
		{"\u200cष", "A.1"},
		{"نامه\u200cای", ""},            // D before, R after
		{"نام\u064E\u200c\u064Eای", ""}, // transparent marks between
		{"نا\u200cمه", "A.1"},           // alef is R, nothing to break
		{"نام\u200c", "A.1"},
		{"क्\u200dष", ""},
		{"क\u200dष", "U+200D at position 2 stands only after a virama (RFC 5892, Appendix A.2)"},
		{"\u200d", "A.2"},
		{"l·l", ""},
		{"col·lecció", ""},
		{"l·", "A.3"},
		{"·l", "A.3"},
		{"a·l", "A.3"},
		{"l·L", "A.3"},
		{"l··l", "A.3"},
		{"͵α", ""},
		{"α͵", "A.4"},
		{"͵a", "A.4"},
		{"א׳", ""},
		{"׳א", "A.5"},
		{"a׳", "A.5"},
		{"א״ב", ""},
		{"״א", "A.6"},
		{"ア・", ""},
		{"・あ", ""},
		{"a・漢", ""},
		{"a・b", "A.7"},
		{"・", "A.7"},
		{"ب٠١", ""},
		{"ب۰۱", ""},
		{"٠ب۱", "U+0660 at position 1 and U+06F1 at position 3"},
		{"۰٠", "A.8"},
	} {
		err := CheckContext(c.label)
		if c.why == "" && err != nil || c.why != "" && (err == nil || !strings.Contains(err.Error(), c.why)) {
			t.Errorf("%+q: %v, want %q", c.label, err, c.why)
		}
	}
}

// The joining types agree with the tables of x/net/idna, which decide the same
// rule. What it lets pass after a non-joiner is more than RFC 5892 does: it takes
// a non-joining code point there.
func TestJoiningTypesAgree(t *testing.T) {
	profile := idna.New(idna.ValidateLabels(true), idna.CheckJoiners(true))
	seen := 0
	for r := rune(0x80); r <= maxRune; r++ {
		if !unicode.In(r, unicode.L, unicode.M, unicode.Cf) || unicode.In(r, unicode.Han, unicode.Hangul, unicode.Tangut) ||
			contextRules[r].holds != nil || combiningClass(r) == viramaClass {
			continue
		}
		_, rtl := idna.Registration.ToASCII("ب" + string(r) + "ب")
		if _, ltr := idna.Registration.ToASCII("a" + string(r) + "a"); rtl != nil && ltr != nil {
			continue // not for labels at all
		}
		seen++
		before, after := "ب"+string(r)+"\u200cب", "ب\u200c"+string(r)+"ب"
		_, err := profile.ToASCII(before)
		if (err == nil) != (CheckContext(before) == nil) {
			t.Errorf("%+q: %v here, %v there", before, CheckContext(before), err)
		}
		_, err = profile.ToASCII(after)
		if err != nil && CheckContext(after) == nil {
			t.Errorf("%+q: taken here, %v there", after, err)
		}
	}
	if seen < 10_000 {
		t.Errorf("only %d code points compared", seen)
	}
}
