package e2e

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cadastre/epp"
)

// badPhones are the telephone numbers of epp-07 that must be refused.
var badPhones = []string{
	"+12345", "+1111.1", "55", "+1.", "+1.123456789012345", "+1.a", "+a.1",
}

// badMails are the addresses that must be refused; the first is refused by the
// schema, the others by policy.
var badMails = []string{
	"", "example", "example.example", "@example.com", "@", strings.Repeat("x", 65) + "@example.com",
}

// rstContactCreate is epp-07.
func rstContactCreate(t *testing.T, r *rst) {
	good := goodContact(randomID("c"))
	r.a.do(t, good.create()).want(t, 1000)
	info := r.a.do(t, contactInfo(good.id)).want(t, 1000)
	got := data[*epp.ContactInfoData](t, info)
	want := &epp.ContactInfoData{
		ID: good.id, ROID: got.ROID, Statuses: []epp.Status{{Value: "ok"}},
		PostalInfo: []epp.PostalInfo{{Type: "int", Name: good.name, Org: good.org, Addr: epp.PostalAddress{
			Street: good.street, City: good.city, SP: good.sp, PC: good.pc, CC: good.cc,
		}}},
		Voice: &epp.Phone{Number: good.voice, Ext: good.voiceX}, Fax: &epp.Phone{Number: good.fax, Ext: good.faxX},
		Email: good.email, ClID: "registrar-a", CrID: "registrar-a", CrDate: got.CrDate,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("info differs from what was created:\n%s", diff)
	}
	if got.CrDate.IsZero() || !strings.HasSuffix(got.ROID, "-ICANNRST") {
		t.Errorf("crDate %v, roid %s", got.CrDate, got.ROID)
	}
	r.a.do(t, good.create()).want(t, 2302)

	long := strings.Repeat("x", 256)
	for _, tt := range badContacts(long) {
		t.Run(tt.name, func(t *testing.T) {
			c := goodContact(randomID("c"))
			tt.change(&c)
			r.a.do(t, c.create()).refused(t)
			if len(c.id) >= 3 && len(c.id) <= 16 {
				r.a.do(t, contactInfo(c.id)).want(t, 2303)
			}
		})
	}
	// Optional parts may be left out; a loc address may hold any script.
	for name, change := range map[string]func(*newContact){
		"no fax":   func(c *newContact) { c.omitFax = true },
		"no voice": func(c *newContact) { c.omitVoice = true },
		"no org":   func(c *newContact) { c.omitOrg = true },
		"loc":      func(c *newContact) { c.postalType, c.name, c.city = "loc", "Jürgen Müßig", "北京" },
		"longest": func(c *newContact) {
			c.name, c.org, c.city, c.sp, c.pc = long[:255], long[:255], long[:255], long[:255], long[:16]
			c.street = []string{long[:255], long[:255], long[:255]}
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := goodContact(randomID("c"))
			change(&c)
			r.a.do(t, c.create()).want(t, 1000)
			r.a.do(t, contactInfo(c.id)).want(t, 1000)
		})
	}
}

type badContact struct {
	name   string
	change func(*newContact)
}

// badContacts are the rows of epp-07 that must be refused.
func badContacts(long string) []badContact {
	rows := []badContact{
		{"empty id", func(c *newContact) { c.id = "" }},
		{"id of 17 characters", func(c *newContact) { c.id = long[:17] }},
		{"postal type tni", func(c *newContact) { c.postalType = "tni" }},
		{"empty postal type", func(c *newContact) { c.postalType = "" }},
		{"no postalInfo", func(c *newContact) { c.omitPostal = true }},
		{"empty name", func(c *newContact) { c.name = "" }},
		{"long name", func(c *newContact) { c.name = long }},
		{"empty city", func(c *newContact) { c.city = "" }},
		{"empty cc", func(c *newContact) { c.cc = "" }},
		{"long org", func(c *newContact) { c.org = long }},
		{"long street", func(c *newContact) { c.street = []string{long} }},
		{"four streets", func(c *newContact) { c.street = []string{"a", "b", "c", "d"} }},
		{"long city", func(c *newContact) { c.city = long }},
		{"long sp", func(c *newContact) { c.sp = long }},
		{"long pc", func(c *newContact) { c.pc = long[:17] }},
		{"cc U", func(c *newContact) { c.cc = "U" }},
		{"cc USA", func(c *newContact) { c.cc = "USA" }},
		{"cc XX", func(c *newContact) { c.cc = "XX" }},
		{"empty voice", func(c *newContact) { c.voice, c.voiceX = "", "" }},
		{"int in another script", func(c *newContact) { c.name = "Jürgen" }},
	}
	for _, number := range badPhones {
		rows = append(rows,
			badContact{"voice " + number, func(c *newContact) { c.voice = number }},
			badContact{"fax " + number, func(c *newContact) { c.fax = number }})
	}
	for _, mail := range badMails {
		rows = append(rows, badContact{"email " + clip(mail), func(c *newContact) { c.email = mail }})
	}
	return rows
}

// rstContactAccess is epp-08.
func rstContactAccess(t *testing.T, r *rst) {
	r.b.do(t, contactInfo(r.contact)).want(t, 2201)
	r.b.do(t, contactUpdate(r.contact, "", "", el("contact:email", "evil@example.com"), "")).want(t, 2201)
	r.b.do(t, contactDelete(r.contact)).want(t, 2201)
	got := data[*epp.ContactInfoData](t, r.a.do(t, contactInfo(r.contact)))
	if got.Email != "jdoe@example.com" {
		t.Errorf("the mail address is %s", got.Email)
	}
}

// rstContactUpdate is epp-09.
func rstContactUpdate(t *testing.T, r *rst) {
	id := randomID("c")
	r.a.do(t, goodContact(id).create()).want(t, 1000)
	r.a.do(t, contactUpdate(id, "", "", `<contact:postalInfo type="int">`+el("contact:name", "Jane Doe")+el("contact:org", "Other Inc.")+
		`<contact:addr><contact:street>1 New Road</contact:street><contact:city>Reston</contact:city><contact:cc>GB</contact:cc></contact:addr></contact:postalInfo>`+
		phone("contact:voice", "+44.2071838750", "")+phone("contact:fax", "+44.2071838751", "9")+el("contact:email", "jane@example.org"), "")).want(t, 1000)
	got := data[*epp.ContactInfoData](t, r.a.do(t, contactInfo(id)).want(t, 1000))
	want := []epp.PostalInfo{{Type: "int", Name: "Jane Doe", Org: "Other Inc.", Addr: epp.PostalAddress{
		Street: []string{"1 New Road"}, City: "Reston", CC: "GB",
	}}}
	if diff := cmp.Diff(want, got.PostalInfo); diff != "" || got.Email != "jane@example.org" ||
		got.Voice.Number != "+44.2071838750" || got.Voice.Ext != "" || got.Fax.Ext != "9" || got.UpID != "registrar-a" || got.UpDate.IsZero() {
		t.Errorf("after the update: %+v\n%s", got, diff)
	}
	for name, chg := range badContactChanges() {
		t.Run(name, func(t *testing.T) {
			r.a.do(t, contactUpdate(id, "", "", chg, "")).refused(t)
			if after := data[*epp.ContactInfoData](t, r.a.do(t, contactInfo(id))); !cmp.Equal(got, after) {
				t.Errorf("a refused update changed the contact:\n%s", cmp.Diff(got, after))
			}
		})
	}
	t.Run("status", func(t *testing.T) { rstContactStatus(t, r, id) })
	r.a.do(t, contactUpdate("nobody-here", "", "", el("contact:email", "a@example.org"), "")).want(t, 2303)
	r.a.do(t, contactUpdate(id, "", "", "", "")).refused(t)
}

// badContactChanges are insides of chg that must be refused.
func badContactChanges() map[string]string {
	long := strings.Repeat("x", 256)
	addr := func(inside string) string {
		return `<contact:postalInfo type="int"><contact:addr>` + inside + `</contact:addr></contact:postalInfo>`
	}
	out := map[string]string{
		"type":        `<contact:postalInfo type="tni">` + el("contact:name", "x") + `</contact:postalInfo>`,
		"empty name":  `<contact:postalInfo type="int">` + el("contact:name", "") + `</contact:postalInfo>`,
		"long org":    `<contact:postalInfo type="int">` + el("contact:org", long) + `</contact:postalInfo>`,
		"long street": addr(el("contact:street", long) + el("contact:city", "x") + el("contact:cc", "US")),
		"empty city":  addr(el("contact:city", "") + el("contact:cc", "US")),
		"cc U":        addr(el("contact:city", "x") + el("contact:cc", "U")),
		"cc USA":      addr(el("contact:city", "x") + el("contact:cc", "USA")),
		"cc XX":       addr(el("contact:city", "x") + el("contact:cc", "XX")),
	}
	for _, number := range badPhones {
		out["voice "+number], out["fax "+number] = el("contact:voice", number), el("contact:fax", number)
	}
	for _, mail := range badMails {
		out["email "+clip(mail)] = el("contact:email", mail)
	}
	return out
}

// statusRow adds or removes a status; ok says whether that must work.
type statusRow struct {
	rem    bool
	status string
	ok     bool
}

// rstContactStatus is the status part of epp-09, in the order of the case.
func rstContactStatus(t *testing.T, r *rst, id string) {
	rows := []statusRow{
		{false, "clientUpdateProhibited", true},
		{false, "clientUpdateProhibited", false},
		{true, "clientUpdateProhibited", true},
		{false, "clientDeleteProhibited", true},
		{false, "clientDeleteProhibited", false},
		{false, "clientHold", false},
		{false, "linked", false},
		{false, "ok", false},
		{false, "pendingCreate", false},
		{false, "pendingDelete", false},
		{false, "pendingTransfer", false},
		{false, "pendingUpdate", false},
		{false, "serverDeleteProhibited", false},
		{false, "serverTransferProhibited", false},
		{false, "serverUpdateProhibited", false},
		{false, "unknown", false},
		{true, "clientTransferProhibited", false},
		{true, "clientUpdateProhibited", false},
		{true, "clientDeleteProhibited", true},
		{true, "clientDeleteProhibited", false},
		{true, "ok", false},
		{true, "linked", false},
		{true, "pendingCreate", false},
		{true, "pendingDelete", false},
		{true, "pendingTransfer", false},
		{true, "pendingUpdate", false},
		{true, "serverDeleteProhibited", false},
		{true, "serverTransferProhibited", false},
		{true, "serverUpdateProhibited", false},
	}
	applyStatuses(t, r.a, rows, "contact", func(add, rem string) string { return contactUpdate(id, add, rem, "", "") })
	if got := data[*epp.ContactInfoData](t, r.a.do(t, contactInfo(id))).Statuses; len(got) != 1 || got[0].Value != "ok" {
		t.Errorf("statuses at the end: %v", got)
	}
	// What clientDeleteProhibited and clientUpdateProhibited prohibit.
	r.a.do(t, contactUpdate(id, status("contact", "clientDeleteProhibited")+status("contact", "clientUpdateProhibited"), "", "", "")).want(t, 1000)
	r.a.do(t, contactDelete(id)).want(t, 2304)
	r.a.do(t, contactUpdate(id, "", "", el("contact:email", "b@example.org"), "")).want(t, 2304)
	r.a.do(t, contactUpdate(id, "", status("contact", "clientDeleteProhibited"), "", "")).want(t, 2304)
	r.a.do(t, contactUpdate(id, "", status("contact", "clientUpdateProhibited")+status("contact", "clientDeleteProhibited"), "", "")).want(t, 1000)
}

// applyStatuses goes through rows with the update that update writes.
func applyStatuses(t *testing.T, s *session, rows []statusRow, mapping string, update func(add, rem string) string) {
	t.Helper()
	for i, row := range rows {
		frame := update(status(mapping, row.status), "")
		if row.rem {
			frame = update("", status(mapping, row.status))
		}
		if code := int(s.do(t, frame).Code()); (code == 1000) != row.ok || code == 2400 {
			t.Errorf("row %d, remove %v, %s: result %d, want success %v", i, row.rem, row.status, code, row.ok)
		}
	}
}

// rstContactDelete is epp-10.
func rstContactDelete(t *testing.T, r *rst) {
	id := randomID("c")
	r.a.do(t, goodContact(id).create()).want(t, 1000)
	r.a.do(t, contactDelete(id)).want(t, 1000)
	r.a.do(t, contactInfo(id)).want(t, 2303)
	r.a.do(t, contactDelete(id)).want(t, 2303)
	r.b.do(t, goodContact(id).create()).want(t, 1000) // the id is free again
}
