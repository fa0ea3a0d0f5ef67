package tmch_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"cadastre/registry/tmch"

	"pgregory.net/rapid"
)

// The example of RFC 9361, section 6.5.
const exampleNotice = "370d0b7c9223372036854775807"

var noticeEnd = time.Date(2010, 8, 16, 9, 0, 0, 0, time.UTC)

func TestNoticeIDOfRFC(t *testing.T) {
	if got := tmch.NewNoticeID("example-one", noticeEnd, 9223372036854775807); got != exampleNotice {
		t.Errorf("got %s, want %s", got, exampleNotice)
	}
}

func TestCheckNotice(t *testing.T) {
	accepted := noticeEnd.Add(-24 * time.Hour)
	now := noticeEnd.Add(-time.Hour)
	year := tmch.Rules{AcceptedWithinMonths: 12}
	good := tmch.Notice{ID: exampleNotice, NotAfter: noticeEnd, Accepted: accepted}
	later := time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC)
	long := tmch.Notice{ID: tmch.NewNoticeID("example-one", later, 7), NotAfter: later, Accepted: accepted}
	for _, c := range []struct {
		name   string
		label  string
		change func(n *tmch.Notice)
		notice tmch.Notice
		now    time.Time
		rules  tmch.Rules
		want   tmch.Problem // 0: fine
	}{
		{"good", "example-one", nil, good, now, year, 0},
		{"upper case", "example-one", func(n *tmch.Notice) { n.ID = strings.ToUpper(n.ID) }, good, now, year, 0},
		{"other zone", "example-one", func(n *tmch.Notice) { n.NotAfter = n.NotAfter.In(time.FixedZone("", 7200)) }, good, now, year, 0},
		{"last instant", "example-one", nil, good, noticeEnd, year, 0},
		{"accepted this instant", "example-one", func(n *tmch.Notice) { n.Accepted = now }, good, now, year, 0},
		{"accepted at the end", "example-one", func(n *tmch.Notice) { n.Accepted = noticeEnd }, good, noticeEnd, year, 0},
		{"within the skew", "example-one", func(n *tmch.Notice) { n.Accepted = now.Add(time.Minute) }, good, now, tmch.Rules{Skew: time.Minute}, 0},
		{"a year to the instant", "example-one", nil, long, accepted.AddDate(1, 0, 0), year, 0},
		{"any age", "example-one", nil, long, accepted.AddDate(4, 0, 0), tmch.Rules{}, 0},
		{"48 hours", "example-one", nil, long, accepted.Add(48 * time.Hour), tmch.Rules{AcceptedWithinHours: 48}, 0},

		{"other label", "example-two", nil, good, now, year, tmch.NoticeChecksum},
		{"other number", "example-one", func(n *tmch.Notice) { n.ID = "370d0b7c9223372036854775806" }, good, now, year, tmch.NoticeChecksum},
		{"other checksum", "example-one", func(n *tmch.Notice) { n.ID = "370d0b7d9223372036854775807" }, good, now, year, tmch.NoticeChecksum},
		{"other end", "example-one", func(n *tmch.Notice) { n.NotAfter = noticeEnd.Add(time.Second) }, good, now, year, tmch.NoticeChecksum},
		{"short", "example-one", func(n *tmch.Notice) { n.ID = "370d0b7c1" }, good, now, year, tmch.NoticeMalformed},
		{"empty", "example-one", func(n *tmch.Notice) { n.ID = "" }, good, now, year, tmch.NoticeMalformed},
		{"no hexadecimal", "example-one", func(n *tmch.Notice) { n.ID = "370d0b7g9223372036854775807" }, good, now, year, tmch.NoticeMalformed},
		{"number too great", "example-one", func(n *tmch.Notice) { n.ID = "370d0b7c9223372036854775808" }, good, now, year, tmch.NoticeMalformed},
		{"number 0", "example-one", func(n *tmch.Notice) { n.ID = "370d0b7c0000000000000000000" }, good, now, year, tmch.NoticeMalformed},
		{"expired", "example-one", nil, good, noticeEnd.Add(1), year, tmch.NoticeExpired},
		{"future", "example-one", func(n *tmch.Notice) { n.Accepted = now.Add(1) }, good, now, year, tmch.NoticeFuture},
		{"past the skew", "example-one", func(n *tmch.Notice) { n.Accepted = now.Add(2 * time.Minute) }, good, now, tmch.Rules{Skew: time.Minute}, tmch.NoticeFuture},
		{"accepted late", "example-one", func(n *tmch.Notice) { n.Accepted = noticeEnd.Add(1) }, good, noticeEnd, tmch.Rules{Skew: time.Minute}, tmch.NoticeAcceptedLate},
		{"stale", "example-one", nil, long, accepted.AddDate(1, 0, 0).Add(1), year, tmch.NoticeAcceptedStale},
		{"49 hours", "example-one", nil, long, accepted.Add(49 * time.Hour), tmch.Rules{AcceptedWithinHours: 48}, tmch.NoticeAcceptedStale},
		{"never accepted", "example-one", func(n *tmch.Notice) { n.Accepted = time.Time{} }, good, now, year, tmch.NoticeAcceptedStale},
	} {
		n := c.notice
		if c.change != nil {
			c.change(&n)
		}
		err := tmch.CheckNotice(c.label, n, c.now, c.rules)
		var refused *tmch.NoticeError
		if errors.As(err, &refused); err != nil && (refused == nil || refused.Problem != c.want) || err == nil && c.want != 0 {
			t.Errorf("%s: %v, want problem %d", c.name, err, c.want)
		}
	}
}

// What NewNoticeID makes is accepted for its label, and for no other.
func TestNoticeRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		label := rapid.StringMatching(`[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?`).Draw(t, "label")
		end := time.Unix(rapid.Int64Range(0, 1<<33).Draw(t, "end"), 0)
		n := tmch.Notice{
			ID: tmch.NewNoticeID(label, end, rapid.Int64Min(1).Draw(t, "number")), NotAfter: end,
			Accepted: end.Add(-time.Duration(rapid.Int64Range(0, 86400).Draw(t, "ago")) * time.Second),
		}
		if err := tmch.CheckNotice(label, n, end, tmch.Rules{AcceptedWithinHours: 24}); err != nil {
			t.Fatal(err)
		}
		if err := tmch.CheckNotice(label+"x", n, end, tmch.Rules{}); err == nil {
			t.Fatal("accepted for another label")
		}
	})
}

func FuzzCheckNotice(f *testing.F) {
	f.Add("example-one", exampleNotice, noticeEnd.Unix())
	f.Fuzz(func(t *testing.T, label, id string, end int64) {
		n := tmch.Notice{ID: id, NotAfter: time.Unix(end, 0), Accepted: time.Unix(end, 0)}
		err := tmch.CheckNotice(label, n, n.NotAfter, tmch.Rules{})
		var refused *tmch.NoticeError
		if err != nil && !errors.As(err, &refused) {
			t.Errorf("%v is not a *NoticeError", err)
		}
		if err == nil && len(id) != 27 {
			t.Errorf("%q was accepted", id)
		}
	})
}
