package whitelist

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"cadastre/registry"
)

// Registration is what a policy is held against: a target name and who wants it.
type Registration struct {
	Target     string // canonical
	Registrant Registrant
	Registrar  Registrar
}

// Registrant is the person a name is for.
type Registrant struct {
	ID      string // identifier, as given; compared without ASCII case
	Country string // ISO 3166-1 alpha-2; "" when unknown
}

// Registrar is the account through which a name is wanted.
type Registrar struct {
	Account string // EPP client id
	IANA    int    // 0 when it has none
	Name    string
	Country string
}

// Controls says whether the registration is under the policy's control (C-12 to
// C-16). It asks nothing about the state of the grant. Names in the policy's own
// whitelist zone never are.
func (p *Policy) Controls(r Registration) bool { return p.ControlsFor(&r, r.Target) }

// ControlsFor is Controls for another target.
func (p *Policy) ControlsFor(r *Registration, target string) bool {
	return p.controls(question{target: target, registrant: &r.Registrant, registrar: &r.Registrar})
}

// MayControl is Controls when nothing is known of the registrant: true when some
// registrant would bring the name under control. It spares reading contacts.
func (p *Policy) MayControl(target string, registrar Registrar) bool {
	return p.controls(question{target: target, registrar: &registrar})
}

// Agent is the registrar's identifier under the policy's registrar_as; 2306 when
// the registrar has none.
func (p *Policy) Agent(r Registrar) (string, error) {
	var agent string
	switch {
	case p.RegistrarAs == AsID:
		agent = r.Account
	case p.RegistrarAs == AsName:
		agent = r.Name
	case r.IANA > 0:
		agent = strconv.Itoa(r.IANA)
	}
	if agent == "" {
		return "", registry.Errorf(registry.KindParamPolicy, "preapproval:registrar", r.Account,
			"the registrar has no identifier of the kind that policy %s asks for (%s)", p.ID, p.RegistrarAs)
	}
	return agent, nil
}

// ControlsAnywhere is Controls when the registrant is known but not its country.
func (p *Policy) ControlsAnywhere(r Registration) bool {
	return p.controls(question{target: r.Target, registrant: &r.Registrant, registrar: &r.Registrar, anywhere: true})
}

// MayControlTarget is MayControl when nothing is known of the registrar either.
func (p *Policy) MayControlTarget(target string) bool { return p.controls(question{target: target}) }

// question is a registration of which a part may be unknown: nil stands for any
// registrant or registrar.
type question struct {
	target     string
	registrant *Registrant
	registrar  *Registrar
	anywhere   bool // the registrant may live in any country
}

func (p *Policy) controls(q question) bool {
	return !registry.IsSubordinate(q.target, p.Zone) && p.Scope.holds(q)
}

// holds says whether the condition is, or may be, fulfilled. Conditions are never
// negated, so what is unknown counts as fulfilled.
func (s *Scope) holds(q question) bool {
	inner := func(s Scope) bool { return s.holds(q) }
	switch {
	case s.Any != nil:
		return slices.ContainsFunc(s.Any, inner)
	case s.All != nil:
		return !slices.ContainsFunc(s.All, func(s Scope) bool { return !s.holds(q) })
	case s.Suffix != "":
		return q.target != s.Suffix && registry.IsSubordinate(q.target, s.Suffix)
	case s.Word != "":
		return holdsWord(q.target, s.Word)
	case s.Registrant != "":
		return q.registrant == nil || SameIdentifier(q.registrant.ID, s.Registrant)
	case s.RegistrantCountry != "":
		return q.registrant == nil || q.anywhere || q.registrant.Country == s.RegistrantCountry
	case s.Registrar != "":
		return q.registrar == nil || q.registrar.is(s.Registrar)
	case s.RegistrarCountry != "":
		return q.registrar == nil || q.registrar.Country == s.RegistrarCountry
	}
	return false
}

// is reports whether a word of a policy, an IANA number or an account id, means
// the registrar.
func (r *Registrar) is(word string) bool {
	return r.Account == word || r.IANA > 0 && strconv.Itoa(r.IANA) == word
}

// holdsWord reports whether a label of a canonical name holds the word, in its
// A-label or its U-label form, without case. The words of a phrase stand together
// or have a hyphen between them.
func holdsWord(name, word string) bool {
	words := []string{foldCase(word)}
	if phrase := strings.Fields(words[0]); len(phrase) > 1 {
		words = []string{strings.Join(phrase, ""), strings.Join(phrase, "-")}
	}
	for label := range strings.SplitSeq(name, ".") {
		shown := label
		if strings.HasPrefix(label, "xn--") {
			if u, err := registry.ULabel(label); err == nil {
				shown = foldCase(u)
			}
		}
		for _, w := range words {
			if strings.Contains(label, w) || strings.Contains(shown, w) {
				return true
			}
		}
	}
	return false
}

// foldCase removes the differences of case and of Unicode normal forms.
func foldCase(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	return norm.NFKC.String(cases.Fold().String(norm.NFKC.String(s)))
}
