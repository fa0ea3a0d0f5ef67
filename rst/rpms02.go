package rst

import (
	"context"
	"fmt"
	"strings"
)

const sunriseCode = "RPMS_SUNRISE_CREATE_"

// rpms02: in the sunrise a valid signed mark gets one of its labels; one that is
// broken, revoked, signed by a revoked certificate or for another label does not.
func rpms02(ctx context.Context, r *run) error {
	base, err := r.goodDomain(ctx, r.me, "")
	if err != nil {
		return err
	}
	l := r.in.Launch
	with := func(label string, s smd) domain {
		d := base
		d.name, d.extension = label+"."+l.SunriseTLD, l.sunrise(s)
		return d
	}
	for _, file := range l.SMD {
		s, err := readSMD(file)
		if err != nil {
			return err
		}
		r.judge("valid %s", short(file))
		r.sunriseCreate(ctx, s, with)
		r.judge("%s for another label", short(file))
		r.reject(r.do(ctx, with("rst-"+word(12), s).create()), sunriseCode+"UNEXPECTED_SUCCESS_USING_INCORRECT_SMD")
	}
	for _, bad := range []struct {
		row, code string
		files     []string
	}{
		{"invalid", "INVALID_SMD", l.InvalidSMD},
		{"revoked", "REVOKED_SMD", l.RevokedSMD},
		{"signed by a revoked certificate", "SMD_WITH_REVOKED_SIGNATURE", l.RevokedCertSMD},
	} {
		if len(bad.files) == 0 {
			return fmt.Errorf("no signed mark in the inputs is %s", bad.row)
		}
		for _, file := range bad.files {
			r.judge("%s %s", bad.row, short(file))
			s, err := readSMD(file)
			if err != nil && s.encoded == "" {
				return err
			}
			label := "rst-" + word(12) // a broken mark may name none
			if len(s.labels) > 0 {
				label = s.labels[0]
			}
			r.reject(r.do(ctx, with(label, s).create()), sunriseCode+"UNEXPECTED_SUCCESS_USING_"+bad.code)
		}
	}
	return nil
}

// short is a file's name without its directories.
func short(file string) string { return file[strings.LastIndexByte(file, '/')+1:] }

// sunriseCreate registers, or applies for, a label of a mark, compares what info says,
// and takes it back.
func (r *run) sunriseCreate(ctx context.Context, s smd, with func(string, smd) domain) {
	var got reply
	var d domain
	for _, label := range s.labels {
		d = with(label, s)
		if got = r.do(ctx, d.create()); got.code != 2302 {
			break
		}
	}
	if !r.accept(got, sunriseCode+"UNEXPECTED_FAILURE_USING_VALID_SMD") {
		return
	}
	id := got.root.value(nsLaunch, "applicationID")
	if r.in.Launch.SunriseModel == EndDate && id == "" {
		r.find(sunriseCode+"INFO_OBJECT_IS_HAS_MISSING_OR_INVALID_PROPERTIES", got, "no application was made")
	}
	of := `xmlns:launch="` + nsLaunch + `"`
	phase := "<launch:phase>sunrise</launch:phase>" + opt("launch:applicationID", id)
	extension := func(verb string) string {
		if id == "" {
			return ""
		}
		return "<launch:" + verb + " " + of + ">" + phase + "</launch:" + verb + ">"
	}
	info := r.do(ctx, command(verb("info", nsDomain, el("domain:name", d.name)), extension("info")))
	if r.accept(info, sunriseCode+"INFO_OBJECT_DOES_NOT_EXIST") {
		r.launched(info, d, sunriseCode)
		if have := info.root.value(nsLaunch, "applicationID"); have != id {
			r.find(sunriseCode+"INFO_OBJECT_IS_HAS_MISSING_OR_INVALID_PROPERTIES", info, "applicationID %q, not %q", have, id)
		}
	}
	r.do(ctx, command(verb("delete", nsDomain, el("domain:name", d.name)), extension("delete")))
}

// launched compares a domain that was made in a launch phase with what info says.
func (r *run) launched(info reply, d domain, prefix string) {
	data := info.root.first(nsDomain, "infData")
	wrong := func(property, have, want string) {
		if !strings.EqualFold(have, want) {
			r.find(prefix+"INFO_OBJECT_IS_HAS_MISSING_OR_INVALID_PROPERTIES", info, "%s %q, not %q", property, have, want)
		}
	}
	wrong("name", data.value(nsDomain, "name"), d.name)
	wrong("clID", data.value(nsDomain, "clID"), r.me.ID)
	wrong("registrant", data.value(nsDomain, "registrant"), d.registrant)
	wrong("name servers", strings.Join(shownServers(data), ", "), strings.Join(serverTexts(d.servers), ", "))
}
