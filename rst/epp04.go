package rst

import (
	"context"
	"slices"
	"strings"
)

// epp04: names that are no names are not available (or refused with 2001, 2004 or
// 2005), registered ones are not, others are.
func epp04(ctx context.Context, r *run) error {
	label, tld := word(18), "."+r.in.TLD
	bad := []string{
		"-" + label + tld, label + "-" + tld, "!" + label + tld, "_" + label + tld, label + " a" + tld,
		strings.Repeat("a", 64) + tld, label + "." + tld, tld, "",
	}
	r.checks(ctx, nsDomain, "EPP_DOMAIN_CHECK_INVALID_DOMAIN_INCORRECT_AVAIL", false, bad)
	r.checks(ctx, nsDomain, "EPP_DOMAIN_CHECK_REGISTERED_DOMAIN_INCORRECT_AVAIL", false, r.in.RegisteredNames)
	r.checks(ctx, nsDomain, "EPP_DOMAIN_CHECK_VALID_DOMAIN_INCORRECT_AVAIL", true, []string{label + tld, strings.ToLower(label) + tld})
	return nil
}

// notIDNOnly skips a TLD that has no ASCII names.
func notIDNOnly(r *run) string {
	if r.in.IDN != nil && r.in.IDN.Only {
		return "IDN-only TLD"
	}
	return ""
}

// checks asks for the availability of objects, one at a time. Only what is not valid
// may be refused.
func (r *run) checks(ctx context.Context, object, code string, avail bool, keys []string) {
	name := "name"
	if object == nsContact {
		name = "id"
	}
	for _, key := range keys {
		r.judge("%q", key)
		got := r.do(ctx, ask("check", object, key))
		if strings.Contains(code, "_INVALID_") && slices.Contains([]int{2001, 2004, 2005}, got.code) || got.code == 0 {
			continue
		}
		if !r.accept(got, code) {
			continue
		}
		list := got.root.all(object, name)
		if len(list) != 1 || !strings.EqualFold(list[0].text, strings.TrimSpace(key)) {
			r.find(code, got, "the answer is not about %q", key)
			continue
		}
		if have := list[0].attrs["avail"]; (have == "1" || have == "true") != avail {
			r.find(code, got, "avail is %q", have)
		}
	}
}
