package e2e

import (
	"slices"
	"time"
)

// model is what a registry is, as the RFCs and docs/lifecycle.md have it. It shares
// nothing with the product.
type model struct {
	now      time.Time // everything that fell due by then has happened
	domains  map[string]*mDomain
	hosts    map[string]*mHost
	contacts map[string]*mContact
	balance  map[string]int64      // minor units
	queue    map[string][]*mNotice // by registrar, oldest first
	batch    int                   // counts what may have queued messages
	events   map[string]int        // what happened by itself, for the coverage
}

// mDomain is a domain name (RFC 5731, RFC 3915).
type mDomain struct {
	mSponsored
	zone              mZone
	registrant        string
	contacts          []string // "admin ct-1", sorted
	hosts             []string // sorted
	ds                []int    // delegation signer records, sorted
	expires           time.Time
	graces            []mGrace
	redemption, purge time.Time // zero while it is not deleted
	report            time.Time // until when the report of a restore is awaited
	corrected         time.Time // until when the report of a completed restore can be sent again
	refunded          int64
	final             bool
}

// mZone is what the sandbox's zones differ in (interfaces.md, section 2).
type mZone struct {
	name          string
	genuine       bool
	transferYears int
	redemption    time.Duration
}

// mHost is a host (RFC 5732); one below a domain has its sponsor.
type mHost struct {
	mSponsored
	superordinate *mDomain
	addrs         []string
}

// mContact is a contact (RFC 5733).
type mContact struct {
	mSponsored
	genuine bool // it has what a registrant of the zone extension needs
	voice   string
}

// mSponsored is what all objects have.
type mSponsored struct {
	name                          string
	sponsor, creator, updater     string
	created, updated, transferred time.Time
	statuses                      []string // that were set, sorted
	auth                          string
	transfer                      *mTransfer
	wrong                         int // values of authInfo that were wrong
	wrongSince                    time.Time
}

type mTransfer struct {
	status, gaining, losing string
	asked, due              time.Time // due becomes when it ended
	price                   int64
	expires                 time.Time // that was told
}

type mGrace struct {
	kind   string
	until  time.Time
	amount int64
	years  int
}

// mNotice is a message that waits for a registrar.
type mNotice struct {
	batch    int
	about    string
	at       time.Time
	transfer *mTransfer // as of then, nil for other messages
	words    string     // that it holds
}

// The settings of the sandbox (interfaces.md, section 2, and lifecycle.md).
const (
	addGrace, renewGrace, transferGrace = 5 * day, 5 * day, 5 * day
	autoRenewGrace                      = 45 * day
	transferWindow                      = 5 * day
	pendingDeleteTime                   = 5 * day
	reportTime                          = 7 * day
	maxYears                            = 10
	guessTime, maxGuesses               = 24 * time.Hour, 10
)

func zoneOfModel(name string) mZone {
	if name[len(name)-len("extension"):] == "extension" {
		return mZone{name: "extension", genuine: true, redemption: 180 * day}
	}
	return mZone{name: "example", transferYears: 1, redemption: 30 * day}
}

// plusYears keeps the anniversary within its month.
func plusYears(t time.Time, n int) time.Time {
	out := time.Date(t.Year()+n, t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
	if out.Month() != t.Month() {
		out = out.AddDate(0, 0, -out.Day())
	}
	return out
}

func (d *mDomain) deleted() bool        { return !d.purge.IsZero() }
func (o *mSponsored) pending() bool     { return o.transfer != nil && o.transfer.status == "pending" }
func (o *mSponsored) has(s string) bool { return slices.Contains(o.statuses, s) }
func (o *mSponsored) touch(who string, at time.Time) {
	o.updater, o.updated = who, at
}

func (d *mDomain) inDNS() bool {
	return len(d.hosts) > 0 && !d.deleted() && !d.has("clientHold") && !d.has("serverHold")
}

// shown is the statuses of RFC 5731, Section 2.3.
func (d *mDomain) shown() []string {
	out := slices.Clone(d.statuses)
	if d.deleted() {
		out = append(slices.DeleteFunc(out, func(s string) bool { return s == "clientDeleteProhibited" }), "pendingDelete")
	}
	if d.pending() {
		out = append(out, "pendingTransfer")
	}
	if len(d.hosts) == 0 {
		out = append(out, "inactive")
	}
	if len(out) == 0 {
		out = append(out, "ok")
	}
	slices.Sort(out)
	return out
}

// shownWith is the statuses of RFC 5732 and 5733, Section 2.3 and 2.2.
func (o *mSponsored) shownWith(pending, linked bool) []string {
	out := slices.Clone(o.statuses)
	if pending {
		out = append(out, "pendingTransfer")
	}
	if len(out) == 0 {
		out = append(out, "ok")
	}
	if linked {
		out = append(out, "linked")
	}
	slices.Sort(out)
	return out
}

// rgp is the values of RFC 3915, Section 3.1.
func (d *mDomain) rgp() (out []string) {
	switch {
	case !d.report.IsZero():
		return []string{"pendingRestore"}
	case !d.redemption.IsZero():
		return []string{"redemptionPeriod"}
	case d.deleted():
		return []string{"pendingDelete"}
	}
	for _, g := range d.graces {
		if !slices.Contains(out, g.kind) {
			out = append(out, g.kind)
		}
	}
	slices.Sort(out)
	return out
}

// linked says whether domains use a host or contact.
func (m *model) linkedHost(name string) bool { return len(m.usersOf(name)) > 0 }

func (m *model) usersOf(host string) (out []*mDomain) {
	for _, n := range sortedKeys(m.domains) {
		if slices.Contains(m.domains[n].hosts, host) {
			out = append(out, m.domains[n])
		}
	}
	return out
}

func (m *model) linkedContact(id string) bool {
	for _, d := range m.domains {
		if d.registrant == id || slices.Contains(d.contacts, "admin "+id) || slices.Contains(d.contacts, "tech "+id) {
			return true
		}
	}
	return false
}

// below lists the hosts below a domain, sorted.
func (m *model) below(d *mDomain) (out []*mHost) {
	for _, n := range sortedKeys(m.hosts) {
		if m.hosts[n].superordinate == d {
			out = append(out, m.hosts[n])
		}
	}
	return out
}

// tell queues a message.
func (m *model) tell(who string, n mNotice) {
	n.batch = m.batch
	m.queue[who] = append(m.queue[who], &n)
}

func (m *model) tellTransfer(o *mSponsored, at time.Time) {
	for _, who := range []string{o.transfer.losing, o.transfer.gaining} {
		t := *o.transfer
		m.tell(who, mNotice{about: o.name, at: at, transfer: &t})
	}
}
