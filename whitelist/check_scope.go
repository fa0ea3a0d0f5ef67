package whitelist

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"cadastre/registry"
)

// Limits of a scope.
const (
	maxScopeDepth  = 8
	maxScopeLeaves = 200
)

func index(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

func (p *Policy) checkScope() error {
	leaves := 0
	return p.Scope.walk("scope", 1, func(path string, s *Scope) error {
		if leaves++; leaves > maxScopeLeaves {
			return wrong("scope", "", "at most 200 conditions")
		}
		return p.checkLeaf(path, s)
	})
}

// walk calls leaf with every condition that holds no others, and refuses conditions
// that hold nothing, several things, or others too deeply.
func (s *Scope) walk(path string, depth int, leaf func(path string, s *Scope) error) error {
	members := s.members()
	if len(members) == 0 {
		return registry.Errorf(registry.KindMissing, path, "", "a condition is required: %s", strings.Join(scopeWords, ", "))
	}
	if len(members) > 1 {
		return wrong(path, "", "a condition has exactly one member, not "+strings.Join(members, " and "))
	}
	path += "." + members[0]
	inner := s.Any
	if s.All != nil {
		inner = s.All
	}
	if inner == nil {
		return leaf(path, s)
	}
	if len(inner) == 0 {
		return wrong(path, "", "a condition is required")
	}
	if depth >= maxScopeDepth {
		return wrong(path, "", "conditions are nested at most 8 deep")
	}
	for i := range inner {
		if err := inner[i].walk(index(path, i), depth+1, leaf); err != nil {
			return err
		}
	}
	return nil
}

var scopeWords = []string{"any", "all", "suffix", "word", "registrant", "registrantCountry", "registrar", "registrarCountry"}

// members lists the keys that are set.
func (s *Scope) members() []string {
	var set []string
	for i, on := range []bool{
		s.Any != nil, s.All != nil, s.Suffix != "", s.Word != "", s.Registrant != "", s.RegistrantCountry != "", s.Registrar != "",
		s.RegistrarCountry != "",
	} {
		if on {
			set = append(set, scopeWords[i])
		}
	}
	return set
}

func (p *Policy) checkLeaf(path string, s *Scope) error {
	switch {
	case s.Suffix != "":
		suffix, err := asciiName(path, s.Suffix)
		if err != nil {
			return err
		}
		if registry.IsSubordinate(suffix, p.Zone) {
			return wrong(path, s.Suffix, "names in the whitelist zone itself cannot be under control")
		}
		s.Suffix = suffix
		return nil
	case s.Word != "":
		return checkWord(path, s.Word)
	case s.Registrant != "":
		return checkText(path, s.Registrant)
	case s.Registrar != "":
		return checkText(path, s.Registrar)
	case s.RegistrantCountry != "":
		return checkCountry(path, s.RegistrantCountry)
	}
	return checkCountry(path, s.RegistrarCountry)
}

// checkWord refuses words that no label could hold.
func checkWord(path, word string) error {
	if strings.ContainsAny(word, ".。") {
		return wrong(path, word, "a word holds no dots: labels are searched one by one")
	}
	if utf8.RuneCountInString(word) > 63 {
		return wrong(path, "", "a word has at most 63 characters")
	}
	return checkText(path, word)
}

func checkCountry(path, country string) error {
	if len(country) != 2 || country[0] < 'A' || country[0] > 'Z' || country[1] < 'A' || country[1] > 'Z' {
		return wrong(path, cut(country), "a country is two capital letters (ISO 3166-1)")
	}
	return nil
}
