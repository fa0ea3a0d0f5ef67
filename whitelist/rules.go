package whitelist

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cadastre/registry"
)

// Verdict is what a verifier says.
type Verdict struct {
	Approved bool
	Reason   string // of a denial: what is barred ("name", "registrant", "registrar") in a sentence
	Part     string // "name", "registrant" or "registrar"; empty when approved
}

// Rules decides by the built-in rules: the name first, then the registrant, then
// the registrar; only all three together approve (C-38 to C-43). A barred
// registrant stays barred under every way of writing that makes the same label.
func (v *Verifier) Rules(r Registration) Verdict {
	for _, w := range v.Words {
		if holdsWord(r.Target, w) {
			return denied("name", "the word %q is barred", w)
		}
	}
	id := r.Registrant.ID
	if slices.ContainsFunc(v.Registrants, func(b string) bool { return loose(b) == loose(id) }) {
		return denied("registrant", "%q is barred", id)
	}
	if len(v.OnlyRegistrants) > 0 && !slices.ContainsFunc(v.OnlyRegistrants, func(a string) bool { return SameIdentifier(a, id) }) {
		return denied("registrant", "%q is not on the policy's list", id)
	}
	if i := slices.IndexFunc(v.Registrars, r.Registrar.is); i >= 0 {
		return denied("registrar", "%s is barred", quoteAgent(v.Registrars[i]))
	}
	if len(v.OnlyRegistrars) > 0 && !slices.ContainsFunc(v.OnlyRegistrars, r.Registrar.isAllowed) {
		return denied("registrar", "%s is not on the policy's list", quoteAgent(r.Registrar.shown()))
	}
	return Verdict{Approved: true}
}

func denied(part, why string, args ...any) Verdict {
	return Verdict{Reason: part + ": " + fmt.Sprintf(why, args...), Part: part}
}

// loose is an identifier without what people vary when they mean the same.
func loose(id string) string {
	return strings.Join(strings.FieldsFunc(registry.Fold(id), func(r rune) bool { return r == ' ' || r == '_' }), "_")
}

// isAllowed is the narrow reading of is, for lists of those who are allowed: a
// number there means the IANA number, not an account that is called so.
func (r *Registrar) isAllowed(word string) bool {
	if strings.Trim(word, "0123456789") == "" {
		return r.IANA > 0 && strconv.Itoa(r.IANA) == word
	}
	return r.Account == word
}

// shown is the registrar's name in a reason.
func (r *Registrar) shown() string {
	if r.IANA > 0 {
		return strconv.Itoa(r.IANA)
	}
	return r.Account
}
