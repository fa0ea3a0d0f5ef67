package tmch

import (
	"fmt"
	"io"
	"regexp"
	"time"
)

// DNL is the list of labels that claims exist for (RFC 9361, section 6.1). It never changes.
type DNL struct {
	Created time.Time // UTC
	rows    map[string]dnlRow
}

type dnlRow struct {
	key      string
	inserted time.Time
}

// The key is the Trademark Database's own; all that we ask is that it may stand in a URL and in
// <launch:claimKey>.
var lookupKey = regexp.MustCompile(`^[A-Za-z0-9/_-]{1,128}$`)

// ParseDNL reads a list. Errors name the line.
func ParseDNL(r io.Reader) (*DNL, error) {
	list := &DNL{rows: map[string]dnlRow{}}
	var err error
	list.Created, err = readList(r, "DNL,lookup-key,insertion-datetime", func(f []string) error {
		name, err := parseLabel(f[0])
		if err != nil {
			return err
		}
		if !lookupKey.MatchString(f[1]) {
			return fmt.Errorf("%.80q is not a lookup key", f[1])
		}
		inserted, err := parseTime(f[2])
		if err != nil {
			return err
		}
		if _, ok := list.rows[name]; ok {
			return fmt.Errorf("the label %q is listed twice", name)
		}
		list.rows[name] = dnlRow{key: f[1], inserted: inserted}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list of labels with claims: %w", err)
	}
	return list, nil
}

// Lookup returns the key of the claims notices for label, an A-label in lower case.
func (l *DNL) Lookup(label string) (key string, ok bool) {
	row, ok := l.rows[label]
	return row.key, ok
}

// Inserted returns when label came to the list, in UTC. For 24 hours from then on, names may be
// registered without a notice (RFC 9361, section 5.3.2).
func (l *DNL) Inserted(label string) (time.Time, bool) {
	row, ok := l.rows[label]
	return row.inserted, ok
}

// Len is the number of labels.
func (l *DNL) Len() int { return len(l.rows) }
