package registry

import (
	"fmt"
	"slices"
	"time"
)

// Bounds of a zone's notices of expiry. They come later than any registration, so that a new
// one gets all of them.
const (
	maxExpiryNotices = 5
	maxExpiryAhead   = 360 * Day
)

// checkNotices refuses notices that could not be sent in order, and puts them into it: the
// earliest first.
func (z *Zone) checkNotices() error {
	if len(z.ExpiryNotices) > maxExpiryNotices {
		return Errorf(KindRange, "expiry_notices", "", "at most %d", maxExpiryNotices)
	}
	for _, ahead := range z.ExpiryNotices {
		if ahead.D() < time.Second || ahead.D() > maxExpiryAhead || ahead.D()%time.Second != 0 {
			return Errorf(KindRange, "expiry_notices", ahead.D().String(), "whole seconds, up to %d days before the expiry", maxExpiryAhead/Day)
		}
	}
	slices.Sort(z.ExpiryNotices)
	slices.Reverse(z.ExpiryNotices)
	z.ExpiryNotices = slices.Compact(z.ExpiryNotices)
	return nil
}

// ExpiryNotice tells the sponsor of a domain that it expires soon.
type ExpiryNotice struct {
	ID        int64     `json:"id"` // of the domain
	Name      string    `json:"name"`
	Registrar string    `json:"registrar"`
	Expires   time.Time `json:"expires"`
}

// ExpiringDomain is what a notice is made of.
type ExpiringDomain struct {
	ExpiryNotice
	Class string // of its prices
}

// Text tells what happens at the expiry, in plain words.
func (d *ExpiringDomain) Text(z *Zone) string {
	p := z.PricesAt(d.Class, d.Expires)
	return fmt.Sprintf("%s expires on %s and is then renewed automatically for a year, for %s %s, unless it is deleted or renewed before",
		d.Name, d.Expires.Format(time.RFC3339), AmountText(p.Renew, MinorDigits(p.Currency)), p.Currency)
}
