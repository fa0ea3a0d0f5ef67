package e2e

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"cadastre/epp"
	"cadastre/internal/pgtest"
	"cadastre/registry/store/migrations"
)

var linearOperations = flag.Int("linear.operations", 3000, "how many commands the test of concurrent sessions sends")

// TestLinear lets sessions of three registrars, on two servers with one database, command
// the same few names at the same time. There is an order of the commands, one that each
// begin and end of them allows, in which every answer is right: so what one session was
// told is done, every session sees from then on, at whichever server.
func TestLinear(t *testing.T) {
	t.Parallel()
	first := &sandbox{dir: directory(t)}
	first.start(t, "--database-url", pgtest.New(t, migrations.FS))
	second := &sandbox{dir: directory(t)}
	if err := os.CopyFS(second.dir, os.DirFS(first.dir)); err != nil {
		t.Fatal(err)
	}
	second.start(t, "--database-url", first.info.Database.DSN)
	l := &linear{registrant: "rc-contact1"}
	for i := range 8 {
		box := []*sandbox{first, second}[i%2]
		l.sessions = append(l.sessions, box.login(t, modelRegistrars[i%3]))
	}
	counts := map[string]int{}
	const names, perName = 4, 60
	for round := 0; round*names*perName < *linearOperations && !t.Failed(); round++ {
		history := l.round(t, round, names, names*perName)
		for _, op := range history {
			counts[fmt.Sprint(op.Input.(linearInput).verb, " ", op.Output.(linearOutput).code)]++
		}
		l.judge(t, history)
	}
	first.checkWorld(t)
	t.Logf("%v", counts)
}

type linear struct {
	sessions   []*session
	registrant string
	next       atomic.Int64
}

// round sends commands on a few new names from all sessions at once.
func (l *linear) round(t *testing.T, round, names, operations int) []porcupine.Operation {
	var mu sync.Mutex
	var history []porcupine.Operation
	var wg sync.WaitGroup
	began := time.Now()
	l.next.Store(0)
	for i, sess := range l.sessions {
		random := rand.New(rand.NewPCG(uint64(round), uint64(i)))
		wg.Go(func() {
			years := map[string]int{} // as last seen
			since := map[string]string{}
			for l.next.Add(1) <= int64(operations) {
				in := linearInput{name: fmt.Sprintf("r%d-n%d.example", round, random.IntN(names)), who: sess.who, verb: of(linearVerbs, random.IntN(1<<20))}
				in.years = years[in.name]
				frame := l.frame(in, since[in.name])
				call := time.Since(began).Nanoseconds()
				r, err := sess.exchange([]byte(frame))
				ret := time.Since(began).Nanoseconds()
				if err != nil {
					t.Errorf("%v after %s", err, frame)
					return
				}
				out := outputOf(r)
				if out.created != "" {
					since[in.name] = out.created
				}
				if out.years > 0 {
					years[in.name] = out.years
				} else if d, ok := r.ResData.(*epp.DomainRenewData); ok {
					out.years = yearsBetween(since[in.name], d.ExDate)
					years[in.name] = out.years
				}
				if out.code == 2400 {
					t.Errorf("2400 for %s", frame)
				}
				mu.Lock()
				history = append(history, porcupine.Operation{ClientId: i, Input: in, Call: call, Output: out, Return: ret})
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return history
}

// linearVerbs lists the commands, as often as they should be.
var linearVerbs = weighted(map[string]int{
	"create": 5, "check": 4, "info": 6, "renew": 3, "hold": 2, "unhold": 2, "authinfo": 1, "request": 3, "approve": 1, "reject": 2, "cancel": 2, "delete": 2,
})

// frame writes a command. A renew computes the date of expiry from what the session saw.
func (l *linear) frame(in linearInput, created string) string {
	auth := withAuth("domain", strongAuthInfo)
	switch in.verb {
	case "create":
		return newDomain{name: in.name, registrant: l.registrant, authInfo: auth}.create()
	case "check":
		return domainCheck(in.name)
	case "info":
		return domainInfo(in.name)
	case "renew":
		until := "2026-01-01"
		if at, err := time.Parse(time.RFC3339Nano, created); err == nil {
			until = plusYears(at, in.years).Format(time.DateOnly)
		}
		return domainRenew(in.name, until, "")
	case "hold":
		return domainUpdate(in.name, status("domain", "clientHold"), "", "")
	case "unhold":
		return domainUpdate(in.name, "", status("domain", "clientHold"), "")
	case "authinfo":
		return domainUpdate(in.name, "", "", auth)
	case "request":
		return domainTransfer("request", in.name, auth)
	case "delete":
		return domainDelete(in.name)
	}
	return domainTransfer(in.verb, in.name, "")
}

// outputOf is what an answer tells.
func outputOf(r *reply) linearOutput {
	out := linearOutput{code: int(r.Code())}
	switch d := r.ResData.(type) {
	case *epp.DomainCheckData:
		if out.code = 0; d.Results[0].Avail {
			out.code = 1
		}
	case *epp.DomainCreateData:
		out.created = d.CrDate.Format(time.RFC3339Nano)
		out.years = yearsBetween(out.created, d.ExDate)
	case *epp.DomainInfoData:
		out.created, out.sponsor = d.CrDate.Format(time.RFC3339Nano), d.ClID
		out.years = yearsBetween(out.created, d.ExDate)
		out.status = strings.Join(slices.Sorted(slices.Values(valuesOf(d.Statuses))), " ")
	}
	return out
}

func yearsBetween(created string, until time.Time) int {
	at, err := time.Parse(time.RFC3339Nano, created)
	if err != nil {
		return 0
	}
	return until.Year() - at.Year()
}

// judge looks for an order of the commands that explains every answer.
func (l *linear) judge(t *testing.T, history []porcupine.Operation) {
	t.Helper()
	for _, part := range linearModel.Partition(history) {
		switch result, info := porcupine.CheckOperationsVerbose(linearModel, part, time.Minute); result {
		case porcupine.Ok:
		case porcupine.Unknown:
			t.Errorf("no order was found within a minute, and none was excluded")
		case porcupine.Illegal:
			t.Errorf("no order explains these answers:\n%s", unexplained(part, info))
		}
	}
}

// unexplained writes a history down as far as some order explains it, with the states,
// and then the rest, in the order in which the answers came.
func unexplained(part []porcupine.Operation, info porcupine.LinearizationInfo) string {
	var longest []porcupine.Operation
	for _, some := range info.PartialLinearizationsOperations() {
		for _, one := range some {
			if len(one) > len(longest) {
				longest = one
			}
		}
	}
	var b strings.Builder
	state := linearModel.Init()
	done := map[porcupine.Operation]bool{}
	line := func(op porcupine.Operation) {
		fmt.Fprintf(&b, "%8d to %8d us, session %d: %s\n", op.Call/1000, op.Return/1000, op.ClientId, linearModel.DescribeOperation(op.Input, op.Output))
	}
	for _, op := range longest {
		line(op)
		_, state = linearModel.Step(state, op.Input, op.Output)
		done[op] = true
	}
	fmt.Fprintf(&b, "then it is %s, and these are left:\n", linearModel.DescribeState(state))
	slices.SortFunc(part, func(a, b porcupine.Operation) int { return int(a.Return - b.Return) })
	for _, op := range part {
		if !done[op] {
			line(op)
		}
	}
	return b.String()
}
