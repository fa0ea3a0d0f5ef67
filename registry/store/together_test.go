package store

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestTogetherIsNotKeptByOne has a commit that does not end, as when somebody has locked
// the account that it charges: the commands of others go on beside it.
func TestTogetherIsNotKeptByOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &together{}
		wait := func() *member {
			m := &member{turn: make(chan turn, 1)}
			if g.enter(m) != nil {
				t.Fatal("one command is worth a commit beside another at once")
			}
			return m
		}
		leads := func(m *member) {
			t.Helper()
			select {
			case its := <-m.turn:
				if len(its.group) != 1 || its.group[0] != m {
					t.Errorf("it leads %v", its.group)
				}
			case <-time.After(commitTimeout):
				t.Fatal("it waits for a commit that does not end")
			}
		}
		if g.enter(&member{}) == nil {
			t.Fatal("the first command waits")
		}
		second := wait()
		leads(second)
		third := wait() // there is no room for it until the second is done
		time.Sleep(2 * togetherStay)
		g.hand(1)
		leads(third)
		g.hand(1)
		g.hand(1)
		if g.leaders != 0 || g.inHand != 0 || len(g.waiting) != 0 {
			t.Errorf("%d commits and %d commands are in hand, %d wait", g.leaders, g.inHand, len(g.waiting))
		}
	})
}
