package dnsout

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"
)

// syntheticSource is a zone as `cadastre load` makes it: two of 5 000 outside host
// pairs for each name, every twentieth with hosts of its own and glue.
type syntheticSource struct {
	*memSource
	names int
}

func newSyntheticSource(names int) *syntheticSource {
	src := &syntheticSource{newMemSource(), names}
	src.addZone(exampleZone(1, "example"))
	return src
}

func (s *syntheticSource) SnapshotZone(_ context.Context, _ int64, fn func(*Delegation) error) (uint32, error) {
	var d Delegation
	for i := range s.names {
		d.Name = fmt.Sprintf("d%07x.example", i*2654435761&0xFFFFFFF)
		d.NS, d.Glue = d.NS[:0], d.Glue[:0]
		if i%20 != 0 {
			pair := i % 5000
			d.NS = append(d.NS, fmt.Sprintf("ns1.p%d.hosting.test", pair), fmt.Sprintf("ns2.p%d.hosting.test", pair))
		} else {
			for n := range 2 {
				host := fmt.Sprintf("ns%d.%s", n+1, d.Name)
				d.NS = append(d.NS, host)
				d.Glue = append(d.Glue, Glue{Host: host, Addrs: []netip.Addr{
					netip.AddrFrom4([4]byte{192, 0, 2, byte(n)}), netip.MustParseAddr("2001:db8::1"),
				}})
			}
		}
		if err := fn(&d); err != nil {
			return 0, err
		}
	}
	return 100, nil
}

// heapInUse is what the collector finds alive.
func heapInUse() int {
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// TestBytesPerDelegation holds the zone in memory to its size, by its own count
// and by the heap's.
func TestBytesPerDelegation(t *testing.T) {
	const names, most = 200_000, 100 // the target is 250 octets
	before := heapInUse()
	zones := zonesOf(t, newSyntheticSource(names))
	c := zones.set.Load().byName["\x07example"].content.Load()
	heap := heapInUse() - before
	if c.names != names {
		t.Fatalf("%d names", c.names)
	}
	t.Logf("%d delegations: %.1f octets each by the zone's count, %.1f on the heap",
		names, float64(c.size())/names, float64(heap)/names)
	if heap > most*names {
		t.Errorf("%d octets on the heap", heap)
	}
	if c.size() > heap*11/10 || c.size() < heap*8/10 {
		t.Errorf("the zone counts %d octets, the heap %d", c.size(), heap)
	}
	runtime.KeepAlive(zones)
}

// BenchmarkLoad prints what a zone of a million names costs; set
// CADASTRE_BENCH_NAMES for another size.
func BenchmarkLoad(b *testing.B) {
	names := 1_000_000
	if s := os.Getenv("CADASTRE_BENCH_NAMES"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			b.Fatal(err)
		}
		names = n
	}
	src := newSyntheticSource(names)
	for b.Loop() {
		b.StopTimer()
		before, resident := heapInUse(), residentSize(b)
		b.StartTimer()
		began := time.Now()
		zones := zonesOf(b, src)
		b.ReportMetric(time.Since(began).Seconds(), "s/load")
		b.StopTimer()
		peak := residentSize(b)
		b.ReportMetric(float64(heapInUse()-before)/float64(names), "B/name")
		b.ReportMetric(float64(peak-resident)/float64(names), "rss-peak-B/name")
		b.ReportMetric(float64(residentSize(b)-resident)/float64(names), "rss-B/name")
		runtime.KeepAlive(zones)
		b.StartTimer()
	}
}

// residentSize is the process's resident memory in octets, 0 where /proc lacks it.
func residentSize(b *testing.B) int {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.Atoi(strings.Fields(rest)[0])
			if err != nil {
				b.Fatal(err)
			}
			return kb << 10
		}
	}
	return 0
}

// BenchmarkAnswer measures answers without the network.
func BenchmarkAnswer(b *testing.B) {
	const names = 100_000
	r := responder{zones: zonesOf(b, newSyntheticSource(names))}
	var queries [][]byte
	for i := range 1000 {
		q := question(fmt.Sprintf("www.d%07x.example. A", i*2654435761&0xFFFFFFF))
		if i%10 == 9 {
			q = question(fmt.Sprintf("nowhere%d.example. A", i))
		}
		q.SetEdns0(1232, true)
		packed, err := q.Pack()
		if err != nil {
			b.Fatal(err)
		}
		queries = append(queries, packed)
	}
	buf := make([]byte, 0, 2*maxUDP)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if answer, _ := r.respond(buf, queries[i%len(queries)], true); answer == nil {
			b.Fatal("no answer")
		}
	}
}
