package e2e

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"

	"cadastre/epp"
)

// shownTime is an instant as EPP shows it.
func shownTime(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Truncate(time.Millisecond).Format(time.RFC3339Nano)
}

// same holds what was shown against the model, line by line.
func (w *modelWorld) same(what string, want, got []string) {
	if diff := cmp.Diff(want, got); diff != "" {
		w.failf("%s (-model +server):\n%s", what, diff)
	}
}

// compareAll holds every object against the model.
func (w *modelWorld) compareAll() {
	w.compareDomains()
	for _, n := range modelHosts {
		w.compareHost(n)
	}
	for _, id := range modelContacts {
		w.compareContact(id)
	}
	w.compareZones()
}

func (w *modelWorld) compareDomains() {
	for _, n := range modelDomains {
		w.compareDomain(n)
	}
}

// compareDomain asks the sponsor, who sees everything, and DNS.
func (w *modelWorld) compareDomain(name string) {
	who := modelRegistrars[0]
	if d := w.domains[name]; d != nil {
		who = d.sponsor
	}
	w.compareDomainAs(name, who)
	w.compareDNS(name)
}

func (w *modelWorld) compareDomainAs(name, who string) {
	w.about = []string{name}
	r := w.info(who, domainInfo(name))
	d := w.domains[name]
	if d == nil {
		w.absent(name, r)
		return
	}
	i, ok := r.ResData.(*epp.DomainInfoData)
	if !ok {
		w.failf("info of %s is answered %d", name, r.Code())
	}
	var contacts, statuses []string
	for _, c := range i.Contacts {
		contacts = append(contacts, c.Type+" "+c.ID)
	}
	for _, s := range i.Statuses {
		statuses = append(statuses, s.Value)
	}
	rgp := rgpIn(r)
	for _, list := range [][]string{contacts, statuses, rgp, i.NS.HostObjs, i.Hosts} {
		slices.Sort(list)
	}
	got := []string{
		"statuses " + fmt.Sprint(statuses), "rgp " + fmt.Sprint(rgp), "hosts " + fmt.Sprint(i.NS.HostObjs), "below " + fmt.Sprint(i.Hosts),
		"sponsor " + i.ClID, "created by " + i.CrID, "created " + shownTime(i.CrDate), "expires " + shownTime(i.ExDate),
	}
	var below []string
	for _, h := range w.below(d) {
		below = append(below, h.name)
	}
	want := []string{
		"statuses " + fmt.Sprint(d.shown()), "rgp " + fmt.Sprint(d.rgp()), "hosts " + fmt.Sprint(d.hosts), "below " + fmt.Sprint(below),
		"sponsor " + d.sponsor, "created by " + d.creator, "created " + shownTime(d.created), "expires " + shownTime(d.expires),
	}
	got = append(got, "registrant "+i.Registrant, "contacts "+fmt.Sprint(contacts), "updated by "+i.UpID,
		"updated "+shownTime(i.UpDate), "transferred "+shownTime(i.TrDate), fmt.Sprintf("authInfo %v", i.AuthInfo != nil))
	if who == d.sponsor {
		want = append(want, "registrant "+d.registrant, "contacts "+fmt.Sprint(d.contacts), "updated by "+d.updater,
			"updated "+shownTime(d.updated), "transferred "+shownTime(d.transferred), fmt.Sprintf("authInfo %v", d.auth != ""))
	} else { // docs/divergences.md, 3.1.2: the rest is for the sponsor
		want = append(want, "registrant ", "contacts []", "updated by ", "updated never", "transferred never", "authInfo false")
	}
	var shown, have []string
	if s, ok := epp.FindExtension[*epp.SecDNSInfoData](r.Extensions); ok {
		for _, ds := range s.DS {
			shown = append(shown, fmt.Sprintf("%d %d %d %X", ds.KeyTag, ds.Alg, ds.DigestType, ds.Digest))
		}
	}
	for _, n := range d.ds {
		_, record := dsOf(n)
		have = append(have, record)
	}
	slices.Sort(shown)
	got, want = append(got, "DS "+fmt.Sprint(shown)), append(want, "DS "+fmt.Sprint(have))
	w.same(fmt.Sprintf("%s as %s sees it, at %v", name, who, w.now), want, got)
}

func (w *modelWorld) info(who, frame string) *reply {
	r, err := w.sessions[who].exchange([]byte(frame))
	if err != nil {
		w.failf("%v: %s", err, frame)
	}
	return r
}

func (w *modelWorld) absent(name string, r *reply) {
	if r.Code() != epp.CodeObjectDoesNotExist {
		w.failf("%s is not there in the model, but info is answered %d\n%s", name, r.Code(), r.frame)
	}
}

func (w *modelWorld) compareHost(name string) {
	w.about = []string{name}
	r := w.info(modelRegistrars[w.steps%3], hostInfo(name))
	h := w.hosts[name]
	if h == nil {
		w.absent(name, r)
		return
	}
	i, ok := r.ResData.(*epp.HostInfoData)
	if !ok {
		w.failf("info of %s is answered %d", name, r.Code())
	}
	var addrs []string
	for _, a := range i.Addrs {
		addrs = append(addrs, a.Addr)
	}
	slices.Sort(addrs)
	above := h.superordinate
	w.same(fmt.Sprintf("%s at %v", name, w.now),
		described(&h.mSponsored, h.shownWith(above != nil && above.pending(), w.linkedHost(name)), fmt.Sprint(h.addrs)),
		described(&mSponsored{
			sponsor: i.ClID, creator: i.CrID, updater: i.UpID, created: i.CrDate, updated: i.UpDate, transferred: i.TrDate,
		}, valuesOf(i.Statuses), fmt.Sprint(addrs)))
}

func (w *modelWorld) compareContact(id string) {
	w.about = []string{id}
	c := w.contacts[id]
	if c == nil {
		w.absent(id, w.info(modelRegistrars[0], contactInfo(id)))
		return
	}
	r := w.info(c.sponsor, contactInfo(id))
	i, ok := r.ResData.(*epp.ContactInfoData)
	if !ok {
		w.failf("info of %s is answered %d", id, r.Code())
	}
	w.same(fmt.Sprintf("%s at %v", id, w.now),
		described(&c.mSponsored, c.shownWith(c.pending(), w.linkedContact(id)), fmt.Sprint(c.voice, c.auth != "")),
		described(&mSponsored{
			sponsor: i.ClID, creator: i.CrID, updater: i.UpID, created: i.CrDate, updated: i.UpDate, transferred: i.TrDate,
		}, valuesOf(i.Statuses), fmt.Sprint(i.Voice.Number, i.AuthInfo != nil)))
}

func valuesOf(list []epp.Status) (out []string) {
	for _, s := range list {
		out = append(out, s.Value)
	}
	slices.Sort(out)
	return out
}

// described is a host or contact in lines.
func described(o *mSponsored, statuses []string, rest string) []string {
	return []string{
		"statuses " + strings.Join(statuses, " "), "sponsor " + o.sponsor, "created by " + o.creator, "updated by " + o.updater,
		"created " + shownTime(o.created), "updated " + shownTime(o.updated), "transferred " + shownTime(o.transferred), "rest " + rest,
	}
}

// compareTransfer holds the answer to a transfer command against the newest transfer.
func (w *modelWorld) compareTransfer(r sent, o *mSponsored) {
	if !r.done {
		return
	}
	i, ok := r.ResData.(*epp.TransferData)
	if !ok {
		w.failf("the answer holds no trnData\n%s", r.frame)
	}
	w.sameTransfer(o.name, i, o.transfer)
}

func (w *modelWorld) sameTransfer(name string, i *epp.TransferData, t *mTransfer) {
	line := func(name, status, reID, acID string, reDate, acDate, exDate time.Time) []string {
		return []string{
			name, "status " + status, "asked by " + reID, "acting " + acID, "asked " + shownTime(reDate),
			"due " + shownTime(acDate), "expires " + shownTime(exDate),
		}
	}
	w.same("trnData", line(name, t.status, t.gaining, t.actor(), t.asked, t.due, t.toldExpiry()),
		line(i.Name, i.Status, i.ReID, i.AcID, i.ReDate, i.AcDate, i.ExDate))
}
