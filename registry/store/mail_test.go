package store_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"cadastre/internal/mail"
	"cadastre/internal/pgtest"
	"cadastre/registry/store"
	"cadastre/registry/store/migrations"
)

var _ mail.Queue = store.Mails{}

func openOutbox(t *testing.T) (store.Mails, *pgx.Conn) {
	t.Helper()
	ctx := context.Background()
	dsn := pgtest.New(t, migrations.FS)
	s, err := store.Open(ctx, store.Config{DSN: dsn, MaxConns: 8})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(ctx) })
	return s.Mails(), conn
}

func putMail(t *testing.T, conn *pgx.Conn, recipient string, queued, try time.Time) {
	t.Helper()
	_, err := conn.Exec(context.Background(), `INSERT INTO mails (recipient, subject, body, queued_at, try_at)
		VALUES ($1, 'subject', 'body', $2, $3)`, recipient, queued, try)
	if err != nil {
		t.Fatal(err)
	}
}

func TestOutbox(t *testing.T) {
	ctx := context.Background()
	q, conn := openOutbox(t)
	now := time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)
	queued := now.AddDate(1, 0, 0) // business time is another matter
	putMail(t, conn, "second@mail.example", queued, now.Add(-time.Second))
	putMail(t, conn, "first@mail.example", queued, now.Add(-time.Minute))
	putMail(t, conn, "later@mail.example", queued, now.Add(time.Minute))

	claim := func(at time.Time) (store.Mail, bool) {
		t.Helper()
		m, ok, err := q.Claim(ctx, at, at.Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		return m, ok
	}
	first, ok := claim(now)
	if !ok || first.Recipient != "first@mail.example" || first.Tries != 1 || !first.QueuedAt.Equal(queued) ||
		first.QueuedAt.Location() != time.UTC || first.Subject != "subject" || first.Body != "body" {
		t.Fatalf("%v %+v", ok, first)
	}
	second, ok := claim(now)
	if !ok || second.Recipient != "second@mail.example" {
		t.Fatalf("%v %+v", ok, second)
	}
	if m, ok := claim(now); ok {
		t.Fatalf("nothing is due, but got %+v", m)
	}
	if err := q.Done(ctx, first); err != nil {
		t.Fatal(err)
	}
	if err := q.Failed(ctx, second, now.Add(30*time.Second)); err != nil {
		t.Fatal(err)
	}
	again, ok := claim(now.Add(30 * time.Second))
	if !ok || again.ID != second.ID || again.Tries != 2 {
		t.Fatalf("%v %+v", ok, again)
	}
	// Who claimed it before has nothing to say about it any more.
	if err := q.Done(ctx, second); err != nil {
		t.Fatal(err)
	}
	if err := q.Failed(ctx, second, now); err != nil {
		t.Fatal(err)
	}
	var left, due int
	err := conn.QueryRow(ctx, `SELECT count(*), count(*) FILTER (WHERE try_at <= $1) FROM mails`, now).Scan(&left, &due)
	if err != nil || left != 2 || due != 0 {
		t.Errorf("%d left, %d due, %v", left, due, err)
	}
}

// TestOutboxShared: several senders take every mail once.
func TestOutboxShared(t *testing.T) {
	const mails, senders = 60, 6
	ctx := context.Background()
	q, conn := openOutbox(t)
	now := time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)
	for i := range mails {
		putMail(t, conn, fmt.Sprintf("a%d@mail.example", i), now, now)
	}
	var mu sync.Mutex
	taken := map[int64]int{}
	var running sync.WaitGroup
	for range senders {
		running.Go(func() {
			for {
				m, ok, err := q.Claim(ctx, now, now.Add(time.Minute))
				if err != nil {
					t.Error(err)
					return
				}
				if !ok {
					return
				}
				mu.Lock()
				taken[m.ID]++
				mu.Unlock()
				if err := q.Done(ctx, m); err != nil {
					t.Error(err)
				}
			}
		})
	}
	running.Wait()
	for id, n := range taken {
		if n != 1 {
			t.Errorf("mail %d was taken %d times", id, n)
		}
	}
	if len(taken) != mails {
		t.Errorf("%d of %d mails were taken", len(taken), mails)
	}
}
