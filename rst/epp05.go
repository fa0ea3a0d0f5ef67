package rst

import (
	"context"
	"strings"
)

// epp05 is epp04 for hosts.
func epp05(ctx context.Context, r *run) error {
	label, tld := word(18), "."+r.in.TLD
	bad := []string{
		"!." + label + tld, "-ns1." + label + tld, "ns1-." + label + tld, "ns1.." + label + tld,
		strings.Repeat("a", 64) + "." + label + tld, strings.Repeat("abcdefg.", 32) + "icann", "",
	}
	r.checks(ctx, nsHost, "EPP_HOST_CHECK_INVALID_HOST_INCORRECT_AVAIL", false, bad)
	r.checks(ctx, nsHost, "EPP_HOST_CHECK_REGISTERED_HOST_INCORRECT_AVAIL", false, r.in.RegisteredNameservers)
	r.checks(ctx, nsHost, "EPP_HOST_CHECK_VALID_HOST_INCORRECT_AVAIL", true, []string{"ns1." + label + tld, externalHost()})
	return nil
}
