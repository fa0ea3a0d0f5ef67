package desk

import "time"

// pace is how many names the next transaction of a pruning removes. They are locked
// until its commit, which shall be within 50 ms, on a slow or busy machine too; so the
// number follows from how long the last one took.
type pace int

const (
	firstPace pace = 5
	leastPace pace = 2
	mostPace  pace = 20
	// A transaction that took longer than slow makes the next one half as large, one
	// that was faster than quick makes it larger: far from 50 ms, for what a busy machine
	// does in between comes in leaps.
	slow  = 12 * time.Millisecond
	quick = 6 * time.Millisecond
)

// after is the pace after a transaction of n names that took so long.
func (p pace) after(n int, took time.Duration) pace {
	switch {
	case took > slow:
		return max(leastPace, p/2)
	case took < quick && n >= int(p): // a smaller one tells nothing of a full one
		return min(mostPace, p+p/4+1)
	}
	return p
}
