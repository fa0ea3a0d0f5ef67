package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// zoneIsStore demands that DNS answers every published name with its record, and
// says of every other that it does not exist. Time goes on meanwhile, so what differs
// is looked up once more.
func (c *chaos) zoneIsStore(t *testing.T) {
	t.Helper()
	key := c.whitelist.signer(t)
	for name := range c.names {
		c.agree(t, func() string {
			want, rcode := c.published[name], dnsmessage.RCodeSuccess
			if want == "" {
				rcode = dnsmessage.RCodeNameError
			}
			code, texts, err := key.askTXT(c.whitelist.info.DNS.Addr, name)
			if err == nil && code == rcode && strings.Join(texts, "|") == want {
				return ""
			}
			return fmt.Sprintf("DNS says of %s: %v %q %v, want %v %q", name, code, texts, err, rcode, want)
		})
	}
	for _, zone := range []string{"valid.zone", "preapproved.works"} {
		c.agree(t, func() string {
			want := 0
			for name := range c.published {
				if strings.HasSuffix(name, "."+zone) {
					want++
				}
			}
			got := c.whitelist.metric(t, fmt.Sprintf(`cadastre_dns_zone_names{zone=%q}`, zone))
			if got == fmt.Sprint(want) {
				return ""
			}
			return fmt.Sprintf("DNS has %s names in %s, the store %d", got, zone, want)
		})
	}
}

// agree waits until DNS and the store agree.
func (c *chaos) agree(t *testing.T, differs func() string) {
	t.Helper()
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		why := differs()
		if why == "" {
			return
		}
		if time.Since(began) > 10*publishLimit {
			t.Error(why)
			return
		}
		c.whitelist.readBooks(t, c.readPublished)
	}
}
