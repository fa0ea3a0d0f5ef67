package registry

import (
	"net/netip"
	"strings"
	"time"
)

// AccountKind tells the two kinds of account apart.
type AccountKind string

// A registrar provisions names; a verifier decides on pre-approvals under its own
// policies and writes their whitelist names.
const (
	RegistrarAccount AccountKind = "registrar"
	VerifierAccount  AccountKind = "verifier"
)

// Registrar is an account: an organisation that provisions names (RFC 9499,
// Section 9), or a verifier of the whitelist registry, which logs in alike.
type Registrar struct {
	ID          string // EPP client id, 3 to 16 characters (RFC 5730, clIDType)
	Kind        AccountKind
	Name        string
	IANA        int    // IANA registrar number; 0 when it has none
	Country     string // ISO 3166-1 alpha-2, upper case; empty when unknown
	Suspended   bool
	Reason      string // why it is suspended
	Email       string // abuse contact
	Phone       string
	RDAPBase    string
	Password    string         // argon2id PHC string; never leaves the process
	PasswordSet time.Time      // business time
	Passwords   int            // how many it has had: sessions of an earlier one end
	Old         []string       // earlier passwords, newest first, as Password; as many as policy asks for
	Networks    []netip.Prefix // whence it may log in; none: from anywhere
	DataModel   ContactModel   // of its names, in zones that leave it to registrars: maximum or minimum; empty: maximum
	Balance     int64          // minor units
	CreditLimit int64          // minor units it may owe
	Currency    string         // ISO 4217
	LowBalance  int64          // a poll message is queued when the balance falls below it
	Created     time.Time      // business time
}

// Certificate is a client certificate bound to a registrar's account.
type Certificate struct {
	Registrar   string
	Fingerprint string // SHA-256 of the certificate's DER, lower-case hex
	Subject     string
	NotAfter    time.Time
	Added       time.Time
}

// CheckRegistrarID refuses an id that EPP cannot carry (RFC 5730, clIDType).
func CheckRegistrarID(id string) error {
	if len(id) < 3 || len(id) > 16 {
		return Errorf(KindValue, "registrar", id, "an id has 3 to 16 characters")
	}
	for i := range len(id) {
		c := id[i]
		if c <= ' ' || c > '~' {
			return Errorf(KindValue, "registrar", id, "an id holds printable ASCII characters without blanks")
		}
	}
	return nil
}

// CheckAccountCountry refuses what is neither empty nor two capital letters. ISO
// 3166-1 leaves AA, QM to QZ, XA to XZ and ZZ to its users, so the list of countries
// is not asked.
func CheckAccountCountry(cc string) error {
	if cc == "" || len(cc) == 2 && 'A' <= cc[0] && cc[0] <= 'Z' && 'A' <= cc[1] && cc[1] <= 'Z' {
		return nil
	}
	return Errorf(KindValue, "country", cc, "a country is two capital letters (ISO 3166-1 alpha-2)")
}

// Bounds of a password in characters. RFC 5730 (pwType) carries PlainPasswordLength at most,
// loginSec-1.0 (RFC 8807, Section 4.1) as many as we like.
const (
	MinPasswordLength   = 6
	PlainPasswordLength = 16
	MaxPasswordLength   = 128
)

// NoPassword stands in a login for the password of loginSec-1.0, and is none itself (RFC
// 8807, Section 3.2).
const NoPassword = "[LOGIN-SECURITY]"

// CheckPassword refuses a password that EPP's login could not carry.
func CheckPassword(pw, field string) error {
	if n := len([]rune(pw)); n < MinPasswordLength || n > MaxPasswordLength {
		return Errorf(KindRange, field, "", "a password has %d to %d characters", MinPasswordLength, MaxPasswordLength)
	}
	if pw == NoPassword {
		return Errorf(KindValue, field, "", "%s is no password (RFC 8807, Section 3.2)", NoPassword)
	}
	// XML makes one blank of several (xs:token), so such a password could not be sent.
	if strings.Join(strings.FieldsFunc(pw, blank), " ") != pw {
		return Errorf(KindValue, field, "", "a password has no blanks at its ends, nor two in a row, nor tabs or line ends")
	}
	return nil
}

func blank(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' }

// PasswordPolicy is what the registry asks of EPP passwords. The zero value asks for
// nothing beyond CheckPassword.
type PasswordPolicy struct {
	MinLength int           // characters
	History   int           // so many earlier passwords are not taken again
	MaxAge    time.Duration // business time after which a login must bring a new one; 0: none
}

// Check refuses a new password: 2004 when it is too short.
func (p PasswordPolicy) Check(pw, field string) error {
	if err := CheckPassword(pw, field); err != nil {
		return err
	}
	if n := len([]rune(pw)); n < p.MinLength {
		return Errorf(KindRange, field, "", "a password has at least %d characters here", p.MinLength)
	}
	return nil
}

// Ends is when a password that was set at an instant has to be changed; zero for never.
func (p PasswordPolicy) Ends(set time.Time) time.Time {
	if p.MaxAge <= 0 {
		return time.Time{}
	}
	return set.Add(p.MaxAge)
}

// MayComeFrom says whether the account may be used from an address.
func MayComeFrom(networks []netip.Prefix, addr netip.Addr) bool {
	for _, n := range networks {
		if n.Contains(addr.Unmap()) {
			return true
		}
	}
	return len(networks) == 0
}
