package e2e

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"cadastre/epp"
	"cadastre/registry"
)

// lostAnswers is about clients that do not learn what became of their commands, and send
// them again. It needs two servers on one database, the first of them through a line.
type lostAnswers struct {
	box      *sandbox
	line     *databaseLine
	one, two *node
	db       *pgx.Conn
}

func newLostAnswers(t *testing.T, box *sandbox, line *databaseLine, one, two *node) *lostAnswers {
	t.Helper()
	db, err := pgx.Connect(t.Context(), box.info.Database.DSN)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close(context.Background()) }) //nolint:errcheck // nothing is open
	return &lostAnswers{box, line, one, two, db}
}

// killed kills the first server between the commit of a command and its answer. Whoever
// sends the command again, to the server that was started again or to another one, gets
// the first answer, of which nothing was ever seen, and has paid once.
func (l *lostAnswers) killed(t *testing.T, name string, fee int64, frame string) {
	t.Helper()
	before := l.charges(t, name)
	funds := l.box.balance(t, "registrar-a")
	s := l.one.epp.login(t, "registrar-a")
	b := newBrake(t, l.box.info.Database.DSN, "registrar-a")
	if err := s.send([]byte(frame)); err != nil {
		t.Fatal(err)
	}
	b.wait(t, 1)
	l.line.setDeaf(true)
	b.release(t)
	waitFor(t, "the commit", func() bool { return l.charges(t, name) > before })
	l.one.server.kill()
	s.closed(t)
	l.line.setDeaf(false)
	l.one.start(t)

	// Other commands move the balance, and the first answer still tells that of its time.
	other := l.two.epp.login(t, "registrar-a")
	other.do(t, newDomain{name: fmt.Sprintf("between%d-%s", before, name), registrant: "al-holder"}.create()).want(t, 1000)
	again := l.one.epp.login(t, "registrar-a").do(t, frame).want(t, 1000)
	var code int
	var svTRID string
	err := l.db.QueryRow(t.Context(), `
		SELECT a.code, a.svtrid FROM answers a JOIN ledger l ON l.svtrid = a.svtrid
		WHERE l.object = $1 AND a.registrar = 'registrar-a' ORDER BY l.id DESC LIMIT 1`, name).Scan(&code, &svTRID)
	if err != nil || code != 1000 || again.SvTRID != svTRID {
		t.Errorf("the answer is of %s, what was committed of %s with %d (%v)\n%s", again.SvTRID, svTRID, code, err, again.frame)
	}
	l.same(t, again.frame, other.do(t, frame).frame)
	d, ok := epp.FindExtension[*epp.FeeTransformData](again.Extensions)
	if want := registry.AmountText(funds-fee, 2); !ok || d.Balance != want {
		t.Errorf("the balance after it is not %s\n%s", want, again.frame)
	}
	if n := l.charges(t, name); n != before+1 {
		t.Errorf("%s: %d charges, want %d", name, n, before+1)
	}
	if got := l.box.balance(t, "registrar-a"); got != funds-fee-1000 {
		t.Errorf("the balance is %d, want %d less %d and 1000", got, funds, fee)
	}
	l.box.checkWorld(t)
}

// impatient sends a command that is held up to the one server, then, without an answer, to
// the other. Both answers are the same, to the octet, and what they cost is paid once.
func (l *lostAnswers) impatient(t *testing.T, name string, frame string) {
	t.Helper()
	before := l.charges(t, name)
	first, second := l.one.epp.login(t, "registrar-a"), l.two.epp.login(t, "registrar-a")
	b := newBrake(t, l.box.info.Database.DSN, "registrar-a")
	if err := first.send([]byte(frame)); err != nil {
		t.Fatal(err)
	}
	b.wait(t, 1)
	if err := second.send([]byte(frame)); err != nil {
		t.Fatal(err)
	}
	b.release(t)
	l.same(t, l.receive(t, first), l.receive(t, second))
	if n := l.charges(t, name); n != before+1 {
		t.Errorf("%s: %d charges, want %d", name, n, before+1)
	}
}

// late sends a command to the one server, and when it is carried out and nobody has read
// the answer, to the other one; then the first answer comes late.
func (l *lostAnswers) late(t *testing.T, name, frame string) {
	t.Helper()
	before := l.charges(t, name)
	first := l.one.epp.login(t, "registrar-a")
	if err := first.send([]byte(frame)); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the commit", func() bool { return l.charges(t, name) > before })
	again := l.two.epp.login(t, "registrar-a").do(t, frame).want(t, 1000)
	l.same(t, l.receive(t, first), again.frame)
	if n := l.charges(t, name); n != before+1 {
		t.Errorf("%s: %d charges, want %d", name, n, before+1)
	}
}

func (l *lostAnswers) receive(t *testing.T, s *session) []byte {
	t.Helper()
	frame, err := s.receive()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(frame, []byte(`<result code="1000"`)) {
		t.Errorf("not a success\n%s", frame)
	}
	return frame
}

func (l *lostAnswers) same(t *testing.T, one, other []byte) {
	t.Helper()
	if !bytes.Equal(one, other) {
		t.Errorf("two answers to one command:\n%s\n%s", one, other)
	}
}

// charges counts the movements of money for a name.
func (l *lostAnswers) charges(t *testing.T, name string) (n int) {
	t.Helper()
	if err := l.db.QueryRow(t.Context(), "SELECT count(*) FROM ledger WHERE object = $1", name).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// run tells of a create, a renewal and a delete.
func (l *lostAnswers) run(t *testing.T) {
	t.Helper()
	create := func(name string) string {
		return withFee(newDomain{name: name, registrant: "al-holder", period: years(2)}.create(), "create", "", "20.00")
	}
	l.killed(t, "lost.example", 2000, create("lost.example"))
	expires := data[*epp.DomainInfoData](t, l.two.epp.login(t, "registrar-a").do(t, domainInfo("lost.example"))).ExDate
	renewed := expires.AddDate(3, 0, 0)
	l.killed(t, "lost.example", 3000, withFee(domainRenew("lost.example", expires.Format(time.DateOnly), years(3)), "renew", "", "30.00"))
	info := data[*epp.DomainInfoData](t, l.one.epp.login(t, "registrar-a").do(t, domainInfo("lost.example")))
	if !info.ExDate.Equal(renewed) {
		t.Errorf("lost.example expires on %v, want %v", info.ExDate, renewed)
	}
	l.impatient(t, "impatient.example", create("impatient.example"))
	l.late(t, "late.example", create("late.example"))
	l.late(t, "late.example", domainDelete("late.example")) // what it cost comes back once
}
