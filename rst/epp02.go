package rst

import (
	"context"
	"regexp"
	"slices"
	"time"
)

// langForm is the form of language tags (xs:language).
var langForm = regexp.MustCompile(`^[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*$`)

// maxSkew is how far the server's clock may be from ours.
const maxSkew = 30 * time.Second

// epp02: every address greets at once, with the right time, version, languages and
// registered services.
func epp02(ctx context.Context, r *run) error {
	for _, address := range r.endpoints {
		r.judge("%s", address)
		s, err := r.connect(ctx, address, r.in.CLID01.KeyPair)
		if err != nil {
			r.find("EPP_NO_GREETING_RECEIVED", reply{}, "%v", err)
			continue
		}
		s.close()
		r.announced = s.greeting
		r.greets(s.greeting)
	}
	return nil
}

func (r *run) greets(g *greeting) {
	shown := reply{raw: []byte(g.root.canonical())}
	if id := g.root.value(nsEPP, "svID"); len(id) < 3 {
		r.find("EPP_GREETING_SVID_INVALID", shown, "svID %q", id)
	}
	date, err := time.Parse(time.RFC3339Nano, g.root.value(nsEPP, "svDate"))
	if err != nil || time.Since(date).Abs() > maxSkew {
		r.find("EPP_GREETING_SVDATE_INVALID", shown, "svDate %v (%v)", date, err)
	}
	if v := g.root.values(nsEPP, "version"); !slices.Equal(v, []string{"1.0"}) {
		r.find("EPP_GREETING_VERSION_INVALID", shown, "versions %q", v)
	}
	langs := g.root.values(nsEPP, "lang")
	for _, l := range langs {
		if !langForm.MatchString(l) {
			r.find("EPP_GREETING_INVALID_LANG", shown, "language %q", l)
		}
	}
	if !slices.Contains(langs, "en") {
		r.find("EPP_GREETING_MISSING_EN_LANG", shown, "languages %q", langs)
	}
	r.services(g, shown)
}

// services compares the greeting's with those that are registered, and required.
func (r *run) services(g *greeting, shown reply) {
	need := []string{nsDomain}
	if r.in.HostModel == Objects {
		need = append(need, nsHost)
	}
	if r.in.DataModel != Minimum {
		need = append(need, nsContact)
	}
	compare := func(have, registered, need []string, kind string) {
		for _, uri := range have {
			if !slices.Contains(registered, uri) {
				r.find("EPP_GREETING_UNEXPECTED_"+kind, shown, "%s is not registered there", uri)
			}
		}
		for _, uri := range need {
			if !slices.Contains(have, uri) {
				r.find("EPP_GREETING_MISSING_"+kind, shown, "%s", uri)
			}
		}
	}
	compare(g.objects, registeredObjects(), need, "OBJURI")
	compare(g.extends, registeredExtensions(), []string{nsSecDNS, nsRGP, nsLaunch}, "EXTURI")
	for _, uri := range []string{nsSecureAuth, nsUnhandled, nsLoginSec, nsChangePoll} {
		if !slices.Contains(g.extends, uri) {
			r.find("EPP_GREETING_RECOMMENDED_EXTENSION_MISSING", shown, "%s", uri)
		}
	}
}
