package whitelist

import (
	"strings"

	"cadastre/registry"
)

// ReadOff finds target and parties in a whitelist name of this policy: possible
// when it has one form which holds all three components, none of them hashed;
// else 2306, which asks for preapproval:create op="enter". A name that does not
// fit the form is 2005. suffixOK says whether a name is a registrable target as
// far as is known (a whitelist registry may not know all); nil takes any.
// The parties keep the case they are written in; the target is canonical.
func (p *Policy) ReadOff(name string, suffixOK func(target string) bool) (target, registrant, agent string, err error) {
	canonical, err := CanonicalName(name)
	if err != nil {
		return "", "", "", err
	}
	if !p.readable() {
		return "", "", "", registry.Errorf(registry.KindParamPolicy, "domain:name", canonical,
			`policy %s makes names that do not tell target, registrant and registrar: say them with preapproval:create op="enter"`, p.ID)
	}
	form := p.Forms[0]
	bad := func(why string) (string, string, string, error) {
		return "", "", "", registry.Errorf(registry.KindValue, "domain:name", canonical,
			"%s; under policy %s it is %s.%s", why, p.ID, form, p.Zone)
	}
	if !strings.HasSuffix(canonical, "."+p.Zone) {
		return bad("the name lies in another zone")
	}
	written := strings.Split(name[:len(name)-len(p.Zone)-1], ".")
	labels := strings.Split(registry.Fold(strings.Join(written, ".")), ".")
	components, ok := p.read(form, labels)
	if !ok {
		return bad("the name does not fit the policy's form")
	}
	target = components[partDomain]
	if suffixOK != nil && !suffixOK(target) {
		return bad(target + " is no name that can be registered")
	}
	components, _ = p.read(form, written)
	return target, components[partRegistrant], components[partRegistrar], nil
}

// readable says whether the policy's names tell target and both parties.
func (p *Policy) readable() bool {
	return len(p.Forms) == 1 && p.Forms[0].has(partRegistrant) && p.Forms[0].has(partRegistrar) && p.Forms[0].has(partDomain) &&
		!hashed(p.Hash.Registrant) && !hashed(p.Hash.Registrar) && !hashed(p.Hash.Domain) && !hashed(p.Hash.Whole)
}
