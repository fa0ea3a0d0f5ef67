package e2e

import (
	"slices"
	"strings"
	"time"
)

// verdict is what the model says of a command. The RFCs do not say which of several
// faults is to be told, so any of them is right.
type verdict struct {
	faults []int              // codes, one of which is the answer; none: the command succeeds
	ok     int                // the code of success
	then   func(at time.Time) // changes the model, if the command succeeded at that instant
	guess  *mSponsored        // whose authInfo was wrong: counted if that is the answer
	cost   int64              // what the registrar pays for it
	billed bool               // the answer tells of money
}

func (v *verdict) refuse(condition bool, code int) {
	if condition && !slices.Contains(v.faults, code) {
		v.faults = append(v.faults, code)
	}
}

// unknown is the verdict on an object that is not there.
func unknown() verdict { return verdict{faults: []int{2303}} }

// own holds what every change of an object asks for.
func (v *verdict) own(o *mSponsored, who string) { v.refuse(o.sponsor != who, 2201) }

// changeStatus holds a change of a status, and gives the statuses afterwards.
func (v *verdict) changeStatus(have []string, add, rem string) []string {
	v.refuse(add != "" && slices.Contains(have, add), 2306)
	v.refuse(rem != "" && !slices.Contains(have, rem), 2306)
	out := slices.DeleteFunc(slices.Clone(have), func(s string) bool { return s == rem })
	if add != "" && !slices.Contains(out, add) {
		out = append(out, add)
	}
	slices.Sort(out)
	return out
}

// changeable holds an update against the statuses; rem is the status that it removes.
func (v *verdict) changeable(o *mSponsored, rem string) {
	v.refuse(o.has("serverUpdateProhibited"), 2304)
	v.refuse(o.has("clientUpdateProhibited") && rem != "clientUpdateProhibited", 2304)
}

// strong says whether authorization information may be set (RFC 9154): the model sends
// values of which this can be told by their length.
func strong(auth string) bool { return auth == "" || len(auth) >= 25 }

// proves holds authorization information that somebody else than the sponsor brings.
// After ten wrong values within a day nothing is compared any more.
func (v *verdict) proves(o *mSponsored, auth string) {
	wrong := o.auth == "" || auth != o.auth
	v.refuse(wrong || o.wrong >= maxGuesses, 2202)
	if wrong && auth != "" && o.wrong < maxGuesses {
		v.guess = o
	}
}

// counted counts a wrong value.
func (v *verdict) counted(now time.Time) {
	if v.guess == nil {
		return
	}
	if v.guess.wrong == 0 {
		v.guess.wrongSince = now
	}
	v.guess.wrong++
}

// ask begins a transfer.
func (m *model) ask(o *mSponsored, who string, at time.Time, amount int64) {
	o.transfer = &mTransfer{status: "pending", gaining: who, losing: o.sponsor, asked: at, due: at.Add(transferWindow), price: amount}
	o.touch(who, at)
}

// answer holds approve, reject and cancel (RFC 5730, Section 2.9.3.4).
func (v *verdict) answer(o *mSponsored, op, who string) (status string) {
	v.refuse(!o.pending(), 2301)
	if o.transfer != nil {
		must := o.transfer.losing
		if op == "cancel" {
			must = o.transfer.gaining
		}
		v.refuse(who != must, 2201)
	} else {
		v.refuse(who != o.sponsor, 2201)
	}
	return map[string]string{"approve": "clientApproved", "reject": "clientRejected", "cancel": "clientCancelled"}[op]
}

// actor is the registrar that acted or should act (acID).
func (t *mTransfer) actor() string {
	if t.status == "clientCancelled" {
		return t.gaining
	}
	return t.losing
}

// superordinateOf is the name of the domain above a host, "" outside our zones.
func superordinateOf(host string) string {
	labels := strings.Split(host, ".")
	if n := len(labels); n > 1 && (labels[n-1] == "example" || labels[n-1] == "extension") {
		return labels[n-2] + "." + labels[n-1]
	}
	return ""
}
