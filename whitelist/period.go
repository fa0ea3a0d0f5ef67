package whitelist

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"cadastre/registry"
)

// maxYears bounds a period of a policy.
const maxYears = 100

// Period is a length of time in a policy, such as "1y", "30d", "12h" or "90s".
// Years are calendar years; the zero value is no period.
type Period struct {
	Years int
	Exact time.Duration
}

// After is the instant a period after t, in UTC; 29 February and a year are 28 February.
func (p Period) After(t time.Time) time.Time { return registry.AddYears(t.UTC(), p.Years).Add(p.Exact) }

// units are the exact units, the longest first.
var units = []struct {
	letter byte
	length time.Duration
}{{'d', 24 * time.Hour}, {'h', time.Hour}, {'m', time.Minute}, {'s', time.Second}}

var errPeriod = errors.New("a period is a whole number above zero and one of y, d, h, m and s, such as 1y or 30d, and at most 100 years")

// MarshalText writes the text form in the longest unit that is exact; zero and
// negative periods, and more than 100 years, are refused.
func (p Period) MarshalText() ([]byte, error) {
	switch {
	case p.Exact == 0 && p.Years > 0 && p.Years <= maxYears:
		return append(strconv.AppendInt(nil, int64(p.Years), 10), 'y'), nil
	case p.Years != 0 || p.Exact <= 0 || p.Exact > maxYears*365*24*time.Hour:
		return nil, errPeriod
	}
	for _, u := range units {
		if p.Exact%u.length == 0 {
			return append(strconv.AppendInt(nil, int64(p.Exact/u.length), 10), u.letter), nil
		}
	}
	return nil, errPeriod
}

// UnmarshalText implements encoding.TextUnmarshaler; it refuses what MarshalText does.
func (p *Period) UnmarshalText(text []byte) error {
	const longest = 12 // octets: 100 years in seconds are ten digits
	s := string(text)
	if len(s) < 2 || len(s) > longest || strings.Trim(s[:len(s)-1], "0123456789") != "" {
		return errPeriod
	}
	n, err := strconv.ParseInt(s[:len(s)-1], 10, 64)
	if err != nil || n <= 0 {
		return errPeriod
	}
	unit := s[len(s)-1]
	if unit == 'y' {
		if n > maxYears {
			return errPeriod
		}
		*p = Period{Years: int(n)}
		return nil
	}
	for _, u := range units {
		if u.letter == unit && n <= int64(maxYears*365*24*time.Hour/u.length) {
			*p = Period{Exact: time.Duration(n) * u.length}
			return nil
		}
	}
	return errPeriod
}

// String is the text form; "" for a period that has none.
func (p Period) String() string {
	text, _ := p.MarshalText()
	return string(text)
}

// Interval is how often a policy's names are pruned: "second", "minute", "hour",
// "day", "week" or "month", at the beginning of each (UTC; weeks begin on Monday).
type Interval string

// Next is the first instant after t at which the interval begins anew. An interval
// that ParsePolicy would refuse counts as a day.
func (i Interval) Next(t time.Time) time.Time {
	t = t.UTC()
	year, month, day := t.Date()
	midnight := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	switch i {
	case "second":
		return t.Truncate(time.Second).Add(time.Second)
	case "minute":
		return t.Truncate(time.Minute).Add(time.Minute)
	case "hour":
		return t.Truncate(time.Hour).Add(time.Hour)
	case "week":
		sinceMonday := (int(t.Weekday()) + 6) % 7
		return midnight.AddDate(0, 0, 7-sinceMonday)
	case "month":
		return time.Date(year, month+1, 1, 0, 0, 0, 0, time.UTC)
	}
	return midnight.AddDate(0, 0, 1)
}
