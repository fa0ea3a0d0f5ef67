package lgr

import (
	"fmt"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const (
	zeroWidthNonJoiner = 0x200C
	zeroWidthJoiner    = 0x200D
	viramaClass        = 9 // Canonical_Combining_Class of viramas
)

// contextRules are the contextual rules of RFC 5892, Appendix A, by code point,
// but for the digits of A.8 and A.9: each with what it demands, in words.
var contextRules = map[rune]struct {
	holds func(label []rune, i int) bool
	want  string
}{
	zeroWidthNonJoiner: {nonJoinerHolds, "stands only after a virama or where it breaks a cursive connection (RFC 5892, Appendix A.1)"},
	zeroWidthJoiner:    {afterVirama, "stands only after a virama (RFC 5892, Appendix A.2)"},
	0x00B7:             {betweenEls, "stands only between two letters l (RFC 5892, Appendix A.3)"},
	0x0375:             {beforeGreek, "stands only before a Greek character (RFC 5892, Appendix A.4)"},
	0x05F3:             {afterHebrew, "stands only after a Hebrew character (RFC 5892, Appendix A.5)"},
	0x05F4:             {afterHebrew, "stands only after a Hebrew character (RFC 5892, Appendix A.6)"},
	0x30FB:             {amongJapanese, "needs a Hiragana, Katakana or Han character in the label (RFC 5892, Appendix A.7)"},
}

// CheckContext checks the contextual rules of IDNA2008 (RFC 5892, Appendix A),
// those for joiners (CONTEXTJ) and all others (CONTEXTO), on a U-label. Its
// error says which code point breaks which rule. The other checks of IDNA2008
// are those of golang.org/x/net/idna. An ASCII label has nothing to check.
func CheckContext(label string) error {
	if isASCII(label) {
		return nil
	}
	rs := []rune(label)
	arabic, extended := -1, -1 // where the two kinds of Arabic digits are
	for i, r := range rs {
		if rule, ok := contextRules[r]; ok && !rule.holds(rs, i) {
			return fmt.Errorf("U+%04X at position %d %s", r, i+1, rule.want)
		}
		switch {
		case r >= 0x0660 && r <= 0x0669:
			arabic = i
		case r >= 0x06F0 && r <= 0x06F9:
			extended = i
		}
		if arabic >= 0 && extended >= 0 {
			return fmt.Errorf("U+%04X at position %d and U+%04X at position %d: Arabic-Indic and extended Arabic-Indic digits do not mix (RFC 5892, Appendices A.8 and A.9)",
				rs[arabic], arabic+1, rs[extended], extended+1)
		}
	}
	return nil
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// combiningClass returns Canonical_Combining_Class.
func combiningClass(r rune) uint8 { return norm.NFD.PropertiesString(string(r)).CCC() }

func afterVirama(label []rune, i int) bool {
	return i > 0 && combiningClass(label[i-1]) == viramaClass
}

func nonJoinerHolds(label []rune, i int) bool {
	if afterVirama(label, i) {
		return true
	}
	before, after := i-1, i+1
	for before >= 0 && joiningType(label[before]) == "T" {
		before--
	}
	for after < len(label) && joiningType(label[after]) == "T" {
		after++
	}
	if before < 0 || after == len(label) {
		return false
	}
	b, a := joiningType(label[before]), joiningType(label[after])
	return (b == "L" || b == "D") && (a == "R" || a == "D")
}

func betweenEls(label []rune, i int) bool {
	return i > 0 && label[i-1] == 'l' && i+1 < len(label) && label[i+1] == 'l'
}

func beforeGreek(label []rune, i int) bool {
	return i+1 < len(label) && unicode.Is(unicode.Greek, label[i+1])
}

func afterHebrew(label []rune, i int) bool {
	return i > 0 && unicode.Is(unicode.Hebrew, label[i-1])
}

func amongJapanese(label []rune, _ int) bool {
	for _, r := range label {
		if unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han) {
			return true
		}
	}
	return false
}
