package desk

import (
	"testing"
	"time"
)

// However long transactions take, the next one removes something, and never too much.
func TestPace(t *testing.T) {
	p := firstPace
	for range 20 {
		p = p.after(int(p), time.Second)
	}
	if p != leastPace {
		t.Errorf("a slow machine: %d names, want %d", p, leastPace)
	}
	if got := p.after(int(p)-1, 0); got != p {
		t.Errorf("after fewer names than it may: %d names, want %d", got, p)
	}
	for range 20 {
		p = p.after(int(p), time.Millisecond)
	}
	if p != mostPace {
		t.Errorf("a fast machine: %d names, want %d", p, mostPace)
	}
	if got := p.after(int(p), (slow+quick)/2); got != p {
		t.Errorf("a transaction as long as it should be: %d names, want %d", got, p)
	}
	if got := p.after(1, slow+1); got >= p {
		t.Errorf("a slow transaction of one name: %d names, want fewer than %d", got, p)
	}
}
