// Package mail sends what the registry has to tell people who have no session with
// it. Mails are written into an outbox in the transaction of what they tell about;
// the [Sender] takes them from there. A mail is sent at least once: one that was sent
// just before a crash is sent again, with the same Message-ID.
//
// It implements the Internet Message Format (RFC 5322), MIME bodies and headers
// (RFC 2045, RFC 2047), submission by SMTP (RFC 5321, RFC 6409) with STARTTLS
// (RFC 3207) or TLS from the start (RFC 8314), login (RFC 4954), and the marking of
// automatic mail (RFC 3834).
package mail

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Mail is a mail of the outbox. It is an alias of a plain struct, so that the queue
// and its user have the same type without one importing the other.
type Mail = struct {
	ID        int64
	Recipient string // an address without a name
	Subject   string
	Body      string    // plain text
	QueuedAt  time.Time // business time, the Date of the mail
	Tries     int       // with the one being made
}

// Queue is the outbox. Its instants are wall time, for networks know no business
// clock. It is used by several processes at a time.
type Queue interface {
	// Claim takes one mail that is due at now and keeps it from others until the
	// instant until. ok is false when none is due.
	Claim(ctx context.Context, now, until time.Time) (m Mail, ok bool, err error)
	// Done removes a claimed mail.
	Done(ctx context.Context, m Mail) error
	// Failed puts a claimed mail off until the instant again.
	Failed(ctx context.Context, m Mail, again time.Time) error
}

// Transport carries one mail away. An error that wraps [ErrRefused] says that trying
// again is of no use.
type Transport interface {
	Send(ctx context.Context, m Mail) error
}

// ErrRefused marks mails that will never be taken.
var ErrRefused = errors.New("the mail is refused")

// Caps on what a mail may be.
const (
	maxAddress = 254 // RFC 5321, Section 4.5.3.1.3, without the angle brackets
	maxSubject = 500 // characters
	maxBody    = 1 << 20
)

// CheckAddress refuses what is not exactly one address without a name (addr-spec of
// RFC 5322, Section 3.4.1): a second address or a header could hide in it.
func CheckAddress(address string) error {
	if len(address) > maxAddress {
		return fmt.Errorf("an address has at most %d octets", maxAddress)
	}
	if hasControl(address) {
		return errors.New("an address has no line ends or other control characters")
	}
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address || parsed.Name != "" {
		return errors.New(`an address is like "name@example.org", and nothing else`)
	}
	return nil
}

// check refuses a mail that could say something else than it was meant to.
func check(m Mail) error {
	if err := CheckAddress(m.Recipient); err != nil {
		return fmt.Errorf("%w: recipient: %w", ErrRefused, err)
	}
	switch {
	case hasControl(m.Subject):
		return fmt.Errorf("%w: the subject holds a line end or another control character", ErrRefused)
	case utf8.RuneCountInString(m.Subject) > maxSubject:
		return fmt.Errorf("%w: the subject has more than %d characters", ErrRefused, maxSubject)
	case len(m.Body) > maxBody:
		return fmt.Errorf("%w: the body has more than %d octets", ErrRefused, maxBody)
	case !utf8.ValidString(m.Body) || strings.ContainsRune(m.Body, 0):
		return fmt.Errorf("%w: the body is no text", ErrRefused)
	}
	return nil
}

// hasControl also finds what is no UTF-8, and the line ends of Unicode.
func hasControl(s string) bool {
	return !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || r == '\u2028' || r == '\u2029'
	})
}
