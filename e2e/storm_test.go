package e2e

import (
	"context"
	"flag"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

var (
	stormRounds     = flag.Int("storm.rounds", 5, "how many names the drop storm is about")
	stormRegistrars = flag.Int("storm.registrars", 12, "registrars in the drop storm")
	stormSessions   = flag.Int("storm.sessions", 5, "sessions of each of them")
)

// TestDropStorm has many registrars send creates of one name without a pause while it is
// purged, name after name. Each name goes to exactly one of them.
func TestDropStorm(t *testing.T) {
	b := newStormBox(t, *stormRounds, slices.Repeat([]int{*stormSessions}, *stormRegistrars))
	wins := b.storm(t)
	t.Logf("names won by each registrar: %v", wins)
}

// TestDropShares has one registrar on fifty sessions and ten on one each: names are won by
// registrars, not by sessions.
func TestDropShares(t *testing.T) {
	rounds := max(30, *stormRounds)
	sessions := append([]int{50}, slices.Repeat([]int{1}, 10)...)
	b := newStormBox(t, rounds, sessions)
	wins := b.storm(t)
	least, most := likely(rounds, 1/float64(len(sessions)))
	t.Logf("names won by each registrar: %v; the first was to win between %d and %d", wins, least, most)
	if wins[0] < least || wins[0] > most {
		t.Errorf("of %d names the registrar on fifty sessions won %d", rounds, wins[0])
	}
}

// likely bounds the successes of n trials of probability p: less or more than that is rarer
// than one in a million.
func likely(n int, p float64) (least, most int) {
	const rare = 5e-7
	var sum float64
	least, most = -1, n
	for k := range n + 1 {
		ln, _ := math.Lgamma(float64(n + 1))
		lk, _ := math.Lgamma(float64(k + 1))
		lr, _ := math.Lgamma(float64(n - k + 1))
		sum += math.Exp(ln - lk - lr + float64(k)*math.Log(p) + float64(n-k)*math.Log1p(-p))
		if sum >= rare && least < 0 {
			least = k
		}
		if 1-sum < rare {
			return least, k
		}
	}
	return least, most
}

// drop is one name on its way to somebody new.
type drop struct {
	name    string
	wins    []atomic.Int64 // by registrar
	refused []atomic.Int64
	won     chan struct{} // closed by the first winner
	once    sync.Once
}

// storm goes through all names, and gives how many each registrar won.
func (b *stormBox) storm(t *testing.T) []int {
	sessions := b.loginAll(t)
	var current atomic.Pointer[drop]
	drops := make([]*drop, len(b.names))
	for i, name := range b.names {
		drops[i] = &drop{
			name: name, won: make(chan struct{}),
			wins: make([]atomic.Int64, len(b.registrars)), refused: make([]atomic.Int64, len(b.registrars)),
		}
	}
	current.Store(drops[0])
	begun := time.Now()
	stop := b.checkMeanwhile(t)
	var wg sync.WaitGroup
	var creates atomic.Int64
	for _, s := range sessions {
		wg.Go(func() {
			for d := current.Load(); d != nil && !t.Failed(); d = current.Load() {
				code, err := s.create(d.name)
				creates.Add(1)
				switch {
				case err != nil:
					t.Errorf("%s: %v", d.name, err)
				case code == 1000:
					d.wins[s.registrar].Add(1)
					d.once.Do(func() { close(d.won) })
				case code == 2302:
					d.refused[s.registrar].Add(1)
				default:
					t.Errorf("%s: %d", d.name, code)
				}
			}
		})
	}
	for i, d := range drops {
		b.round(t, d, i)
		if i+1 < len(drops) {
			current.Store(drops[i+1])
		}
	}
	current.Store(nil)
	wg.Wait()
	took := time.Since(begun)
	latencies := stop()
	t.Logf("%d names, %d sessions of %d registrars, %.0f creates a second; checks meanwhile p50 %v, p99 %v, of %d",
		len(drops), len(sessions), len(b.registrars), float64(creates.Load())/took.Seconds(),
		latencies[len(latencies)/2], latencies[len(latencies)*99/100], len(latencies))
	b.checkWorld(t)
	return b.winners(t, drops)
}

// round lets every registrar be refused, and then the name be purged.
func (b *stormBox) round(t *testing.T, d *drop, i int) {
	for r, all := range b.registrars {
		for d.refused[r].Load() < int64(all.sessions) && !t.Failed() {
			time.Sleep(time.Millisecond)
		}
	}
	if t.Failed() {
		return
	}
	b.move(t, "set", b.purges[i].Format(time.RFC3339Nano))
	select {
	case <-d.won:
	case <-time.After(answerLimit):
		t.Errorf("%s: nobody got it", d.name)
	}
}

// winners demands one winner, one domain and one charge for each name.
func (b *stormBox) winners(t *testing.T, drops []*drop) []int {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, b.info.Database.DSN)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx) //nolint:errcheck // nothing is lost
	wins := make([]int, len(b.registrars))
	for _, d := range drops {
		winner, count := "nobody", 0
		for i := range d.wins {
			if n := int(d.wins[i].Load()); n > 0 {
				winner = b.registrars[i].id
				wins[i] += n
				count += n
			}
		}
		var rows, charges int
		var holder string
		err := conn.QueryRow(ctx, `SELECT count(*), coalesce(min(registrar), ''),
			(SELECT count(*) FROM ledger l WHERE object = $1 AND reason = 'create' AND l.debit LIKE '%storm-%')
			FROM domains WHERE name = $1`, d.name).Scan(&rows, &holder, &charges)
		if err != nil {
			t.Fatal(err)
		}
		if count != 1 || rows != 1 || charges != 1 || holder != winner {
			t.Errorf("%s: %d creates succeeded, the last for %s; %d domains, of %s; %d charges", d.name, count, winner, rows, holder, charges)
		}
	}
	return wins
}

// checkMeanwhile checks names as another registrar until the function it gives is called,
// which gives how long the answers took, sorted.
func (b *stormBox) checkMeanwhile(t *testing.T) (stop func() []time.Duration) {
	s := b.login(t, "registrar-b")
	end, done := make(chan struct{}), make(chan []time.Duration, 1)
	go func() {
		var list []time.Duration
		defer func() { slices.Sort(list); done <- list }()
		for {
			sent := time.Now()
			if _, err := s.exchange([]byte(domainCheck("quiet.example"))); err != nil {
				t.Errorf("check: %v", err)
				list = append(list, time.Since(sent))
				return
			}
			list = append(list, time.Since(sent))
			select {
			case <-end:
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	return func() []time.Duration { close(end); return <-done }
}
