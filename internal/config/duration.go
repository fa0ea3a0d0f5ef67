package config

import (
	"fmt"
	"strings"
	"time"
)

// Duration is a length of time, written like "10m", "1h30m" or "250ms".
type Duration struct{ time.Duration }

// UnmarshalText reads what time.ParseDuration reads.
func (d *Duration) UnmarshalText(text []byte) (err error) {
	d.Duration, err = time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("%q is no duration such as 10m, 1h30m or 250ms", text)
	}
	return nil
}

// String writes the duration without zero parts: 10m, not 10m0s.
func (d Duration) String() string {
	text := d.Duration.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
