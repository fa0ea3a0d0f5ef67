package e2e

import (
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"
)

// pollsOfTwo reads the messages of one registrar over sessions at two servers: both show
// the same message and count, each message is acknowledged once, and one that comes while
// a server is down waits with the others.
func pollsOfTwo(t *testing.T, box *sandbox, one, two *node) {
	t.Helper()
	first, second := one.epp.login(t, "registrar-c"), two.epp.login(t, "registrar-c")
	for id, _ := head(t, first); id != 0; id, _ = head(t, first) {
		first.do(t, ack(strconv.FormatInt(id, 10))).want(t, 1000)
	}
	first.do(t, goodContact("cl-holder").create()).want(t, 1000)
	message := func(n int) {
		t.Helper()
		name := fmt.Sprintf("told%d.example", n)
		second.do(t, newDomain{name: name, registrant: "cl-holder"}.create()).want(t, 1000)
		cadastre(t, "domain", "hold", name, "--dir", box.dir, "--reason", "a test")
	}
	const messages = 6
	for n := range messages {
		message(n)
	}
	var seen []int64
	// next is the head of the queue, which both servers show.
	next := func(left int) int64 {
		t.Helper()
		id, count := head(t, first)
		other, sees := head(t, second)
		if id == 0 || id != other || count != left || sees != left {
			t.Fatalf("one server shows message %d of %d, the other %d of %d; %d are left", id, count, other, sees, left)
		}
		if slices.Contains(seen, id) || len(seen) > 0 && id < seen[len(seen)-1] {
			t.Errorf("message %d is shown after %v", id, seen)
		}
		seen = append(seen, id)
		return id
	}
	acked := func(s *session, id int64, left int) {
		t.Helper()
		r := s.do(t, ack(strconv.FormatInt(id, 10))).want(t, 1000)
		switch {
		case left == 0 && r.MsgQ != nil:
			t.Errorf("no message is left, and the answer says %+v", *r.MsgQ)
		case left > 0 && (r.MsgQ == nil || r.MsgQ.Count != uint64(left) || r.MsgQ.ID != strconv.FormatInt(id, 10)):
			t.Errorf("after message %d, with %d left: %s", id, left, r.frame)
		}
	}

	// By turns, and what the other server took off the queue is gone.
	id := next(6)
	acked(second, id, 5)
	first.do(t, ack(strconv.FormatInt(id, 10))).want(t, 2303)
	second.do(t, ack(strconv.FormatInt(id, 10))).want(t, 2303)
	one.epp.login(t, "registrar-b").do(t, ack(strconv.FormatInt(next(5), 10))).want(t, 2303) // another registrar's
	acked(first, seen[1], 4)

	// Both at once: one of the two acknowledges it.
	id = next(4)
	var codes [2]int
	var wg sync.WaitGroup
	for i, s := range []*session{first, second} {
		wg.Go(func() {
			if r, err := s.exchange([]byte(ack(strconv.FormatInt(id, 10)))); err == nil {
				codes[i] = int(r.Code())
			}
		})
	}
	wg.Wait()
	if slices.Sort(codes[:]); codes != [2]int{1000, 2303} {
		t.Errorf("two acknowledgements of message %d at a time: %v", id, codes)
	}

	// A server is killed and comes back: nothing is lost, nothing comes back.
	id = next(3)
	again := ack(strconv.FormatInt(id, 10))
	answer := first.do(t, again).want(t, 1000)
	one.server.kill()
	message(messages)
	one.start(t)
	first = one.epp.login(t, "registrar-c")
	if r := first.do(t, again); string(r.frame) != string(answer.frame) {
		t.Errorf("the acknowledgement, sent again:\n%s\nafter\n%s", r.frame, answer.frame)
	}
	for left, s := range []*session{first, second, first} {
		acked(s, next(3-left), 2-left)
	}
	for _, s := range []*session{first, second} {
		s.do(t, poll()).want(t, 1300)
	}
	if len(seen) != messages+1 {
		t.Errorf("%d messages were shown: %v", len(seen), seen)
	}
}

// head is the message that a session is shown, and how many there are; 0: none.
func head(t *testing.T, s *session) (id int64, count int) {
	t.Helper()
	r := s.do(t, poll()).want(t, 1300, 1301)
	if r.MsgQ == nil {
		return 0, 0
	}
	id, err := strconv.ParseInt(r.MsgQ.ID, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return id, int(r.MsgQ.Count)
}
