package tmch

import (
	"fmt"
	"io"
	"regexp"
	"time"
)

// SMDRL is the list of revoked signed marks (RFC 9361, section 6.2). It never changes.
type SMDRL struct {
	Created time.Time // UTC
	rows    map[string]time.Time
}

var smdID = regexp.MustCompile(`^[0-9]{1,63}-[0-9]{1,63}$`)

// ParseSMDRL reads a list. Errors name the line.
func ParseSMDRL(r io.Reader) (*SMDRL, error) {
	rows, created, err := readPairs(r, "smd-id,insertion-datetime", func(s string) (string, error) {
		if !smdID.MatchString(s) {
			return "", fmt.Errorf("%.80q is not the identifier of a signed mark", s)
		}
		return s, nil
	})
	if err != nil {
		return nil, fmt.Errorf("list of revoked signed marks: %w", err)
	}
	return &SMDRL{Created: created, rows: rows}, nil
}

// Revoked tells if the signed mark with this <smd:id> is on the list.
func (l *SMDRL) Revoked(id string) bool {
	_, ok := l.rows[id]
	return ok
}

// Len is the number of revoked signed marks.
func (l *SMDRL) Len() int { return len(l.rows) }
