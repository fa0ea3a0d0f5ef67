package whitelist

import (
	"slices"
	"strings"
)

// The components of a form.
const (
	partRegistrant = "{registrant}"
	partRegistrar  = "{registrar}"
	partDomain     = "{domain}"
)

// maxForms bounds the names that one registration can need.
const maxForms = 8

// parts are the form's components in order.
func (f Form) parts() []string { return strings.Split(string(f), ".") }

func (f Form) has(part string) bool { return slices.Contains(f.parts(), part) }

// place says how many labels of parties stand before and after the target's.
func (f Form) place() (before, after int) {
	parts := f.parts()
	before = slices.Index(parts, partDomain)
	return before, len(parts) - before - 1
}

// named reports whether some form holds the component.
func (p *Policy) named(part string) bool {
	return slices.ContainsFunc(p.Forms, func(f Form) bool { return f.has(part) })
}

func (p *Policy) checkForms() error {
	if len(p.Forms) == 0 {
		return missing("forms")
	}
	if len(p.Forms) > maxForms {
		return wrong("forms", "", "at most 8 forms")
	}
	for i, f := range p.Forms {
		key := index("forms", i)
		if slices.Contains(p.Forms[:i], f) {
			return wrong(key, string(f), "the form is given twice")
		}
		for j, part := range f.parts() {
			switch part {
			case partRegistrant, partRegistrar, partDomain:
			default:
				return wrong(key, cut(string(f)), "a form is made of {registrant}, {registrar} and {domain}, joined by dots")
			}
			if slices.Contains(f.parts()[:j], part) {
				return wrong(key, cut(string(f)), "the form holds "+part+" twice")
			}
		}
		if !f.has(partDomain) {
			return wrong(key, string(f), "a form needs {domain}: without it all target names would have the same whitelist name")
		}
	}
	return nil
}
