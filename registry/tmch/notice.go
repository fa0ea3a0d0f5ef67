package tmch

import (
	"fmt"
	"hash/crc32"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Notice is what a registrar says of the claims notice that the registrant accepted (RFC 8334,
// section 2.6 and <launch:notice>; RFC 9361, section 5.3.2, number 1).
type Notice struct {
	ID       string    // TCNID: checksum and number
	NotAfter time.Time // end of the notice
	Accepted time.Time
}

// Rules are what policy says of notices.
type Rules struct {
	// AcceptedWithinMonths is how many months ago the notice may have been accepted at most, and
	// AcceptedWithinHours how many hours besides. Both 0: any time ago.
	AcceptedWithinMonths int
	AcceptedWithinHours  int
	// Skew is how far in the future the acceptance may be, for clocks that are not ours.
	Skew time.Duration
}

// Problem is why a notice is refused.
type Problem int

const (
	NoticeMalformed     Problem = iota + 1 // the identifier has not the form of RFC 9361, section 6.5
	NoticeChecksum                         // it is not that of the label and the end of the notice
	NoticeExpired                          // the notice ended before now
	NoticeFuture                           // accepted after now
	NoticeAcceptedLate                     // accepted after the end of the notice
	NoticeAcceptedStale                    // accepted longer ago than policy allows
)

// NoticeError says why a notice is refused, in words for the registrar.
type NoticeError struct {
	Problem Problem
	Reason  string
}

func (e *NoticeError) Error() string { return e.Reason }

func refuse(p Problem, format string, args ...any) error {
	return &NoticeError{Problem: p, Reason: fmt.Sprintf(format, args...)}
}

// A TCNID is 8 hexadecimal digits and a number of 19, zero-padded (RFC 9361, section 6.5).
var noticeID = regexp.MustCompile(`^([0-9A-Fa-f]{8})([0-9]{19})$`)

// CheckNotice decides if a notice allows to register label, the leftmost label of the name as an
// A-label in lower case, at the instant now (RFC 9361, section 5.3.2, numbers 2 to 4). The error
// is a *NoticeError.
func CheckNotice(label string, n Notice, now time.Time, rules Rules) error {
	parts := noticeID.FindStringSubmatch(n.ID)
	if parts == nil {
		return refuse(NoticeMalformed, "the notice id %.40q is not 8 hexadecimal digits and a number of 19 digits", n.ID)
	}
	if number, err := strconv.ParseInt(parts[2], 10, 64); err != nil || number == 0 {
		return refuse(NoticeMalformed, "the number %s in the notice id is not one from 1 to %d", parts[2], int64(math.MaxInt64))
	}
	if !strings.EqualFold(parts[1], checksum(label, n.NotAfter, parts[2])) {
		return refuse(NoticeChecksum, "the checksum %s in the notice id is not that of a notice for %q that ends at %s",
			parts[1], label, shown(n.NotAfter))
	}
	switch {
	case now.After(n.NotAfter):
		return refuse(NoticeExpired, "the notice ended at %s", shown(n.NotAfter))
	case n.Accepted.After(now.Add(rules.Skew)):
		return refuse(NoticeFuture, "the notice is said to have been accepted in the future, at %s", shown(n.Accepted))
	case n.Accepted.After(n.NotAfter):
		return refuse(NoticeAcceptedLate, "the notice was accepted at %s, after its end at %s", shown(n.Accepted), shown(n.NotAfter))
	case rules.stale(n.Accepted, now):
		return refuse(NoticeAcceptedStale, "the notice was accepted at %s, too long ago", shown(n.Accepted))
	}
	return nil
}

func (r Rules) stale(accepted, now time.Time) bool {
	if r.AcceptedWithinMonths == 0 && r.AcceptedWithinHours == 0 {
		return false
	}
	oldest := now.UTC().AddDate(0, -r.AcceptedWithinMonths, 0).Add(-time.Duration(r.AcceptedWithinHours) * time.Hour)
	return accepted.Before(oldest)
}

// NewNoticeID returns the TCNID of notice number n, which is 1 or more, for label until notAfter.
func NewNoticeID(label string, notAfter time.Time, n int64) string {
	number := fmt.Sprintf("%019d", n)
	return checksum(label, notAfter, number) + number
}

// checksum is the CRC32 of label, Unix time and number, in hexadecimal (RFC 9361, section 6.5).
func checksum(label string, notAfter time.Time, number string) string {
	return fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(label+strconv.FormatInt(notAfter.Unix(), 10)+number)))
}

func shown(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
