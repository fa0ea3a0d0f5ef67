package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"cadastre/registry"
)

// together commits the writes of several commands in one transaction. What a command that
// waits for its commit costs is the flush to the disk, and its registrar's account, which
// is locked meanwhile: both are the same for one command and for fifty. While one
// transaction commits, the commands that come to their commit are gathered, and the first
// of them commits for all.
//
// Only commands that have locked nothing take part (Tx.guarded): what they rely on is
// guarded by constraints, and nobody can wait for them while they wait here. When a
// constraint refuses one, all of them are undone, and each is carried out again alone.
type together struct {
	mu       sync.Mutex
	waiting  []*member
	leaders  int                  // commits under way
	inHand   int                  // commands in them
	subjects map[string]bool      // of those who wait or commit, see subjectOf
	broke    map[string]time.Time // accounts that did not cover a charge, until when they stay apart
	began    time.Time            // when the last commit did
	clock    *time.Timer          // for those who wait behind a commit; nil: not running
}

// member is a command that waits for its commit. It holds no connection.
type member struct {
	tx   *Tx
	turn chan turn // has room for one
}

// turn ends the wait of a member: its writes were in a commit with this outcome, or it has
// to commit for a group, of which it is the first.
type turn struct {
	err   error
	group []*member
}

const (
	// togetherLeaders commit at a time: one writes while the other flushes.
	togetherLeaders = 2
	// togetherWorth is how many commands at least are worth a commit beside another one:
	// below it, what they save the database by waiting for it and coming in one transaction
	// is more than what they lose.
	togetherWorth = 8
	// togetherStay is how long fewer than that wait behind one commit: it may itself wait for
	// an account that somebody has locked, which is nothing to the other registrars.
	togetherStay = 50 * time.Millisecond
	// togetherMost bounds the commands in one transaction, all of which are tried again
	// one by one when one of them fails.
	togetherMost = 50
	// commitTimeout bounds a commit, for all in it.
	commitTimeout = 20 * time.Second
	// brokeFor keeps a registrar that cannot pay from undoing the transactions of others
	// time and again.
	brokeFor = 5 * time.Second
)

// Outcomes that are no errors of the command.
var (
	errAlone = errors.New("store: commit alone")
	errPanic = errors.New("store: the commit did not come to its end")
)

// commit commits tx together with others. errAlone means that nothing was committed.
func (g *together) commit(ctx context.Context, tx *Tx) error {
	tx.disconnect() // it is in no transaction, and others can use it meanwhile
	m := &member{tx: tx, turn: make(chan turn, 1)}
	defer g.leave(tx)
	group := g.enter(m)
	if group == nil {
		// Somebody may have these writes in hand, so the context cannot end the wait.
		t := <-m.turn
		if t.group == nil {
			return t.err
		}
		group = t.group
	}
	return g.lead(ctx, group)
}

// enter gives the group to lead, or nil to one who has to wait.
func (g *together) enter(m *member) []*member {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting = append(g.waiting, m)
	if !g.due() {
		g.watch()
		return nil
	}
	last := len(g.waiting) - 1 // who enters is awake, and so leads
	g.waiting[0], g.waiting[last] = g.waiting[last], g.waiting[0]
	return g.take()
}

// due reports whether those who wait are to be committed now: at once while nobody commits,
// and beside another commit when it is worth one of their own. g.mu is held.
func (g *together) due() bool {
	return g.leaders == 0 || g.leaders < togetherLeaders && len(g.waiting) >= max(togetherWorth, g.inHand/2)
}

// take makes a group of those who wait; its first is to lead. g.mu is held.
func (g *together) take() []*member {
	n := min(len(g.waiting), togetherMost)
	group := slices.Clone(g.waiting[:n])
	g.waiting = slices.Delete(g.waiting, 0, n)
	g.leaders++
	g.inHand += n
	g.began = time.Now()
	return group
}

// hand ends a commit of so many, and passes the lead on to the first of those who came
// meanwhile, with the others as its group.
func (g *together) hand(ended int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.leaders--
	g.inHand -= ended
	switch {
	case len(g.waiting) == 0:
	case g.due():
		g.pass()
	default:
		g.watch()
	}
}

// pass makes the first of those who wait lead. g.mu is held.
func (g *together) pass() {
	group := g.take()
	group[0].turn <- turn{group: group}
}

// watch makes sure that nobody waits for long where there is room for a commit. g.mu is held.
func (g *together) watch() {
	if g.clock == nil && g.leaders < togetherLeaders {
		g.clock = time.AfterFunc(togetherStay-time.Since(g.began), g.overdue)
	}
}

// overdue commits for those who wait beside the commit that keeps them.
func (g *together) overdue() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.clock = nil
	switch {
	case len(g.waiting) == 0 || g.leaders >= togetherLeaders:
	case time.Since(g.began) < togetherStay:
		g.watch()
	default:
		g.pass()
	}
}

// lead commits for a group. The leader's client may go away: the others have not.
func (g *together) lead(ctx context.Context, group []*member) (err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), commitTimeout)
	defer cancel()
	err = errPanic
	defer func() {
		g.hand(len(group))
		for _, other := range group[1:] {
			other.turn <- turn{err: err}
		}
	}()
	return group[0].tx.commitAll(ctx, group)
}

// subjectOf is what a command is about: the first value that a write of it names. Of two
// commands about one name one will be refused, so they do not share a transaction.
func subjectOf(tx *Tx) string {
	for _, w := range tx.writes {
		if w.value != "" {
			return w.value
		}
	}
	return ""
}

// admits reports whether tx may be committed together with others: nobody else in hand is
// about the same, and the accounts it charges were not found empty lately. If so, leave
// has to follow.
func (g *together) admits(tx *Tx) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, w := range tx.last {
		if until, ok := g.broke[w.value]; ok && time.Now().Before(until) {
			return false
		}
		delete(g.broke, w.value)
	}
	subject := subjectOf(tx)
	if g.subjects[subject] {
		return false
	}
	if g.subjects == nil {
		g.subjects = map[string]bool{}
	}
	g.subjects[subject] = subject != ""
	return true
}

// leave ends what admits began.
func (g *together) leave(tx *Tx) {
	g.mu.Lock()
	delete(g.subjects, subjectOf(tx))
	g.mu.Unlock()
}

// refused notes why a command that was alone was refused.
func (g *together) refused(tx *Tx, err error) {
	if !registry.IsKind(err, registry.KindBilling) {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.broke == nil {
		g.broke = map[string]time.Time{}
	}
	for _, w := range tx.last {
		g.broke[w.value] = time.Now().Add(brokeFor)
	}
}

// commitAll commits the writes of a group over its leader's connection.
func (tx *Tx) commitAll(ctx context.Context, group []*member) error {
	// In the order of their subjects: two groups that wait for each other's names would
	// wait for ever.
	members := slices.SortedStableFunc(slices.Values(group), func(a, b *member) int {
		return strings.Compare(subjectOf(a.tx), subjectOf(b.tx))
	})
	var writes [][]write
	var last []write
	var external []int64
	var names []string
	for _, m := range members {
		writes, external, names = append(writes, m.tx.writes), append(external, m.tx.external...), append(names, m.tx.names...)
		for _, w := range m.tx.last {
			last = addCharge(last, w)
		}
	}
	at, err := tx.send(ctx, slices.Concat(guards(external), interleave(writes), sortedAccounts(last)), names)
	var pg *pgconn.PgError
	switch {
	case err == nil:
		return nil
	case at != nil && errors.As(err, &pg):
		// The database refused a write, so COMMIT was not reached: all is undone, and each
		// finds out for itself. Whatever fails later leaves open what was committed.
		return errAlone
	}
	return fmt.Errorf("commit: %w", err)
}

// addCharge adds a write to an account's row to those of others. Charges to one account
// become one.
func addCharge(last []write, w write) []write {
	if w.sql == sqlCharge {
		for i, have := range last {
			if have.sql == sqlCharge && have.args[0] == w.args[0] {
				args := slices.Clone(have.args)
				args[1] = have.args[1].(int64) + w.args[1].(int64)
				last[i].args = args
				return last
			}
		}
	}
	return append(last, w)
}
