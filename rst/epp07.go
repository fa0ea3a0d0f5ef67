package rst

import (
	"context"
	"slices"
	"strings"
)

// contactRow spoils a good contact.
type contactRow struct {
	name, code string // the code without its beginning
	spoil      func(c *contact)
}

// epp07: a good contact is stored as it was sent; every bad value is refused.
func epp07(ctx context.Context, r *run) error {
	good := r.goodContact()
	r.judge("good")
	if r.accept(r.do(ctx, good.create()), "EPP_UNEXPECTED_COMMAND_FAILURE") {
		r.stored(ctx, good, "EPP_CONTACT_CREATE_INFO_RESPONSE_")
	}
	for _, row := range r.contactRows() {
		r.judge("%s", row.name)
		c := r.goodContact()
		row.spoil(&c)
		r.reject(r.do(ctx, c.create()), "EPP_CONTACT_CREATE_SERVER_ACCEPTS_"+row.code)
	}
	return nil
}

// badPhones are values that are no telephone numbers; badEmails no mail addresses.
func badPhones() []string {
	return []string{"+12345", "+1111.1", "55", "+1.", "+1.123456789012345", "+1.a", "+a.1"}
}

func badEmails() []string {
	return []string{"example", "example.example", "@example.com", "@", strings.Repeat("a", 65) + "@example.com"}
}

// contactRows are the bad contacts; those of unsupported elements are left out.
func (r *run) contactRows() []contactRow {
	long := strings.Repeat("x", 256)
	p := func(spoil func(p *postal)) func(*contact) { return func(c *contact) { spoil(&c.postal[0]) } }
	rows := []contactRow{
		{"id empty", "INVALID_ID", func(c *contact) { c.id = "" }},
		{"id of 17 characters", "INVALID_ID", func(c *contact) { c.id = pick(lowerAlphabet, 17) }},
		{"postalInfo type tni", "INVALID_POSTALINFO_TYPE", p(func(p *postal) { p.kind = "tni" })},
		{"postalInfo type empty", "INVALID_POSTALINFO_TYPE", p(func(p *postal) { p.kind = "" })},
		{"name empty", "EMPTY_NAME", p(func(p *postal) { p.name = "" })},
		{"city empty", "EMPTY_CITY", p(func(p *postal) { p.city = "" })},
		{"city of 256 characters", "INVALID_CITY", p(func(p *postal) { p.city = long })},
		{"cc empty", "EMPTY_CC", p(func(p *postal) { p.cc = "" })},
		{"email empty", "EMPTY_EMAIL", func(c *contact) { c.email = "" }},
	}
	if r.in.supports("org") {
		rows = append(rows, contactRow{"org of 256 characters", "INVALID_ORG", p(func(p *postal) { p.org = long })})
	}
	if r.in.supports("street") {
		rows = append(rows, contactRow{"street of 256 characters", "INVALID_STREET", p(func(p *postal) { p.street = []string{long} })})
	}
	for _, cc := range []string{"U", "USA", "XX"} {
		rows = append(rows, contactRow{"cc " + cc, "INVALID_CC", p(func(p *postal) { p.cc = cc })})
	}
	for _, email := range badEmails() {
		rows = append(rows, contactRow{"email " + email, "INVALID_EMAIL", func(c *contact) { c.email = email }})
	}
	for _, number := range append(badPhones(), "") {
		code := "INVALID_"
		if number == "" {
			code = "EMPTY_"
		}
		if r.in.supports("voice") {
			rows = append(rows, contactRow{"voice " + number, code + "VOICE", func(c *contact) { c.voice, c.voiceX = number, "" }})
		}
		if r.in.supports("fax") {
			rows = append(rows, contactRow{"fax " + number, code + "FAX", func(c *contact) { c.fax, c.faxX = number, "" }})
		}
	}
	return rows
}

// stored compares a contact with what info says; prefix begins the codes.
func (r *run) stored(ctx context.Context, c contact, prefix string) {
	got := r.do(ctx, ask("info", nsContact, c.id))
	if r.exactly(got, 1000, prefix+"NOT_1000"); got.code != 1000 {
		return
	}
	same := func(code string, want, have []string) {
		if !slices.Equal(slices.DeleteFunc(want, empty), slices.DeleteFunc(have, empty)) {
			r.find(prefix+"MISSING_OR_INCORRECT_"+code, got, "want %q, have %q", want, have)
		}
	}
	one := func(code, want, have string) { same(code, []string{want}, []string{have}) }
	data := got.root.first(nsContact, "infData")
	one("ID", c.id, data.value(nsContact, "id"))
	one("VOICE", c.voice, data.value(nsContact, "voice"))
	one("FAX", c.fax, data.value(nsContact, "fax"))
	one("VOICE_EXT", c.voiceX, strings.Join(data.marks(nsContact, "voice", "x"), ""))
	one("FAX_EXT", c.faxX, strings.Join(data.marks(nsContact, "fax", "x"), ""))
	one("EMAIL", c.email, data.value(nsContact, "email"))
	for _, want := range c.postal {
		var have *node
		for _, p := range data.all(nsContact, "postalInfo") {
			if p.attrs["type"] == want.kind {
				have = p
			}
		}
		if have == nil {
			r.find(prefix+"MISSING_OR_INCORRECT_POSTALINFO_TYPE", got, "no postalInfo of type %s", want.kind)
			continue
		}
		one("NAME", want.name, have.value(nsContact, "name"))
		one("ORG", want.org, have.value(nsContact, "org"))
		same("STREET", slices.Clone(want.street), have.values(nsContact, "street"))
		one("CITY", want.city, have.value(nsContact, "city"))
		one("SP", want.sp, have.value(nsContact, "sp"))
		one("PC", want.pc, have.value(nsContact, "pc"))
		one("CC", want.cc, have.value(nsContact, "cc"))
	}
}

func empty(s string) bool { return s == "" }
