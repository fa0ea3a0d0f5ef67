package rst

import (
	"context"
	"fmt"
	"time"
)

const claimsCode = "RPMS_TRADEMARK_CREATE_"

// rpms03: a name with claims is registered by who acknowledged the notice; a notice
// with a wrong checksum, one that has ended, or an acknowledgement of more than a
// year ago does not do.
func rpms03(ctx context.Context, r *run) error {
	list, err := readDNL(r.in.Launch.DNL)
	if err != nil {
		return err
	}
	base, err := r.goodDomain(ctx, r.me, "")
	if err != nil {
		return err
	}
	c, ok := r.freeClaim(ctx, list)
	if !ok {
		return fmt.Errorf("no label of the list is free in %s", r.in.Launch.ClaimsTLD)
	}
	with := func(extension string) domain {
		d := base
		d.name, d.extension = c.label+"."+r.in.Launch.ClaimsTLD, extension
		return d
	}
	now := time.Now().UTC().Truncate(time.Second)
	end, ended := now.AddDate(0, 0, 2), now.AddDate(0, 0, -1)
	good := noticeID(c.label, end)
	wrong := "00000000"
	if good[:8] == wrong {
		wrong = "11111111"
	}
	for _, bad := range []struct{ row, code, extension string }{
		{"wrong checksum", "INVALID_CLAIM_KEY", notice(wrong+good[8:], end, now)},
		{"notice of another label", "INVALID_CLAIM_KEY", notice(noticeID("rst"+c.label, end), end, now)},
		{"notice that has ended", "EXPIRED_CLAIM_KEY", notice(noticeID(c.label, ended), ended, now.AddDate(0, 0, -2))},
		{"acknowledged 13 months ago", "INVALID_ACCEPTANCE_DATE", notice(good, end, now.AddDate(0, -13, 0))},
	} {
		r.judge("%s", bad.row)
		r.reject(r.do(ctx, with(bad.extension).create()), claimsCode+"UNEXPECTED_SUCCESS_USING_"+bad.code)
	}
	r.judge("claims of %s", c.label)
	r.claimKey(ctx, c)
	r.judge("acknowledged")
	d := with(notice(good, end, now))
	if !r.accept(r.do(ctx, d.create()), claimsCode+"UNEXPECTED_FAILURE_USING_VALID_CLAIM_KEY") {
		return nil
	}
	info := r.do(ctx, ask("info", nsDomain, d.name))
	if r.accept(info, claimsCode+"INFO_OBJECT_DOES_NOT_EXIST") {
		r.launched(info, d, claimsCode)
	}
	r.do(ctx, ask("delete", nsDomain, d.name))
	return nil
}

// freeClaim is a label of the list that nobody has registered.
func (r *run) freeClaim(ctx context.Context, list []claim) (claim, bool) {
	for _, c := range list {
		got := r.do(ctx, ask("check", nsDomain, c.label+"."+r.in.Launch.ClaimsTLD))
		if have := got.root.first(nsDomain, "name"); have != nil && (have.attrs["avail"] == "1" || have.attrs["avail"] == "true") {
			return c, true
		}
	}
	return claim{}, false
}
