package registry

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// AddlEmail is a contact's additional mail address (RFC 9873), which may be
// internationalised (RFC 6530).
type AddlEmail struct {
	Email   string `json:"email"`
	Primary bool   `json:"primary,omitempty"` // to be preferred to the contact's own
}

// orNone is nil for an empty address, which stands for none.
func (a *AddlEmail) orNone() *AddlEmail {
	if a == nil || a.Email == "" {
		return nil
	}
	return a
}

// check refuses with 2005 what is no mail address, internationalised or not.
func (a *AddlEmail) check() error {
	if a == nil {
		return nil
	}
	const field = "addlEmail:email"
	at := strings.LastIndexByte(a.Email, '@')
	if at < 0 || isASCII(a.Email) {
		return CheckEmail(a.Email, field)
	}
	local, domain := a.Email[:at], a.Email[at+1:]
	if !utf8.ValidString(a.Email) || strings.ContainsFunc(local, func(r rune) bool { return !unicode.IsPrint(r) || unicode.IsSpace(r) }) {
		return Errorf(KindValue, field, a.Email, "not a mail address: it holds characters that cannot be printed, or blanks")
	}
	if len(local) > 64 {
		return Errorf(KindValue, field, a.Email, "not a mail address: more than 64 octets stand before the @ (RFC 5321, Section 4.5.3.1.1)")
	}
	ascii, err := idna.Lookup.ToASCII(domain)
	if err != nil {
		return Errorf(KindValue, field, a.Email, "not a mail address: the domain is not a valid internationalised name (RFC 5891)")
	}
	// What is beyond ASCII may be in an atom (RFC 6531, Section 3.3); the rest is as ever.
	atoms := strings.Map(func(r rune) rune {
		if r >= utf8.RuneSelf {
			return 'a'
		}
		return r
	}, local)
	if err := CheckEmail(atoms+"@"+ascii, field); err != nil {
		err.(*Error).Value = a.Email
		return err
	}
	return nil
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}
