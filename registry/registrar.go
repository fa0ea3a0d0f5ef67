package registry

import "time"

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
	Password    string    // argon2id PHC string; never leaves the process
	Balance     int64     // minor units
	CreditLimit int64     // minor units it may owe
	Currency    string    // ISO 4217
	LowBalance  int64     // a poll message is queued when the balance falls below it
	Created     time.Time // business time
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

// MinPasswordLength and MaxPasswordLength bound an EPP password: pwType of
// RFC 5730 (6 to 16 characters).
const (
	MinPasswordLength = 6
	MaxPasswordLength = 16
)

// CheckPassword refuses a password that EPP's login could not carry.
func CheckPassword(pw, field string) error {
	if n := len([]rune(pw)); n < MinPasswordLength || n > MaxPasswordLength {
		return Errorf(KindRange, field, "", "a password has %d to %d characters", MinPasswordLength, MaxPasswordLength)
	}
	return nil
}
