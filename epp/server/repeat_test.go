package server

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/zap/zaptest/observer"

	"cadastre/registry"
)

var svTRIDOf = regexp.MustCompile("<svTRID>([^<]*)<")

// balance is a registrar's.
func (s *story) balance(registrar string) int64 {
	s.t.Helper()
	r, err := s.store.Registrar(s.t.Context(), registrar)
	if err != nil {
		s.t.Fatal(err)
	}
	return r.Balance
}

// lines counts the lines of the history.
func (s *story) lines() (n int) {
	s.t.Helper()
	if err := s.store.QueryRow(s.t.Context(), "SELECT count(*) FROM history").Scan(&n); err != nil {
		s.t.Fatal(err)
	}
	return n
}

// tagged is a command with a client transaction id of its own.
func tagged(clTRID, body string) string {
	return strings.Replace(command(body), "TEST-1", clTRID, 1)
}

// TestRepeatedCommandsAreCarriedOutOnce sends one of each command twice, over two sessions:
// the second gets every octet of the first answer, and the registry is as after the first.
func TestRepeatedCommandsAreCarriedOutOnce(t *testing.T) {
	s := newStoryWith(t, false, true)
	transfers := `<domain:authInfo><domain:pw>Twenty-two.random.chars!</domain:pw></domain:authInfo>`
	for i, one := range []struct {
		as, body string
		days     int // that pass before it
	}{
		{"registrar-a", `<create><contact:create><contact:id>rc-1</contact:id><contact:postalInfo type="int"><contact:name>A Person</contact:name><contact:addr><contact:city>Town</contact:city><contact:cc>US</contact:cc></contact:addr></contact:postalInfo><contact:voice>+1.7035555555</contact:voice><contact:email>a@mail.example</contact:email><contact:authInfo><contact:pw>Twenty-two.random.chars!</contact:pw></contact:authInfo></contact:create></create>`, 0},
		{"registrar-a", `<create><domain:create><domain:name>one.example</domain:name><domain:registrant>rc-1</domain:registrant><domain:authInfo><domain:pw>Twenty-two.random.chars!</domain:pw></domain:authInfo></domain:create></create>`, 0},
		{"registrar-a", `<create><host:create><host:name>ns1.one.example</host:name><host:addr>192.0.2.7</host:addr></host:create></create>`, 0},
		{"registrar-a", `<renew><domain:renew><domain:name>one.example</domain:name><domain:curExpDate>2027-01-01</domain:curExpDate></domain:renew></renew>`, 0},
		{"registrar-a", `<update><domain:update><domain:name>one.example</domain:name><domain:add><domain:ns><domain:hostObj>ns1.one.example</domain:hostObj></domain:ns></domain:add></domain:update></update>`, 0},
		{"registrar-a", `<update><contact:update><contact:id>rc-1</contact:id><contact:chg><contact:email>b@mail.example</contact:email></contact:chg></contact:update></update>`, 0},
		{"registrar-b", `<transfer op="request"><domain:transfer><domain:name>one.example</domain:name>` + transfers + `</domain:transfer></transfer>`, 0},
		{"registrar-a", `<transfer op="approve"><domain:transfer><domain:name>one.example</domain:name></domain:transfer></transfer>`, 0},
		{"registrar-b", `<delete><domain:delete><domain:name>one.example</domain:name></domain:delete></delete>`, 0},
	} {
		if one.as == "registrar-b" && strings.Contains(one.body, "delete") { // the host is below it
			s.session("registrar-b").want(tagged("HOSTS-1", `<update><domain:update><domain:name>one.example</domain:name><domain:rem><domain:ns><domain:hostObj>ns1.one.example</domain:hostObj></domain:ns></domain:rem></domain:update></update>`), 1000)
			s.session("registrar-b").want(tagged("HOSTS-2", `<delete><host:delete><host:name>ns1.one.example</host:name></host:delete></delete>`), 1000)
		}
		frame := tagged(fmt.Sprintf("ONCE-%d", i), one.body)
		first := s.session(one.as).send(frame)
		if c := codeIn(first); c != 1000 && c != 1001 {
			t.Fatalf("%s\nanswered %s", frame, first)
		}
		balance, lines := s.balance(one.as), s.lines()
		again := s.dialAs(one.as).send(frame)
		if again != first {
			t.Errorf("%s\nfirst %s\nagain %s", one.body, first, again)
		}
		if b, l := s.balance(one.as), s.lines(); b != balance || l != lines {
			t.Errorf("%s: the repetition was carried out: balance %d to %d, history %d to %d", one.body, balance, b, lines, l)
		}
		id := svTRIDOf.FindStringSubmatch(first)[1]
		s.eventually("the log says that it was repeated", func() bool {
			return slices.ContainsFunc(s.log.All(), func(e observer.LoggedEntry) bool { return e.ContextMap()["repeats"] == id })
		})
	}
	s.checkWorld()
}

// TestWhatIsNoRepetition sends what only looks like a repetition.
func TestWhatIsNoRepetition(t *testing.T) {
	s := newStoryWith(t, false, true)
	a, b := s.session("registrar-a"), s.session("registrar-b")
	host := func(id, name string) string {
		return tagged(id, "<create><host:create><host:name>"+name+"</host:name></host:create></create>")
	}
	a.want(host("ONE", "ns1.elsewhere.test"), 1000)
	a.want(host("ONE", "ns2.elsewhere.test"), 1000) // other octets
	a.want(host("TWO", "ns1.elsewhere.test"), 2302) // another id
	b.want(host("ONE", "ns1.elsewhere.test"), 2302) // another registrar
	untold := strings.Replace(host("", "ns3.elsewhere.test"), "<clTRID></clTRID>", "", 1)
	a.want(untold, 1000)
	a.want(untold, 2302)
	// What was refused is judged anew.
	remove := tagged("DEL", "<delete><host:delete><host:name>ns4.elsewhere.test</host:name></host:delete></delete>")
	a.want(remove, 2303)
	a.want(host("THREE", "ns4.elsewhere.test"), 1000)
	a.want(remove, 1000)
	a.want(remove, 1000)
	// After a day it is another command.
	s.clock.Set(storyStart.Add(registry.RepeatWindow - time.Microsecond))
	a.want(remove, 1000)
	s.clock.Set(storyStart.Add(registry.RepeatWindow))
	a.want(remove, 2303)
	update := tagged("UPD", "<update><host:update><host:name>ns2.elsewhere.test</host:name><host:add><host:status s=\"clientDeleteProhibited\"/></host:add></host:update></update>")
	a.want(update, 1000)
	a.want(tagged("UNDO", "<update><host:update><host:name>ns2.elsewhere.test</host:name><host:rem><host:status s=\"clientDeleteProhibited\"/></host:rem></host:update></update>"), 1000)
	lines := s.lines()
	a.want(update, 1000) // the first answer, though it would be carried out
	if s.lines() != lines {
		t.Error("a repetition that nothing stands against was carried out")
	}
	s.clock.Set(storyStart.Add(2 * registry.RepeatWindow))
	a.want(update, 1000)
	if s.lines() != lines+1 {
		t.Error("a command was not carried out because one of another day looked alike")
	}
	s.checkWorld()
}

// TestRepeatedAtOnce sends one command over many sessions at a time: it is carried out
// once, and all get the same answer.
func TestRepeatedAtOnce(t *testing.T) {
	s := newStoryWith(t, false, true)
	a := s.session("registrar-a")
	a.want(tagged("CONTACT", `<create><contact:create><contact:id>rc-1</contact:id><contact:postalInfo type="int"><contact:name>A Person</contact:name><contact:addr><contact:city>Town</contact:city><contact:cc>US</contact:cc></contact:addr></contact:postalInfo><contact:voice>+1.7035555555</contact:voice><contact:email>a@mail.example</contact:email><contact:authInfo><contact:pw></contact:pw></contact:authInfo></contact:create></create>`), 1000)
	before := s.balance("registrar-a")
	const sessions = 8
	clients := make([]*client, sessions)
	for i := range clients {
		clients[i] = s.dialAs("registrar-a")
	}
	for n := range 10 {
		frame := tagged(fmt.Sprintf("RACE-%d", n), fmt.Sprintf(`<create><domain:create><domain:name>race%d.example</domain:name><domain:registrant>rc-1</domain:registrant><domain:authInfo><domain:pw></domain:pw></domain:authInfo></domain:create></create>`, n))
		answers := make([]string, sessions)
		var wg sync.WaitGroup
		for i, c := range clients {
			wg.Go(func() { answers[i] = c.send(frame) })
		}
		wg.Wait()
		for _, got := range answers {
			if got != answers[0] || codeIn(got) != 1000 {
				t.Fatalf("answers differ:\n%s\n%s", answers[0], got)
			}
		}
	}
	z := registry.NewZone("example", registry.TargetZone)
	if paid := before - s.balance("registrar-a"); paid != 10*z.Prices.Create {
		t.Errorf("ten names cost %d", paid)
	}
	s.checkWorld()
}
