package whitelist

import "time"

// Period is a length of time in a policy, such as "1y", "30d", "12h" or "90s".
// Years are calendar years.
type Period struct {
	Years int
	Exact time.Duration
}

// After is the instant a period after t.
func (p Period) After(t time.Time) time.Time { panic("to be built") }

// MarshalText and UnmarshalText read and write the text form; zero and negative
// periods, and more than 100 years, are refused.
func (p Period) MarshalText() ([]byte, error) { panic("to be built") }

// UnmarshalText implements encoding.TextUnmarshaler.
func (p *Period) UnmarshalText(text []byte) error { panic("to be built") }

// Interval is how often a policy's names are pruned: "second", "minute", "hour",
// "day", "week" or "month", at the beginning of each (UTC; weeks begin on Monday).
type Interval string

// Next is the first instant after t at which the interval begins anew.
func (i Interval) Next(t time.Time) time.Time { panic("to be built") }
