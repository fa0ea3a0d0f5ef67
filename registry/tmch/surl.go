package tmch

import (
	"fmt"
	"io"
	"time"
)

// SURL is the sunrise list: the labels of marks that are eligible for sunrise (RFC 9361,
// section 6.6). It never changes.
type SURL struct {
	Created time.Time // UTC
	rows    map[string]time.Time
}

// ParseSURL reads a list. Errors name the line.
func ParseSURL(r io.Reader) (*SURL, error) {
	rows, created, err := readPairs(r, "DNL,insertion-datetime", parseLabel)
	if err != nil {
		return nil, fmt.Errorf("sunrise list: %w", err)
	}
	return &SURL{Created: created, rows: rows}, nil
}

// Has tells if label, an A-label in lower case, is on the list.
func (l *SURL) Has(label string) bool {
	_, ok := l.rows[label]
	return ok
}

// Len is the number of labels.
func (l *SURL) Len() int { return len(l.rows) }
