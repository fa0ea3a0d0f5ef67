package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"cadastre/registry"
)

// periodFlag is a length of time on the command line: 5d, 36h, 90m, 30s, or
// several of them in a row, such as 1d12h.
type periodFlag struct{ to *registry.Duration }

var _ pflag.Value = periodFlag{}

func (p periodFlag) Type() string { return "period" }

func (p periodFlag) String() string {
	if p.to == nil {
		return ""
	}
	return periodText(p.to.D())
}

func (p periodFlag) Set(text string) error {
	d, err := parsePeriod(text)
	*p.to = registry.Duration(d)
	return err
}

// noticesFlag is several lengths of time, with commas between them; 0 alone is none.
type noticesFlag struct{ to *[]registry.Duration }

var _ pflag.Value = noticesFlag{}

func (n noticesFlag) Type() string { return "periods" }

func (n noticesFlag) String() string {
	if n.to == nil {
		return ""
	}
	return noticesText(*n.to)
}

func (n noticesFlag) Set(text string) error {
	*n.to = nil
	if text == "0" {
		return nil
	}
	for part := range strings.SplitSeq(text, ",") {
		d, err := parsePeriod(part)
		if err != nil {
			return err
		}
		*n.to = append(*n.to, registry.Duration(d))
	}
	return nil
}

// noticesText writes notices as the flag takes them.
func noticesText(notices []registry.Duration) string {
	if len(notices) == 0 {
		return "0"
	}
	parts := make([]string, len(notices))
	for i, d := range notices {
		parts[i] = periodText(d.D())
	}
	return strings.Join(parts, ",")
}

// maxPeriod bounds every period: longer than any registration.
const maxPeriod = 10 * 366 * registry.Day

func parsePeriod(text string) (time.Duration, error) {
	days, rest, hasDays := strings.Cut(text, "d")
	if !hasDays {
		days, rest = "0", text
	}
	n, err := strconv.ParseUint(days, 10, 32)
	d := time.Duration(0)
	if err == nil && rest != "" {
		d, err = time.ParseDuration(rest)
	}
	if err != nil || rest == "" && !hasDays {
		return 0, fmt.Errorf("%q is no length of time such as 5d, 36h or 1d12h", text)
	}
	if n <= uint64(maxPeriod/registry.Day) && d >= 0 && d <= maxPeriod {
		if sum := time.Duration(n)*registry.Day + d; sum <= maxPeriod {
			return sum, nil
		}
	}
	return 0, fmt.Errorf("%q is not between 0 and %s", text, periodText(maxPeriod))
}

// periodText writes whole days as such.
func periodText(d time.Duration) string {
	days, rest := d/registry.Day, d%registry.Day
	switch {
	case days > 0 && rest == 0:
		return fmt.Sprintf("%dd", days)
	case days > 0:
		return fmt.Sprintf("%dd%s", days, shortDuration(rest))
	default:
		return shortDuration(d)
	}
}

// shortDuration leaves out the zero parts at the end: 2h, not 2h0m0s.
func shortDuration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// secondsFlag is a length of time that DNS counts in seconds: 3600, 1h or 1d.
type secondsFlag struct{ to *uint32 }

var _ pflag.Value = secondsFlag{}

func (s secondsFlag) Type() string { return "period" }

func (s secondsFlag) String() string {
	if s.to == nil {
		return ""
	}
	return periodText(time.Duration(*s.to) * time.Second)
}

// maxSeconds is the largest TTL (RFC 2181, Section 8).
const maxSeconds = 1<<31 - 1

func (s secondsFlag) Set(text string) error {
	if n, err := strconv.ParseUint(text, 10, 31); err == nil {
		*s.to = uint32(n)
		return nil
	}
	d, err := parsePeriod(text)
	if err != nil {
		return err
	}
	if d%time.Second != 0 || d/time.Second > maxSeconds {
		return fmt.Errorf("%q is not a whole number of seconds below %d", text, maxSeconds)
	}
	*s.to = uint32(d / time.Second)
	return nil
}
