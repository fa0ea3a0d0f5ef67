package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"
)

// report gathers the figures of a run.
type report struct {
	Machine machine  `json:"machine"`
	Rows    []row    `json:"rows"`
	Notes   []string `json:"notes"`
}

type machine struct {
	OS    string  `json:"os"`
	Arch  string  `json:"arch"`
	CPUs  int     `json:"cpus"`
	Go    string  `json:"go"`
	Syncs float64 `json:"syncs_per_second"` // of 8 KB to the sandbox's disk, one after the other
}

// row is one figure. Times are seconds, sizes octets, rates per second.
type row struct {
	Name      string   `json:"name"`
	Value     float64  `json:"value"`
	Unit      string   `json:"unit"` // "/s", "s" or "B"
	LimitName string   `json:"limit_name,omitempty"`
	Limit     float64  `json:"limit,omitempty"`
	Ratio     float64  `json:"ratio,omitempty"` // value / limit
	Target    *target  `json:"target,omitempty"`
	Met       *bool    `json:"met,omitempty"`
	ServerCPU *float64 `json:"server_cpu_seconds_per_operation,omitempty"`
	DBCPU     *float64 `json:"database_cpu_seconds_per_operation,omitempty"`
	LimitCPU  *float64 `json:"limit_cpu_seconds_per_operation,omitempty"` // of the echo server, or of PostgreSQL under pgbench
	P50       float64  `json:"p50_seconds,omitempty"`
	P99       float64  `json:"p99_seconds,omitempty"`
	Max       float64  `json:"max_seconds,omitempty"`
}

// target is what a figure shall reach: a share of its limit, or a bound on the value.
type target struct {
	Ratio     float64 `json:"ratio,omitempty"`      // at least
	MostRatio float64 `json:"most_ratio,omitempty"` // at most
	Most      float64 `json:"most,omitempty"`       // at most, in the row's unit
}

func bar(ratio float64) *target { return &target{Ratio: ratio} }
func most(v float64) *target    { return &target{Most: v} }

// mostRatio bounds a figure that is compared with something cheaper.
func mostRatio(ratio float64) *target { return &target{MostRatio: ratio} }

func newReport() *report {
	return &report{Notes: []string{
		"Each figure is the middle one of its rounds, and its limit was measured right before it on the same machine.",
		"CPU is user and system time of the server's process and of PostgreSQL's processes for each operation; " +
			"that of a limit is the echo server's, or PostgreSQL's under pgbench. Load generators are not counted.",
		"pgbench runs the ten statements of a create one after the other: BEGIN; INSERT domains, domain_hosts (2 rows), " +
			"domain_contacts (2 rows), dirty_names, history, ledger; UPDATE accounts; INSERT answers; COMMIT, prepared, synchronous_commit on, " +
			"with rows as large as the server's. Clients are spread over three account rows, as sessions are over three registrars; " +
			"the pair of hosts is one of twenty, the contacts are the client's own. Each client works in the same way on both sides.",
		"Creates with pre-approval are beside creates of the same frames without it, in a target registry that asks a whitelist registry " +
			"for a TXT record, both questions and answers signed. All rounds count. Its processor time is its own; the whitelist registry's is shown for itself.",
		"With many names, what is created lies among them in every index, and the database has vacuumed and written out what was loaded.",
		"While names are pruned, a connection to the whitelist registry's database locks those that are next, one after the other; " +
			"PostgreSQL's clock tells how long it waited. The same reads without a lock show how long the machine alone keeps it waiting.",
		"The server also reads hosts and contacts before it writes, and publishes every name in DNS meanwhile. It commits creates of " +
			"several sessions together, which pgbench does not: so it can be beyond its limit. Creates carry DNSSEC data, a fee and a time " +
			"to live, as far as the server announces these extensions, and the login chooses all that it announces.",
	}}
}

// machine describes where the run takes place.
func (r *report) machine(dir string) (err error) {
	r.Machine = machine{OS: runtime.GOOS, Arch: runtime.GOARCH, CPUs: runtime.NumCPU(), Go: runtime.Version()}
	r.Machine.Syncs, err = syncRate(dir)
	return err
}

// syncRate writes and syncs blocks of 8 KB for a moment.
func syncRate(dir string) (float64, error) {
	f, err := os.CreateTemp(dir, "sync-")
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	block := make([]byte, 8<<10)
	begun, n := time.Now(), 0
	for ; time.Since(begun) < 300*time.Millisecond; n++ {
		if _, err := f.WriteAt(block, int64(n%64)*int64(len(block))); err != nil {
			return 0, err
		}
		if err := f.Sync(); err != nil {
			return 0, err
		}
	}
	return float64(n) / time.Since(begun).Seconds(), nil
}

func (r *report) add(x row) {
	if x.Target != nil {
		t := x.Target
		met := x.Ratio >= t.Ratio && (t.MostRatio == 0 || x.Ratio <= t.MostRatio) && (t.Most == 0 || x.Value <= t.Most)
		x.Met = &met
	}
	r.Rows = append(r.Rows, x)
}

// compare adds a figure beside its limit.
func (r *report) compare(x row, p pair) {
	x.Value, x.Limit, x.Ratio = p.value.rate(), p.limit.rate(), p.ratio()
	limit := p.limit.cpu.per(p.limit.ops)
	x.LimitCPU = secondsOf(max(limit.server, limit.database)) // one of them is unknown
	r.add(x.with(p.value))
}

// secondsOf is nil for an unknown time.
func secondsOf(d time.Duration) *float64 {
	if d < 0 {
		return nil
	}
	s := d.Seconds()
	return &s
}

// with fills in what an outcome says of single operations.
func (x row) with(o outcome) row {
	per := o.cpu.per(o.ops)
	x.ServerCPU, x.DBCPU = secondsOf(per.server), secondsOf(per.database)
	return x.spread(o.latencies)
}

// spread fills in percentiles of sorted times.
func (x row) spread(sorted []time.Duration) row {
	if n := len(sorted); n > 0 {
		x.P50, x.P99, x.Max = percentile(sorted, 0.5).Seconds(), percentile(sorted, 0.99).Seconds(), sorted[n-1].Seconds()
	}
	return x
}

func (r *report) writeJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(r)
}

func (r *report) writeTable(w io.Writer) error {
	fmt.Fprintf(w, "\n%s/%s, %d processors, %s, %.0f syncs of 8 KB a second\n\n", r.Machine.OS, r.Machine.Arch, r.Machine.CPUs, r.Machine.Go, r.Machine.Syncs)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "what\tmeasured\tlimit\tratio\ttarget\tverdict\tserver CPU\tdatabase CPU\tlimit CPU\tp50\tp99\tmax")
	for _, x := range r.Rows {
		fmt.Fprintln(t, strings.Join(x.cells(), "\t"))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	limits := map[string]bool{}
	fmt.Fprintln(w)
	for _, x := range r.Rows {
		if x.LimitName != "" && !limits[x.LimitName] {
			limits[x.LimitName] = true
			fmt.Fprintf(w, "limit of %s: %s\n", x.Name, x.LimitName)
		}
	}
	fmt.Fprintln(w)
	for _, n := range r.Notes {
		fmt.Fprintln(w, "-", n)
	}
	return nil
}
