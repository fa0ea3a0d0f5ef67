package netserve

import (
	"fmt"
	"time"
)

// Limit is a member of a server's limits that is still to be filled in.
type Limit func() error

// Bound is the limit of a name, with what it is when nobody sets it.
func Bound[T int | time.Duration](name string, value *T, def T) Limit {
	return func() error {
		if *value == 0 {
			*value = def
		}
		if *value < 0 {
			return fmt.Errorf("%s is negative", name)
		}
		return nil
	}
}

// FillIn gives limits that are zero their default and refuses the first negative one.
func FillIn(limits ...Limit) error {
	for _, fill := range limits {
		if err := fill(); err != nil {
			return err
		}
	}
	return nil
}
