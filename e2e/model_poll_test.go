package e2e

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"cadastre/epp"
)

// polled is a message that was shown.
type polled struct {
	id     string
	notice *mNotice
}

// doPoll asks for the oldest message or acknowledges the one that was shown.
func (w *modelWorld) doPoll(verb, who string, st step) {
	w.about = []string{who}
	if _, known := w.heads[who]; verb == "ack" && (known || st.Way < 3) {
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
	if v.ok = 1000; !known || st.Way < 3 {
		id, known = "999999999", false
		v.refuse(true, 2303)
	}
	for _, other := range modelRegistrars {
		if theirs, shown := w.heads[other]; shown && other != who && (st.Way == 1 || st.Way == 2) {
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
