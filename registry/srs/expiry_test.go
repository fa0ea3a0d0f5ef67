package srs_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"cadastre/registry"
	"cadastre/registry/store"
)

// notices empties a registrar's queue and gives its notices of expiry: when each was due,
// of what, and for when.
func (w *world) notices(actor registry.Actor) (list []string) {
	w.t.Helper()
	for _, m := range w.told(actor) {
		if e := m.Data.Expiry; e != nil {
			list = append(list, fmt.Sprintf("%s: %s %s", m.Queued.Format(time.DateTime), e.Name, e.Expires.Format(time.DateTime)))
			if !strings.HasPrefix(m.Text, e.Name+" expires on "+e.Expires.Format(time.RFC3339)) || e.Registrar != actor.Registrar {
				w.t.Errorf("%+v says %q", e, m.Text)
			}
		}
	}
	return list
}

// wantNotices compares what both registrars were told since it was asked last.
func (w *world) wantNotices(when string, a, b []string) {
	w.t.Helper()
	for actor, want := range map[registry.Actor][]string{ra: a, rb: b} {
		if got := w.notices(actor); !slices.Equal(got, want) {
			w.t.Errorf("%s, %s was told\n%s\nwant\n%s", when, actor.Registrar, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

func (w *world) setNotices(zone string, ahead ...time.Duration) {
	w.t.Helper()
	_, err := w.UpdateZone(w.ctx, op, zone, func(z *registry.Zone) error {
		z.ExpiryNotices = nil
		for _, d := range ahead {
			z.ExpiryNotices = append(z.ExpiryNotices, registry.Duration(d))
		}
		return nil
	})
	w.must(err)
}

// TestExpiryNotices goes through years day by day with two processes that sweep at once:
// who has a name hears of each expiry as often as its zone says, once each.
func TestExpiryNotices(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	beside := w.neighbour()
	w.contact(ra, "al-1", nil)
	w.setNotices("example", 7*registry.Day, 30*registry.Day, 7*registry.Day)
	w.setNotices("genuine")
	for _, name := range []string{"plain", "renewed", "deleted", "moving"} {
		w.domain(ra, name+".example", "al-1")
	}
	w.must(w.UpdateDomain(w.ctx, ra, registry.DomainUpdate{Name: "moving.example", AuthInfo: ptr(authValue)}))
	to := func(date string) {
		t.Helper()
		at, err := time.Parse(time.DateOnly, date)
		w.must(err)
		for next := w.clock.Now().Add(10 * registry.Day); next.Before(at); next = next.Add(10 * registry.Day) {
			w.clock.Set(next)
			w.sweepAll(w.SRS, beside)
		}
		w.clock.Set(at)
		w.sweepAll(w.SRS, beside, w.SRS, beside)
		w.check()
	}
	to("2026-11-01")
	w.wantNotices("two months before", nil, nil)
	_, err := w.RenewDomain(w.ctx, ra, "renewed.example", w.info("renewed.example").Expires, registry.Period{Value: 1, Unit: "y"})
	w.must(err)
	_, err = w.DeleteDomain(w.ctx, ra, "deleted.example")
	w.must(err)
	to("2026-12-01")
	w.mustTransfer(rb, registry.TransferRequested, "moving.example", authValue)
	to("2026-12-02")
	w.wantNotices("thirty days before", []string{
		"2026-12-02 00:00:00: plain.example 2027-01-01 00:00:00", "2026-12-02 00:00:00: moving.example 2027-01-01 00:00:00",
	}, nil)
	to("2026-12-25")
	w.wantNotices("seven days before, after the transfer", []string{"2026-12-25 00:00:00: plain.example 2027-01-01 00:00:00"}, nil)
	to("2027-12-31")
	w.wantNotices("a year later", []string{
		"2027-12-02 00:00:00: plain.example 2028-01-01 00:00:00", "2027-12-02 00:00:00: renewed.example 2028-01-01 00:00:00",
		"2027-12-25 00:00:00: plain.example 2028-01-01 00:00:00", "2027-12-25 00:00:00: renewed.example 2028-01-01 00:00:00",
	}, []string{
		"2027-12-02 00:00:00: moving.example 2028-01-01 00:00:00", "2027-12-25 00:00:00: moving.example 2028-01-01 00:00:00",
	})
	w.setNotices("example", 7*registry.Day, 60*registry.Day)
	to("2028-12-31")
	var a, b []string
	for _, date := range []string{"2028-11-02", "2028-12-25"} {
		a = append(a, date+" 00:00:00: plain.example 2029-01-01 00:00:00", date+" 00:00:00: renewed.example 2029-01-01 00:00:00")
		b = append(b, date+" 00:00:00: moving.example 2029-01-01 00:00:00")
	}
	w.wantNotices("with other notices", a, b)
}

// TestExpiryNoticesAfterAnOutage: what fell due while nobody swept is told late, unless the
// day has passed: then the renewal is what there is to tell.
func TestExpiryNoticesAfterAnOutage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.contact(ra, "al-1", nil)
	w.domain(ra, "soon.example", "al-1")
	w.clock.Advance(10 * registry.Day)
	w.domain(ra, "later.example", "al-1")
	w.clock.Set(time.Date(2030, 1, 5, 0, 0, 0, 0, time.UTC))
	again := w.neighbour() // the first process never swept
	w.sweepAll(again)
	w.sweepAll(again, w.SRS)
	w.wantNotices("four years later", []string{"2029-12-12 00:00:00: later.example 2030-01-11 00:00:00"}, nil)
	w.clock.Set(time.Date(2030, 12, 31, 0, 0, 0, 0, time.UTC))
	w.sweepAll(again, w.SRS)
	w.wantNotices("then", []string{
		"2030-12-02 00:00:00: soon.example 2031-01-01 00:00:00", "2030-12-12 00:00:00: later.example 2031-01-11 00:00:00",
	}, nil)
}

// TestExpiryNoticesOfManyNames: more names than one transaction takes expire at one
// instant, and each is told of once.
func TestExpiryNoticesOfManyNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	beside := w.neighbour()
	w.contact(ra, "al-1", nil)
	c, err := w.InfoContact(w.ctx, ra, "al-1", nil)
	w.must(err)
	zones, err := w.store.Zones(w.ctx)
	w.must(err)
	const many = 1500
	list := make([]store.LoadDomain, many)
	for i := range list {
		list[i] = store.LoadDomain{
			Name: fmt.Sprintf("n%d.example", i), Registrar: "registrar-a", Registrant: "al-1", RegistrantID: c.ID,
			Created: w.clock.Now(), Expires: w.clock.Now().AddDate(1, 0, 0).Add(time.Duration(i/1200) * time.Second),
		}
	}
	_, err = w.store.LoadDomains(w.ctx, op, w.clock.Now(), zones.Find("n1.example"), list)
	w.must(err)
	w.clock.Set(time.Date(2026, 12, 2, 0, 0, 0, 0, time.UTC))
	w.sweepAll(w.SRS, beside, w.SRS, beside)
	w.wantEach("at the instant", 1200)
	w.clock.Advance(time.Second)
	w.sweepAll(beside, w.SRS)
	w.wantEach("a second later", many)
}

// wantEach wants notices of so many names, one of each.
func (w *world) wantEach(when string, want int) {
	w.t.Helper()
	conn, err := pgx.Connect(w.ctx, w.dsn)
	w.must(err)
	defer conn.Close(w.ctx)
	var notices, names int
	w.must(conn.QueryRow(w.ctx, `SELECT count(*), count(DISTINCT data->'expiry'->>'name') FROM poll_messages`).Scan(&notices, &names))
	if notices != want || names != want {
		w.t.Errorf("%s there are %d notices of %d names, want %d", when, notices, names, want)
	}
}
