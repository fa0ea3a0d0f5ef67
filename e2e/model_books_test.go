package e2e

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

const sqlModelInstants = `
	SELECT created_at, updated_at FROM domains WHERE name = $1 UNION ALL
	SELECT created_at, updated_at FROM hosts WHERE name = $1 UNION ALL
	SELECT created_at, updated_at FROM contacts WHERE handle = $1`

// instants reads when an object was created and last updated, to the microsecond: EPP
// shows milliseconds. Zero: never, or the object is not there.
func (w *modelWorld) instants(name string) (created, updated time.Time) {
	rows, err := w.store.Query(w.tb.Context(), sqlModelInstants, name)
	if err != nil {
		w.failf("%v", err)
	}
	defer rows.Close()
	for rows.Next() {
		var changed *time.Time
		if err := rows.Scan(&created, &changed); err != nil {
			w.failf("%v", err)
		}
		if changed != nil {
			updated = changed.UTC()
		}
	}
	return created.UTC(), updated
}

// account is a registrar's money and how many messages wait for it.
type account struct {
	balance  int64
	messages int
}

const sqlModelAccounts = `
	SELECT a.registrar, a.balance, (SELECT count(*) FROM poll_messages p WHERE p.registrar = a.registrar) FROM accounts a`

func (w *modelWorld) accounts() map[string]account {
	rows, err := w.store.Query(w.tb.Context(), sqlModelAccounts)
	if err != nil {
		w.failf("%v", err)
	}
	defer rows.Close()
	out := map[string]account{}
	for rows.Next() {
		var who string
		var a account
		if err := rows.Scan(&who, &a.balance, &a.messages); err != nil {
			w.failf("%v", err)
		}
		if slices.Contains(modelRegistrars, who) {
			out[who] = a
		}
	}
	return out
}

// compareBooks holds the balances and the length of each queue, and now and then the
// invariants of the database.
func (w *modelWorld) compareBooks() {
	var want, got []string
	accounts := w.accounts()
	for _, who := range modelRegistrars {
		want = append(want, fmt.Sprintf("%s has %d and %d messages", who, w.balance[who], len(w.queue[who])))
		got = append(got, fmt.Sprintf("%s has %d and %d messages", who, accounts[who].balance, accounts[who].messages))
	}
	if !slices.Equal(want, got) {
		w.sameQueues()
	}
	w.same("accounts", want, got)
	if w.checked++; w.checked%10 > 0 { // what it finds does not go away
		return
	}
	w.compareWorld()
}

// compareWorld holds the database against its invariants.
func (w *modelWorld) compareWorld() {
	faults, err := w.store.CheckWorld(w.tb.Context())
	if err != nil {
		w.failf("%v", err)
	}
	if len(faults) > 0 {
		w.failf("%s", strings.Join(faults, "\n"))
	}
}

const sqlModelQueue = `SELECT left(text, 200), queued_at FROM poll_messages WHERE registrar = $1 ORDER BY id`

// sameQueues compares the messages that wait, for the order of which see shown.
func (w *modelWorld) sameQueues() {
	for _, who := range modelRegistrars {
		rows, err := w.store.Query(w.tb.Context(), sqlModelQueue, who)
		if err != nil {
			w.failf("%v", err)
		}
		var got, want []string
		for rows.Next() {
			var text string
			var at time.Time
			if err := rows.Scan(&text, &at); err != nil {
				w.failf("%v", err)
			}
			got = append(got, shownTime(at)+" "+text)
		}
		for _, n := range w.queue[who] {
			want = append(want, fmt.Sprintf("%s %s %s", shownTime(n.at), n.about, n.words))
		}
		if len(got) != len(want) {
			w.failf("%s has these messages in the model:\n  %s\nand these on the server:\n  %s", who, strings.Join(want, "\n  "), strings.Join(got, "\n  "))
		}
	}
}

// toldExpiry is what trnData shows as the end of the registration: nothing where it
// does not change.
func (t *mTransfer) toldExpiry() time.Time {
	if t.price == 0 {
		return time.Time{}
	}
	return t.expires
}

// finish empties the queues and looks at everything once more.
func (w *modelWorld) finish() {
	w.ready()
	w.compareAll()
	w.sum = &modelSum{seed: w.sum.seed} // what follows is no part of the script
	for _, who := range modelRegistrars {
		for n := 0; len(w.queue[who]) > 0 && n < 60; n++ {
			w.doPoll("poll", who, step{})
			w.doPoll("ack", who, step{Way: 3})
		}
	}
	w.compareBooks()
	w.compareWorld()
}
