package desk

import "time"

// SetAskTimeout bounds how long outside verifiers may take, before any is asked.
func (d *Desk) SetAskTimeout(t time.Duration) { d.outside.timeout = t }
