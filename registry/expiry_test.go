package registry

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestExpiryNoticeSettings(t *testing.T) {
	zone := func(ahead ...time.Duration) *Zone {
		z := NewZone("example", TargetZone)
		z.DNS.Nameservers = []ApexServer{{Name: "ns1.dns.test"}}
		z.ExpiryNotices = nil
		for _, d := range ahead {
			z.ExpiryNotices = append(z.ExpiryNotices, Duration(d))
		}
		return z
	}
	good := zone(Day, 60*Day, Day, time.Second)
	if err := good.Check(); err != nil || !slices.Equal(good.ExpiryNotices, []Duration{Duration(60 * Day), Duration(Day), Duration(time.Second)}) {
		t.Errorf("in order they are %v, %v", good.ExpiryNotices, err)
	}
	if err := zone().Check(); err != nil {
		t.Errorf("none: %v", err)
	}
	for name, z := range map[string]*Zone{
		"at the expiry": zone(0), "after it": zone(-Day), "as long as a registration": zone(361 * Day), "fractions": zone(Day + time.Millisecond),
		"many": zone(6*Day, 5*Day, 4*Day, 3*Day, 2*Day, Day),
	} {
		if err := z.Check(); !IsKind(err, KindRange) || !strings.Contains(err.Error(), "expiry_notices") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestExpiryNoticeText: the price is that of the name's class on the day of the renewal.
func TestExpiryNoticeText(t *testing.T) {
	z := NewZone("example", TargetZone)
	expires := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	z.PriceList = []PriceStep{{Class: "gold", From: expires, Renew: 123456}}
	d := &ExpiringDomain{ExpiryNotice: ExpiryNotice{Name: "gold.example", Registrar: "registrar-a", Expires: expires}, Class: "gold"}
	const want = "gold.example expires on 2027-01-01T00:00:00Z and is then renewed automatically for a year, for 1234.56 USD, "
	if got := d.Text(z); !strings.HasPrefix(got, want) {
		t.Error(got)
	}
}
