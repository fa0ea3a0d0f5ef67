package rst

import (
	"context"
	"slices"
	"strings"
)

// epp09: good changes of a contact are stored, bad values are refused, statuses
// follow strict rules.
func epp09(ctx context.Context, r *run) error {
	c := r.goodContact()
	if err := r.need(ctx, r.me, c.create()); err != nil {
		return err
	}
	for _, row := range r.changeRows(c.postal[0]) {
		r.judge("%s", row.name)
		r.reject(r.do(ctx, contactChange(c.id, row.xml)), "EPP_CONTACT_UPDATE_SERVER_ACCEPTS_"+row.code)
	}
	r.judge("good")
	changed := r.goodContact()
	changed.id = c.id
	if changed.voice != "" {
		changed.voice = "+44.2071838000"
	}
	if changed.fax != "" {
		changed.fax = "+44.2071838001"
	}
	for i := range changed.postal {
		changed.postal[i].city, changed.postal[i].cc = "London", "GB"
	}
	elements := ""
	for _, p := range changed.postal {
		elements += p.xml()
	}
	elements += phone("contact:voice", changed.voice, changed.voiceX, changed.noVoice) +
		phone("contact:fax", changed.fax, changed.faxX, changed.noFax) + el("contact:email", changed.email)
	if r.accept(r.do(ctx, contactChange(c.id, elements)), "EPP_UNEXPECTED_COMMAND_FAILURE") {
		r.stored(ctx, changed, "EPP_CONTACT_UPDATE_INFO_RESPONSE_")
	}

	r.statuses(ctx, nsContact, c.id, "EPP_CONTACT_UPDATE_SERVER_ACCEPTS_INVALID_STATUS_CODE", objectStatuses())
	r.judge("statuses left")
	if got, left := r.left(ctx, nsContact, c.id); got.passed() && !slices.Equal(left, []string{"ok"}) {
		r.find("EPP_CONTACT_UPDATE_INFO_RESPONSE_MISSING_OR_INCORRECT_STATUS", got, "statuses %q, not ok alone", left)
	}
	return nil
}

// changeRow is a change that must be refused.
type changeRow struct{ name, code, xml string }

// changeRows are the bad changes of a contact with a good postalInfo.
func (r *run) changeRows(good postal) []changeRow {
	long := strings.Repeat("x", 256)
	p := func(spoil func(p *postal)) string {
		bad := good
		spoil(&bad)
		return bad.xml()
	}
	rows := []changeRow{
		{"postalInfo type tni", "INVALID_POSTALINFO_TYPE", p(func(p *postal) { p.kind = "tni" })},
		{"postalInfo type empty", "INVALID_POSTALINFO_TYPE", p(func(p *postal) { p.kind = "" })},
		{"name empty", "EMPTY_NAME", p(func(p *postal) { p.name = "" })},
		{"city empty", "EMPTY_CITY", p(func(p *postal) { p.city = "" })},
		{"city of 256 characters", "INVALID_CITY", p(func(p *postal) { p.city = long })},
		{"cc empty", "EMPTY_CC", p(func(p *postal) { p.cc = "" })},
		{"cc U", "INVALID_CC", p(func(p *postal) { p.cc = "U" })},
		{"cc USA", "INVALID_CC", p(func(p *postal) { p.cc = "USA" })},
		{"cc XX", "INVALID_CC", p(func(p *postal) { p.cc = "XX" })},
	}
	for _, optional := range []struct {
		element, text string
		spoil         func(p *postal)
	}{
		{"org", "of 256 characters", func(p *postal) { p.org = long }},
		{"street", "of 256 characters", func(p *postal) { p.street = []string{long} }},
		{"sp", "of 256 characters", func(p *postal) { p.sp = long }},
		{"pc", "of 17 characters", func(p *postal) { p.pc = long[:17] }},
	} {
		if r.in.supports(optional.element) {
			rows = append(rows, changeRow{optional.element + " " + optional.text, "INVALID_" + strings.ToUpper(optional.element), p(optional.spoil)})
		}
	}
	for _, element := range []string{"voice", "fax"} {
		if r.in.supports(element) {
			for _, number := range badPhones() {
				rows = append(rows, changeRow{element + " " + number, "INVALID_" + strings.ToUpper(element), el("contact:"+element, number)})
			}
		}
	}
	for _, email := range append(badEmails(), "") {
		rows = append(rows, changeRow{"email " + email, "INVALID_EMAIL", el("contact:email", email)})
	}
	return rows
}
