package whitelist

import (
	"slices"
	"strings"

	"cadastre/registry"
)

// Name is one whitelist name that a registration needs, and whom it is about.
type Name struct {
	Name       string // canonical, with the zone
	Registrant string // identifier the name's record shows, as given; "" when it is not about the registrant
	Agent      string // the registrar's identifier; "" when it is not about the registrar
}

// Names makes the whitelist names of a registration, one a form, in the order of
// the forms (interfaces.md, section 5). An identifier that makes no label is 2005
// unless it is hashed; so is a name of more than 253 octets or a label over 63.
// Two forms that give the same name are one, which is about the parties of both.
//
// Under one policy no two target names give the same name, as long as none is
// below the other, which registrable names of a registry never are: where forms
// put the target in different places, a name that could be read as another
// target's is refused with 2005 (C-52).
func (p *Policy) Names(r Registration) ([]Name, error) {
	target, err := registry.CanonicalName(r.Target, "domain:name")
	if err != nil {
		return nil, err
	}
	agent, err := p.Agent(r.Registrar)
	if err != nil {
		return nil, err
	}
	if r.Registrant.ID == "" {
		return nil, p.NeedCredentials(r, "preapproval:registrant")
	}
	labels := map[string]string{partDomain: target}
	if hashed(p.Hash.Domain) {
		labels[partDomain] = p.digest(p.Hash.Domain, target)
	}
	for _, party := range []struct{ part, field, algorithm, id string }{
		{partRegistrant, "preapproval:registrant", p.Hash.Registrant, r.Registrant.ID},
		{partRegistrar, "preapproval:registrar", p.Hash.Registrar, agent},
	} {
		if err := checkIdentifier(party.field, party.algorithm, party.id); err != nil {
			return nil, err
		}
		if !p.named(party.part) {
			continue
		}
		if labels[party.part], err = p.label(party.field, party.algorithm, party.id); err != nil {
			return nil, err
		}
	}
	names := make([]Name, 0, len(p.Forms))
	for _, f := range p.Forms {
		n, err := p.join(f, target, labels)
		if err != nil {
			return nil, err
		}
		about := Name{Name: n}
		if f.has(partRegistrant) || !p.named(partRegistrant) {
			about.Registrant = r.Registrant.ID
		}
		if f.has(partRegistrar) || !p.named(partRegistrar) {
			about.Agent = agent
		}
		names = merge(names, about)
	}
	return names, nil
}

// join makes the name of one form.
func (p *Policy) join(f Form, target string, labels map[string]string) (string, error) {
	parts := f.parts()
	for i, part := range parts {
		parts[i] = labels[part]
	}
	joined := strings.Join(parts, ".")
	if other := p.misread(f, joined, labels); other != "" {
		return "", registry.Errorf(registry.KindValue, "domain:name", target,
			"the whitelist name would be the same as one of %s under policy %s", other, p.ID)
	}
	if hashed(p.Hash.Whole) {
		joined = p.digest(p.Hash.Whole, joined)
	}
	name := joined + "." + p.Zone
	if len(name) > maxName {
		return "", registry.Errorf(registry.KindValue, "domain:name", target, "the whitelist name would have more than 253 octets")
	}
	return name, nil
}

// merge adds a name, or its parties to the one that is there.
func merge(names []Name, n Name) []Name {
	i := slices.IndexFunc(names, func(m Name) bool { return m.Name == n.Name })
	if i < 0 {
		return append(names, n)
	}
	if n.Registrant != "" {
		names[i].Registrant = n.Registrant
	}
	if n.Agent != "" {
		names[i].Agent = n.Agent
	}
	return names
}

// misread finds another target whose name by another form could be the joined one,
// which form f gave for these labels; "" when there is none. Forms that have as much after the
// target cannot be confused but for targets below each other.
func (p *Policy) misread(f Form, joined string, labels map[string]string) string {
	_, after := f.place()
	for _, g := range p.Forms {
		if _, a := g.place(); a == after {
			continue
		}
		other, ok := p.read(g, strings.Split(joined, "."))
		switch found := other[partDomain]; {
		case !ok || found == labels[partDomain]:
		case hashed(p.Hash.Domain): // whose hash it is, nobody knows
			return found
		case p.controls(question{target: found}):
			return found
		}
	}
	return ""
}

// read takes a joined name apart by a form; ok is false when the form cannot have
// given it. A hashed target is read as its hash.
func (p *Policy) read(f Form, labels []string) (components map[string]string, ok bool) {
	before, after := f.place()
	if len(labels) <= before+after {
		return nil, false
	}
	parts := f.parts()
	components = make(map[string]string, len(parts))
	for i := range before {
		components[parts[i]] = labels[i]
	}
	for i := range after {
		components[parts[before+1+i]] = labels[len(labels)-after+i]
	}
	components[partDomain] = strings.Join(labels[before:len(labels)-after], ".")
	return components, p.plausible(components)
}

// plausible says whether components read off a name could have been given.
func (p *Policy) plausible(components map[string]string) bool {
	for part, algorithm := range map[string]string{
		partRegistrant: p.Hash.Registrant, partRegistrar: p.Hash.Registrar, partDomain: p.Hash.Domain,
	} {
		value, there := components[part]
		switch {
		case !there:
		case hashed(algorithm):
			if !isDigest(value) {
				return false
			}
		case part == partDomain:
			if canonical, err := registry.CanonicalName(value, ""); err != nil || canonical != value || !strings.Contains(value, ".") {
				return false
			}
		case part == partRegistrar && p.RegistrarAs != AsID && p.RegistrarAs != AsName:
			if strings.Trim(value, "0123456789") != "" || value[0] == '0' {
				return false
			}
		}
	}
	return true
}
