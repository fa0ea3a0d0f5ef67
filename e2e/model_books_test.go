package e2e

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"
	"golang.org/x/net/dns/dnsmessage"

	"cadastre/epp"
)

const sqlModelInstants = `
	SELECT created_at, updated_at FROM domains WHERE name = $1 UNION ALL
	SELECT created_at, updated_at FROM hosts WHERE name = $1 UNION ALL
	SELECT created_at, updated_at FROM contacts WHERE handle = $1`

// instants reads when an object was created and last updated, to the microsecond: EPP
// shows milliseconds. Zero: never, or the object is not there.
func (w *modelWorld) instants(name string) (created, updated time.Time) {
	rows, err := w.store.Query(w.tb.Context(), sqlModelInstants, name)
	if err != nil {
		w.failf("%v", err)
	}
	defer rows.Close()
	for rows.Next() {
		var changed *time.Time
		if err := rows.Scan(&created, &changed); err != nil {
			w.failf("%v", err)
		}
		if changed != nil {
			updated = changed.UTC()
		}
	}
	return created.UTC(), updated
}

// account is a registrar's money and how many messages wait for it.
type account struct {
	balance  int64
	messages int
}

const sqlModelAccounts = `
	SELECT a.registrar, a.balance, (SELECT count(*) FROM poll_messages p WHERE p.registrar = a.registrar) FROM accounts a`

func (w *modelWorld) accounts() map[string]account {
	rows, err := w.store.Query(w.tb.Context(), sqlModelAccounts)
	if err != nil {
		w.failf("%v", err)
	}
	defer rows.Close()
	out := map[string]account{}
	for rows.Next() {
		var who string
		var a account
		if err := rows.Scan(&who, &a.balance, &a.messages); err != nil {
			w.failf("%v", err)
		}
		if slices.Contains(modelRegistrars, who) {
			out[who] = a
		}
	}
	return out
}

// compareBooks holds the balances, the length of each queue and the invariants of the
// database.
func (w *modelWorld) compareBooks() {
	var want, got []string
	accounts := w.accounts()
	for _, who := range modelRegistrars {
		want = append(want, fmt.Sprintf("%s has %d and %d messages", who, w.balance[who], len(w.queue[who])))
		got = append(got, fmt.Sprintf("%s has %d and %d messages", who, accounts[who].balance, accounts[who].messages))
	}
	if !slices.Equal(want, got) {
		w.sameQueues()
	}
	w.same("accounts", want, got)
	faults, err := w.store.CheckWorld(w.tb.Context())
	if err != nil {
		w.failf("%v", err)
	}
	if len(faults) > 0 {
		w.failf("%s", strings.Join(faults, "\n"))
	}
}

const sqlModelQueue = `SELECT left(text, 200), queued_at FROM poll_messages WHERE registrar = $1 ORDER BY id`

// sameQueues compares the messages that wait, for the order of which see shown.
func (w *modelWorld) sameQueues() {
	for _, who := range modelRegistrars {
		rows, err := w.store.Query(w.tb.Context(), sqlModelQueue, who)
		if err != nil {
			w.failf("%v", err)
		}
		var got, want []string
		for rows.Next() {
			var text string
			var at time.Time
			if err := rows.Scan(&text, &at); err != nil {
				w.failf("%v", err)
			}
			got = append(got, shownTime(at)+" "+text)
		}
		for _, n := range w.queue[who] {
			want = append(want, fmt.Sprintf("%s %s %s", shownTime(n.at), n.about, n.words))
		}
		if len(got) != len(want) {
			w.failf("%s has these messages in the model:\n  %s\nand these on the server:\n  %s", who, strings.Join(want, "\n  "), strings.Join(got, "\n  "))
		}
	}
}

// compareDNS holds the delegation of a domain in DNS against the model.
func (w *modelWorld) compareDNS(name string) {
	want := w.delegation(name)
	for began := time.Now(); ; time.Sleep(3 * time.Millisecond) {
		a, err := ask(w.box.info.DNS.Addr, name, dnsmessage.TypeA, false)
		if err != nil {
			w.failf("DNS %s: %v", name, err)
		}
		got := a.delegation()
		if slices.Equal(got, want) && (len(want) > 0) == (a.rcode == dnsmessage.RCodeSuccess) {
			break
		}
		if time.Since(began) > 20*publishLimit {
			w.failf("DNS says of %s %v %v, the model %v", name, a.rcode, got, want)
		}
	}
	if w.signed[name] {
		w.compareDS(name)
	}
}

// compareDS holds the delegation signer records of a domain in DNS against the model.
func (w *modelWorld) compareDS(name string) {
	var want []string
	if d := w.domains[name]; d != nil && d.inDNS() {
		for _, n := range d.ds {
			_, record := dsOf(n)
			want = append(want, record)
		}
	}
	for began := time.Now(); ; time.Sleep(3 * time.Millisecond) {
		m, err := dns.Exchange(new(dns.Msg).SetQuestion(name+".", dns.TypeDS), w.box.info.DNS.Addr)
		if err != nil {
			w.failf("DNS %s: %v", name, err)
		}
		var got []string
		for _, rr := range m.Answer {
			got = append(got, strings.TrimPrefix(rr.String(), rr.Header().String()))
		}
		slices.Sort(got)
		if slices.Equal(got, want) {
			return
		}
		if time.Since(began) > 20*publishLimit {
			w.failf("DNS has DS records of %s %v, the model %v", name, got, want)
		}
	}
}

// delegation is NS records and glue, each sorted; none where the name is not in the zone.
func (w *modelWorld) delegation(name string) []string {
	d := w.domains[name]
	if d == nil || !d.inDNS() {
		return nil
	}
	var servers, glue []string
	for _, n := range d.hosts {
		servers = append(servers, name+". NS "+n+".")
		if h := w.hosts[n]; h.superordinate == d {
			for _, a := range h.addrs {
				kind := " A "
				if strings.Contains(a, ":") {
					kind = " AAAA "
				}
				glue = append(glue, n+"."+kind+a)
			}
		}
	}
	slices.Sort(servers)
	slices.Sort(glue)
	return append(servers, glue...)
}

// toldExpiry is what trnData shows as the end of the registration: nothing where it
// does not change.
func (t *mTransfer) toldExpiry() time.Time {
	if t.price == 0 {
		return time.Time{}
	}
	return t.expires
}

// polled is a message that was shown.
type polled struct {
	id     string
	notice *mNotice
}

// doPoll asks for the oldest message or acknowledges the one that was shown.
func (w *modelWorld) doPoll(verb, who string, st step) {
	w.about = []string{who}
	if _, known := w.heads[who]; verb == "ack" && (known || st.Way < 2) {
		w.doAck(who, st)
		return
	}
	verb = "poll"
	waiting := len(w.queue[who])
	v := verdict{ok: 1301}
	if waiting == 0 {
		v.ok = 1300
	}
	r := w.send(who, verb, "", poll(), "", v)
	if waiting == 0 {
		if r.MsgQ != nil {
			w.failf("there is no message, but a msgQ\n%s", r.frame)
		}
		return
	}
	if r.MsgQ == nil || r.MsgQ.Count != uint64(waiting) {
		w.failf("%d messages wait\n%s", waiting, r.frame)
	}
	w.heads[who] = polled{r.MsgQ.ID, w.shown(who, r.reply)}
}

// shown finds the message that an answer shows among those that may be the oldest: what
// one passage of time queued is in order for each object.
func (w *modelWorld) shown(who string, r *reply) *mNotice {
	seen := map[string]bool{}
	first := w.queue[who][0]
	var may []string
	for _, n := range w.queue[who] {
		if n.batch != first.batch {
			break
		}
		if seen[n.about] {
			continue
		}
		seen[n.about] = true
		may = append(may, fmt.Sprintf("%s %s %s %v", n.about, n.words, shownTime(n.at), n.transfer))
		t, _ := r.ResData.(*epp.TransferData)
		if shownTime(n.at) != shownTime(r.MsgQ.QDate) || !strings.Contains(r.MsgQ.Msg, n.about) || !strings.Contains(r.MsgQ.Msg, n.words) {
			continue
		}
		if (t == nil) != (n.transfer == nil) {
			continue
		}
		if t != nil {
			w.sameTransfer(n.about, t, n.transfer)
		}
		return n
	}
	w.failf("%s is shown a message that the model does not know; it may be one of\n%s\n%s", who, strings.Join(may, "\n"), r.frame)
	return nil
}

func (w *modelWorld) doAck(who string, st step) {
	head, known := w.heads[who]
	id := head.id
	var v verdict
	if v.ok = 1000; !known || st.Way < 2 {
		id, known = "999999999", false
		v.refuse(true, 2303)
	}
	for _, other := range modelRegistrars {
		if theirs, shown := w.heads[other]; shown && other != who && st.Way == 1 {
			id = theirs.id
		}
	}
	if known {
		v.then = func(time.Time) {
			w.queue[who] = slices.DeleteFunc(w.queue[who], func(n *mNotice) bool { return n == head.notice })
			delete(w.heads, who)
		}
	}
	r := w.send(who, "ack", id, ack(id), "", v)
	if left := len(w.queue[who]); r.done && left > 0 && (r.MsgQ == nil || r.MsgQ.Count != uint64(left)) {
		w.failf("%d messages are left\n%s", left, r.frame)
	}
}

// finish empties the queues and looks at everything once more.
func (w *modelWorld) finish() {
	w.ready()
	w.compareAll()
	w.sum = &modelSum{} // what follows is no part of the script
	for _, who := range modelRegistrars {
		for n := 0; len(w.queue[who]) > 0 && n < 60; n++ {
			w.doPoll("poll", who, step{})
			w.doPoll("ack", who, step{Way: 2})
		}
	}
	w.compareBooks()
}
