package registry

import (
	"crypto/rand"
	"crypto/sha256"
	"slices"
	"time"
)

// Token is an allocation token (RFC 8495): credit for names that are not for everyone.
// Its value is told once, when it is made, and is not kept.
type Token struct {
	ID        int64     `json:"id"`
	Names     []string  `json:"names"`               // canonical
	Registrar string    `json:"registrar,omitempty"` // who may use it; empty: whoever has it
	Commands  []string  `json:"commands"`            // "create", "transfer"
	NotBefore time.Time `json:"not_before,omitzero"`
	NotAfter  time.Time `json:"not_after,omitzero"`
	Uses      int       `json:"uses"`
	UsesLeft  int       `json:"uses_left"`
	Discount  int       `json:"discount,omitempty"` // per cent, off the price of a create
	Note      string    `json:"note,omitempty"`
	Revoked   time.Time `json:"revoked,omitzero"`
	Created   time.Time `json:"created"`
	Version   int       `json:"version"`
}

// Bounds of a token.
const (
	MaxTokenNames = 1000
	MaxTokenUses  = 1000
	maxTokenNote  = 200
)

// NewTokenValue makes the value of a token: 26 characters with 130 random bits.
func NewTokenValue() string { return rand.Text() }

// TokenHash is what is kept of a value. It needs no salt: values are random.
func TokenHash(value string) []byte {
	sum := sha256.Sum256([]byte(value))
	return sum[:]
}

// Check refuses a token that could not be used.
func (t *Token) Check(zones Zones) error {
	if len(t.Names) == 0 || len(t.Names) > MaxTokenNames {
		return Errorf(KindRange, "name", "", "a token is for 1 to %d names", MaxTokenNames)
	}
	for _, name := range t.Names {
		c, err := CanonicalName(name, "name")
		if err != nil {
			return err
		}
		z := zones.Find(c)
		if c != name || z == nil || z.Kind != TargetZone || labelOf(z, c) == "" {
			return Errorf(KindValue, "name", name, "not a name that could be registered here")
		}
	}
	for _, c := range t.Commands {
		if c != "create" && c != "transfer" {
			return Errorf(KindValue, "command", c, "a token is for create, transfer or both")
		}
	}
	switch {
	case len(t.Commands) == 0:
		return Errorf(KindMissing, "command", "", "a token is for create, transfer or both")
	case t.Uses < 1 || t.Uses > MaxTokenUses:
		return Errorf(KindRange, "uses", "", "a token has 1 to %d uses", MaxTokenUses)
	case t.Discount < 0 || t.Discount > 100:
		return Errorf(KindRange, "discount", "", "a discount is 0 to 100 per cent")
	case !t.NotAfter.IsZero() && !t.NotAfter.After(t.NotBefore):
		return Errorf(KindRange, "until", t.NotAfter.Format(time.RFC3339), "a token ends after it begins")
	case len(t.Note) > maxTokenNote:
		return Errorf(KindRange, "note", "", "a note has at most %d octets", maxTokenNote)
	}
	return nil
}

// errToken is every reason why a token is not taken: who tries values learns nothing.
func errToken() *Error {
	return Errorf(KindAuthorization, "allocationToken:allocationToken", "", "the allocation token does not apply: it is unknown, used up or out of its time, or not for this name, command or registrar")
}

// Applies refuses with 2201 a token that is not for this use of it (RFC 8495, Sections
// 2.1 and 3.2); nil is an unknown one.
func (t *Token) Applies(actor Actor, command, name string, now time.Time) error {
	switch {
	case t == nil,
		t.UsesLeft == 0 || !t.Revoked.IsZero(),
		t.Registrar != "" && t.Registrar != actor.Registrar,
		!slices.Contains(t.Commands, command),
		!slices.Contains(t.Names, name),
		now.Before(t.NotBefore),
		!t.NotAfter.IsZero() && !now.Before(t.NotAfter):
		return errToken()
	}
	return nil
}
