package tmch

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"
)

// Limits of the lists. The real ones have some 100,000 lines.
const (
	maxLine = 512     // octets of a line
	maxRows = 4 << 20 // of a list
)

// timeFormat is how the lists give instants (RFC 9361, section 6); more or fewer decimals are read.
const timeFormat = "2006-01-02T15:04:05.0Z"

var label = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// readList reads a list of RFC 9361, sections 6.1, 6.2 and 6.6: a line with version 1 and the
// instant of creation, the header, and rows of as many fields as the header has, which it gives
// to row. It returns the instant. A list with no rows is read: that of a new database has none.
// Errors name the line.
func readList(r io.Reader, header string, row func(fields []string) error) (time.Time, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, maxLine), maxLine)
	n := 0
	next := func() (string, bool) {
		n++
		ok := lines.Scan()
		return strings.TrimSuffix(lines.Text(), "\r"), ok
	}
	fail := func(err error) (time.Time, error) { return time.Time{}, fmt.Errorf("line %d: %w", n, err) }

	first, _ := next()
	version, instant, _ := strings.Cut(first, ",")
	if version != "1" {
		return fail(fmt.Errorf("version %.20q where 1 is expected", version))
	}
	created, err := parseTime(instant)
	if err != nil {
		return fail(err)
	}
	if got, _ := next(); got != header {
		return fail(fmt.Errorf("%.80q where the header %q is expected", got, header))
	}
	want := strings.Count(header, ",") + 1
	for line, ok := next(); ok; line, ok = next() {
		fields := strings.Split(line, ",")
		if len(fields) != want {
			return fail(fmt.Errorf("%d fields where the header has %d", len(fields), want))
		}
		if n-2 > maxRows {
			return fail(fmt.Errorf("more than %d rows", maxRows))
		}
		if err := row(fields); err != nil {
			return fail(err)
		}
	}
	if err := lines.Err(); err != nil {
		return fail(err)
	}
	return created, nil
}

// parseTime reads an instant, which has to be in UTC.
func parseTime(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || !strings.HasSuffix(s, "Z") {
		return time.Time{}, fmt.Errorf("%.40q is not a date and time in UTC", s)
	}
	return t, nil
}

func parseLabel(s string) (string, error) {
	folded := strings.ToLower(s)
	if !label.MatchString(folded) {
		return "", fmt.Errorf("%.80q is not a label", s)
	}
	return folded, nil
}

// readPairs reads a list of keys and instants.
func readPairs(r io.Reader, header string, key func(string) (string, error)) (map[string]time.Time, time.Time, error) {
	rows := map[string]time.Time{}
	created, err := readList(r, header, func(f []string) error {
		k, err := key(f[0])
		if err != nil {
			return err
		}
		at, err := parseTime(f[1])
		if err != nil {
			return err
		}
		if _, ok := rows[k]; ok {
			return fmt.Errorf("%q is listed twice", k)
		}
		rows[k] = at
		return nil
	})
	return rows, created, err
}
