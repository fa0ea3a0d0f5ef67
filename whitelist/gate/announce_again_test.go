package gate

import "testing"

// TestAnnounceAgain: an announcement that is repeated leaves the sessions as they
// are; one that says something new does not.
func TestAnnounceAgain(t *testing.T) {
	r := NewRemoteTargets(nil)
	defer r.Close()
	told := someTarget(t)
	announce := func() *remoteTarget {
		t.Helper()
		if err := r.Announce(told); err != nil {
			t.Fatal(err)
		}
		return r.find("name." + told.Zones[0])
	}
	first := announce()
	if again := announce(); again != first || first.sessions.closed {
		t.Error("the same announcement replaced the target")
	}
	told.Zones = append([]string{"shoes"}, told.Zones...)
	if other := announce(); other == first || !first.sessions.closed {
		t.Error("an announcement of another zone changed nothing")
	}
	told.Password += "x"
	if before, now := r.find("name.shoes"), announce(); now == before {
		t.Error("an announcement of another password changed nothing")
	}
}
