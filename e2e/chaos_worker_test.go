package e2e

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// chaosWorker is a registrar, and the verifiers' hand.
type chaosWorker struct {
	chaos             *chaos
	rng               *rand.Rand
	registrar         string
	labels            int
	whitelist, target *chaosLine

	client *http.Client
	url    string
	tokens map[string]string // by verifier
}

func newChaosWorker(t *testing.T, c *chaos, registrar string, rng *rand.Rand, labels int) *chaosWorker {
	t.Helper()
	w := &chaosWorker{
		chaos: c, rng: rng, registrar: registrar, labels: labels, url: c.whitelist.info.HTTPS.URL, tokens: map[string]string{},
		whitelist: newChaosLine(t, c.whitelist, registrar), target: newChaosLine(t, c.target, registrar),
	}
	for _, v := range c.whitelist.info.Verifiers {
		w.tokens[v.ID] = v.Token
	}
	w.client = &http.Client{
		Timeout:   answerLimit,
		Transport: &http.Transport{TLSClientConfig: c.whitelist.endpoint().tlsConfig(t, "")},
	}
	return w
}

func (w *chaosWorker) close() {
	w.whitelist.close()
	w.target.close()
	w.client.CloseIdleConnections()
}

// work does one thing after the other until the test has enough.
func (w *chaosWorker) work(t *testing.T) {
	for !w.chaos.ended.Load() && w.chaos.operations() < w.chaos.total {
		if int64(w.chaos.operations()) >= w.chaos.allowed.Load() {
			time.Sleep(5 * time.Millisecond)
			continue
		}
		w.chaos.pause.RLock()
		served := w.step(t)
		w.chaos.pause.RUnlock()
		if !served { // the server is away, or its database is
			time.Sleep(time.Duration(50+w.rng.IntN(250)) * time.Millisecond)
		}
	}
}

// step does one thing; false when the server was not there.
func (w *chaosWorker) step(t *testing.T) bool {
	n := w.rng.IntN(100)
	line := w.whitelist
	if n >= 66 {
		line = w.target
	}
	if !line.open(t) {
		return false
	}
	switch {
	case n < 10:
		return w.poll(t)
	case n < 42:
		return w.apply()
	case n < 66:
		return w.decide()
	case n < 86:
		return w.create()
	case n < 93:
		return w.update()
	default:
		return w.delete()
	}
}

// pick is a target name and a person, at random.
func (w *chaosWorker) pick() (target, person string) {
	p := chaosPolicies[[]int{0, 0, 1, 1, 1, 2, 2}[w.rng.IntN(7)]]
	return fmt.Sprintf("n%d.%s", w.rng.IntN(w.labels), p.suffix), chaosPeople[w.rng.IntN(3)]
}

// send carries out a command over EPP and puts down what became of it. Codes that
// are not expected are a fault.
func (w *chaosWorker) send(line *chaosLine, frame string, e chaosEntry, expected ...int) bool {
	e.registrar, e.cltrid = w.registrar, clTRIDOf.FindStringSubmatch(frame)[1]
	r := line.exchange(frame)
	if r != nil {
		e.code, e.why = int(r.Code()), string(r.frame)
		if slices.Contains([]int{1000, 1001}, e.code) && e.kind == "apply" {
			e.names = r.values("preapproval:name")
			e.application, e.status = strings.Join(r.values("preapproval:application"), " "), strings.Join(r.values("preapproval:status"), " ")
		}
		if e.code != 2400 && e.code < 2500 && !slices.Contains(expected, e.code) {
			w.chaos.fault("%s of %s by %s for %s: result %d\n%s", e.kind, e.target, w.registrar, e.registrant, e.code, r.frame)
		}
	}
	w.chaos.add(e)
	return r != nil && e.code != 2400
}

func (w *chaosWorker) apply() bool {
	target, person := w.pick()
	inside := registrantID(person, "", "")
	if w.rng.IntN(15) == 0 {
		inside = registrantID(person, "token", "secret of "+person)
	}
	expected := []int{1000, 1001, 2302, 2202} // 2202: a name to share has another credential
	if w.registrar == "registrar-c" && strings.HasSuffix(target, ".trips") {
		expected = []int{2308, 2302, 1001} // 1001: no target registry is known yet, which is asked first
	}
	frame := newDomain{name: target}.with(preapproval("apply", inside))
	return w.send(w.whitelist, frame, chaosEntry{kind: "apply", target: target, registrant: person}, expected...)
}

// create registers a name: often one that may be approved, for the right parties or
// for others, and says who it is for in all the ways there are.
func (w *chaosWorker) create() bool {
	target, person := w.pick()
	if a, ok := w.chaos.someApproved(w.rng, w.registrar); ok && w.rng.IntN(10) > 0 {
		if target = a.target; w.rng.IntN(4) > 0 {
			person = a.registrant
		}
	}
	e := chaosEntry{kind: "create", target: target, registrant: person, contact: contactOf(w.registrar, person)}
	switch w.rng.IntN(8) {
	case 0: // the contact alone says who it is
		e.registrant = ""
	case 1, 2: // the contact does not say it
		e.contact = contactOf(w.registrar, "")
	case 3: // the contact is somebody else
		e.contact = contactOf(w.registrar, chaosPeople[w.rng.IntN(3)])
	}
	d := newDomain{name: target, registrant: e.contact}
	frame := d.create()
	if e.registrant != "" {
		frame = d.with(preapproval("", registrantID(e.registrant, "", "")))
		if w.rng.IntN(15) == 0 {
			frame = d.with(preapproval("", registrantID(e.registrant, "token", "secret of "+e.registrant)))
		}
	}
	// 2003: the approval was given with a credential.
	return w.send(w.target, frame, e, 1000, 2302, 2308, 2202, 2003)
}

// update gives one of the registrar's names to another person.
func (w *chaosWorker) update() bool {
	target, person := w.chaos.someOwn(w.rng, w.registrar), chaosPeople[w.rng.IntN(len(chaosPeople))]
	if target == "" {
		return w.create()
	}
	contact := contactOf(w.registrar, person)
	frame := domainUpdate(target, "", "", el("domain:registrant", contact))
	return w.send(w.target, frame, chaosEntry{kind: "update", target: target, contact: contact}, 1000, 2201, 2303, 2308, 2202, 2003)
}

func (w *chaosWorker) delete() bool {
	target := w.chaos.someOwn(w.rng, w.registrar)
	if target == "" {
		return w.create()
	}
	return w.send(w.target, domainDelete(target), chaosEntry{kind: "delete", target: target}, 1000, 2201, 2303)
}

// poll takes some messages off the registrar's queue.
func (w *chaosWorker) poll(t *testing.T) bool {
	for range 8 {
		more, served := w.message(t)
		if !served {
			return false
		}
		if !more {
			break
		}
	}
	return true
}

// message reads the first message and removes it.
func (w *chaosWorker) message(t *testing.T) (more, served bool) {
	asked := w.chaos.now()
	r := w.whitelist.exchange(poll())
	switch {
	case r == nil || int(r.Code()) == 2400 || int(r.Code()) >= 2500:
		return false, false
	case int(r.Code()) == 1300:
		return false, true
	case int(r.Code()) != 1301 || r.MsgQ == nil:
		w.chaos.fault("poll: %s", r.frame)
		return false, true
	}
	w.chaos.saw(r.MsgQ.ID, asked, chaosMessage{
		registrar: w.registrar, application: strings.Join(r.values("preapproval:application"), " "),
		status: strings.Join(r.values("preapproval:status"), " "), text: strings.Join(r.values("msg"), " "),
	})
	a := w.whitelist.exchange(ack(r.MsgQ.ID))
	switch {
	case a == nil || int(a.Code()) == 2400 || int(a.Code()) >= 2500:
		return true, false
	case int(a.Code()) == 1000 || int(a.Code()) == 1300:
		w.chaos.removed(r.MsgQ.ID)
	case int(a.Code()) != 2303: // another session of the registrar removed it
		w.chaos.fault("ack: %s", a.frame)
	}
	return true, true
}
