package registry

import (
	"strings"
)

// CheckEmail refuses with 2005 what is no mail address: one @, a local part of
// 1 to 64 octets of RFC 5322's atoms joined by dots, a domain of at least two
// LDH labels.
func CheckEmail(addr, field string) error {
	bad := func(why string) error { return Errorf(KindValue, field, addr, "not a mail address: %s", why) }
	at := strings.LastIndexByte(addr, '@')
	if at < 0 {
		return bad("there is no @")
	}
	local, domain := addr[:at], addr[at+1:]
	switch {
	case local == "":
		return bad("nothing stands before the @")
	case len(local) > 64:
		return bad("more than 64 octets stand before the @ (RFC 5321, Section 4.5.3.1.1)")
	case strings.HasPrefix(local, "."), strings.HasSuffix(local, "."), strings.Contains(local, ".."):
		return bad("a dot stands at the edge of the local part or beside another")
	}
	for _, r := range local {
		if !atomChar(r) {
			return bad("the local part holds a character that is not allowed")
		}
	}
	if !strings.Contains(domain, ".") {
		return bad("the domain has only one label")
	}
	if _, err := CanonicalName(domain, field); err != nil {
		return bad("the domain is not a valid name")
	}
	return nil
}

func atomChar(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' ||
		strings.ContainsRune("!#$%&'*+-/=?^_`{|}~.", r)
}

// checkPhone refuses with 2005 a number that is not E.164 in EPP's notation
// ("+" country code "." number, at most 15 digits: RFC 5733, Section 2.5). An
// absent number is fine.
func checkPhone(p Phone, field string) error {
	if p.Number == "" {
		if p.Ext != "" {
			return Errorf(KindValue, field, p.Ext, "an extension without a number")
		}
		return nil
	}
	cc, rest, ok := strings.Cut(p.Number, ".")
	digits := func(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
	if !ok || !strings.HasPrefix(cc, "+") || len(cc) < 2 || len(cc) > 4 || !digits(cc[1:]) || !digits(rest) || len(rest) > 14 {
		return Errorf(KindValue, field, p.Number, "not a telephone number in the form +CC.NUMBER (E.164)")
	}
	if cc[1] == '0' || len(cc)-1+len(rest) > 15 {
		return Errorf(KindValue, field, p.Number, "not an E.164 number: a country code does not begin with 0, and 15 digits are the most")
	}
	if p.Ext != "" && !digits(p.Ext) {
		return Errorf(KindValue, field, p.Ext, "an extension holds digits alone")
	}
	return nil
}

// countries holds the 249 codes of ISO 3166-1 alpha-2.
const countries = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW " +
	"BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR " +
	"GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE " +
	"KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV " +
	"MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC " +
	"SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ " +
	"VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW"

func validCountry(cc string) bool {
	return len(cc) == 2 && cc[0] >= 'A' && cc[0] <= 'Z' && cc[1] >= 'A' && cc[1] <= 'Z' && strings.Contains(countries, cc)
}
