package mail

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
)

// memory is an outbox of one mail. The one of the database is tested with the store.
type memory struct {
	mail   *Mail
	tryAt  time.Time
	claims int
	fault  error
}

func (q *memory) Claim(_ context.Context, now, until time.Time) (Mail, bool, error) {
	if q.fault != nil || q.mail == nil || q.tryAt.After(now) {
		return Mail{}, false, q.fault
	}
	q.claims++
	q.mail.Tries++
	q.tryAt = until
	return *q.mail, true, nil
}

func (q *memory) Done(context.Context, Mail) error { q.mail = nil; return nil }

func (q *memory) Failed(_ context.Context, _ Mail, again time.Time) error {
	q.tryAt = again
	return nil
}

// transport answers as it is told.
type transport func(ctx context.Context) error

func (f transport) Send(ctx context.Context, _ Mail) error { return f(ctx) }

type bench struct {
	*Sender
	queue *memory
	now   time.Time
	logs  *observer.ObservedLogs
}

func newBench(t *testing.T, tr Transport) *bench {
	t.Helper()
	m := decided
	m.Tries = 0
	core, logs := observer.New(zap.InfoLevel)
	b := &bench{queue: &memory{mail: &m}, now: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), logs: logs}
	s, err := NewSender(Config{Queue: b.queue, Transport: tr, Log: zap.New(core), Now: func() time.Time { return b.now }})
	if err != nil {
		t.Fatal(err)
	}
	b.Sender = s
	return b
}

func (b *bench) count(result string) int {
	return int(testutil.ToFloat64(b.cfg.Metrics.mails.WithLabelValues(result)))
}

func TestGivesUpAfterThreeDays(t *testing.T) {
	b := newBench(t, transport(func(context.Context) error { return errors.New("connection refused") }))
	begin := b.now
	var last time.Time
	for b.queue.mail != nil {
		if n, err := b.SendDue(context.Background()); n != 1 || err != nil {
			t.Fatalf("%d tries, %v", n, err)
		}
		if n, _ := b.SendDue(context.Background()); n != 0 {
			t.Fatal("tried again at once")
		}
		if last = b.now; b.queue.mail != nil {
			if wait := b.queue.tryAt.Sub(b.now); wait < firstWait || wait > longestWait {
				t.Fatalf("wait of %v", wait)
			}
			b.now = b.queue.tryAt
		}
		if b.queue.claims > 100 {
			t.Fatal("never gives up")
		}
	}
	if d := last.Sub(begin); d < giveUpAfter || d > giveUpAfter+longestWait {
		t.Errorf("given up after %v", d)
	}
	if b.count(resultGivenUp) != 1 || b.count(resultLater) != b.queue.claims-1 {
		t.Errorf("given up %d, later %d of %d", b.count(resultGivenUp), b.count(resultLater), b.queue.claims)
	}
	errs := b.logs.FilterLevelExact(zap.ErrorLevel).All()
	if len(errs) != 1 || errs[0].ContextMap()["recipient"] != decided.Recipient {
		t.Errorf("errors %v", errs)
	}
}

func TestOutcomes(t *testing.T) {
	for name, test := range map[string]struct {
		transport Transport
		result    string
	}{
		"sent":      {transport(func(context.Context) error { return nil }), resultSent},
		"refused":   {transport(func(context.Context) error { return fmt.Errorf("%w: 550", ErrRefused) }), resultRefused},
		"discarded": {nil, resultDiscarded},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, test.transport)
			if n, err := b.SendDue(context.Background()); n != 1 || err != nil || b.queue.mail != nil {
				t.Errorf("%d tries, %v, left %v", n, err, b.queue.mail)
			}
			if b.count(test.result) != 1 {
				t.Error("not counted")
			}
			for _, e := range b.logs.All() {
				if strings.Contains(fmt.Sprint(e.ContextMap()), "Dear Alice") {
					t.Error("the body is logged")
				}
			}
		})
	}
}

// TestStop: a mail that was sent while the sender must end is written down as sent.
func TestStop(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	b := newBench(t, transport(func(context.Context) error { cancel(); return nil }))
	b.Run(ctx)
	if b.queue.mail != nil {
		t.Error("it would be sent again")
	}
}

func TestQueueFails(t *testing.T) {
	b := newBench(t, nil)
	b.queue.fault = errors.New("no database")
	if _, err := b.SendDue(context.Background()); !errors.Is(err, b.queue.fault) {
		t.Errorf("got %v", err)
	}
}
