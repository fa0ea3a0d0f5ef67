package whitelist

import "time"

// Record is what an entry says in DNS (interfaces.md, section 4):
//
//	v=wl1; target=miami.trips; registrant=UID5439394; registrar=146; until=2027-11-21T00:00:00Z
//
// Target, Registrant and Registrar are as shown: hashed components carry the
// prefix "sha256:" or "hmac-sha256:" and base32hex.
type Record struct {
	Target     string
	Registrant string    // "" when the name is not about the registrant
	Registrar  string    // "" when the name is not about the registrar
	Until      time.Time // UTC, whole seconds
	Credential string    // argon2id PHC string; "" without
}

// Record makes the record of a name that p.Names gave.
func (p *Policy) Record(target string, n Name, until time.Time, credHash string) Record {
	panic("to be built")
}

// Text writes the record as the text of a TXT record. Values are escaped where
// they hold semicolons or characters outside printable ASCII (percent encoding).
func (r Record) Text() string { panic("to be built") }

// ParseRecord reads the text of a TXT record; it refuses what it does not know,
// duplicates, and more than 1024 octets.
func ParseRecord(text string) (Record, error) { panic("to be built") }

// CredentialHash makes the argon2id PHC string of a credential (m=19456, t=2, p=1),
// over its type and value, so that a token does not pass for a password.
func CredentialHash(typ, value string) string { panic("to be built") }

// CredentialMatches compares in constant time; false for a malformed or over-costly
// hash string.
func CredentialMatches(phc, typ, value string) bool { panic("to be built") }
