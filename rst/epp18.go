package rst

import (
	"context"
	"slices"
	"time"
)

// epp18: a renewal adds its period, and shows the grace period beside that of the
// creation; it is refused beyond ten years, with a wrong date or a bad period.
func epp18(ctx context.Context, r *run) error {
	d, err := r.newDomain(ctx, r.me, "")
	if err != nil {
		return err
	}
	_, expires := r.expiry(ctx, r.me, d.name)
	for _, years := range []int{1, 2} {
		r.judge("%d years", years)
		got := r.do(ctx, renew(d.name, expires.Format(time.DateOnly), string(rune('0'+years)), "y"))
		if !r.accept(got, "EPP_UNEXPECTED_COMMAND_FAILURE") {
			continue
		}
		info, now := r.expiry(ctx, r.me, d.name)
		if !yearsLater(expires, now, years) {
			r.find("EPP_RENEW_INFO_RESPONSE_UNEXPECTED_EXPIRY_DATE", info, "%v, not %d years after %v", now, years, expires)
		}
		expires = now
		shown := info.root.marks(nsRGP, "rgpStatus", "s")
		for _, want := range []string{"addPeriod", "renewPeriod"} {
			if !slices.Contains(shown, want) {
				r.find("EPP_RENEW_INFO_RESPONSE_MISSING_OR_INVALID_RGP_STATUS", info, "%q, without %s", shown, want)
			}
		}
	}
	date := expires.Format(time.DateOnly)
	for _, p := range [][2]string{{"9", "y"}, {"10", "y"}, {"11", "y"}, {"99", "y"}, {"0", "y"}, {"-1", "y"}, {"1.5", "y"}, {"", "y"}, {"1", "x"}} {
		r.judge("period %s%s", p[0], p[1])
		r.reject(r.do(ctx, renew(d.name, date, p[0], p[1])), "EPP_RENEW_SERVER_ACCEPTS_INVALID_PERIOD")
	}
	for _, bad := range []string{expires.AddDate(0, 0, 1).Format(time.DateOnly), expires.AddDate(-1, 0, 0).Format(time.DateOnly), "2000-01-01", "", "tomorrow"} {
		r.judge("curExpDate %q", bad)
		r.reject(r.do(ctx, renew(d.name, bad, "1", "y")), "EPP_RENEW_SERVER_ACCEPTS_INVALID_CURRENT_EXPIRY_DATE")
	}
	if info, now := r.expiry(ctx, r.me, d.name); !now.Equal(expires) {
		r.find("EPP_RENEW_INFO_RESPONSE_UNEXPECTED_EXPIRY_DATE", info, "%v after refused renewals, not %v", now, expires)
	}
	return nil
}

// yearsLater reports whether b is so many years after a. The year after 29 February
// may end on 28 February or on 1 March.
func yearsLater(a, b time.Time, years int) bool {
	want := a.AddDate(years, 0, 0)
	return b.Equal(want) || want.Day() != a.Day() && b.Equal(want.AddDate(0, 0, -1))
}

// expiry is when a domain expires, and the info answer that says so.
func (r *run) expiry(ctx context.Context, a *actor, name string) (reply, time.Time) {
	got := r.as(ctx, a, ask("info", nsDomain, name))
	at, err := time.Parse(time.RFC3339Nano, got.root.first(nsDomain, "infData").value(nsDomain, "exDate"))
	if err != nil && got.code != 0 {
		r.find("EPP_UNEXPECTED_COMMAND_FAILURE", got, "no exDate: %v", err)
	}
	return got, at
}
