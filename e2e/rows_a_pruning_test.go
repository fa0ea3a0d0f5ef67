package e2e

import (
	"strings"
	"testing"
	"time"

	"cadastre/epp"
)

// The instants of the story of pruning: approvals, a day before they expire, a day
// after, and when a name deleted before that is purged.
var (
	approvedAt = time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC)
	dayBefore  = time.Date(2027, 11, 20, 2, 0, 0, 0, time.UTC)
	dayAfter   = time.Date(2027, 11, 22, 2, 0, 0, 0, time.UTC)
	purgedBy   = time.Date(2027, 12, 31, 2, 0, 0, 0, time.UTC)
)

// pruning is the story of pruning: entries of one day in three whitelist zones.
type pruning struct {
	*rowsA
	serial uint32 // of valid.zone before the entries expire
}

// The entries whose targets nobody registers, in three whitelist zones.
var unused = []string{
	"uid1.146.expired.trips.valid.zone", "expired.management.preapproved.works", "uid1.146.thirdly.example.whitelist.zone",
}

// pruningRows moves the clock by a year.
func pruningRows(t *testing.T, x *rowsA) {
	p := &pruning{rowsA: x}
	x.at(t, approvedAt)
	p.prepare(t)
	t.Run("C-114", p.c114)
	t.Run("C-119", p.c119)
	t.Run("C-123", p.c123)
	x.at(t, dayBefore)
	t.Run("C-117", p.c117)
	t.Run("held too long", p.heldTooLong)
	x.ta.do(t, domainDelete("gone.trips")).want(t, 1001)
	p.serial = x.serial(t, "valid.zone")
	x.at(t, dayAfter)
	t.Run("C-115", p.c115)
	t.Run("C-116", p.c116)
	t.Run("C-118", p.c118)
	t.Run("C-120", p.c120)
	t.Run("C-121", p.c121)
	t.Run("X-13", p.x13)
	p.register(t, "fresh.trips")
	x.ta.do(t, domainDelete("fresh.trips")).want(t, 1000, 1001)
	x.at(t, purgedBy)
	t.Run("C-122", p.c122)
}

// register has a name approved and registers it.
func (p *pruning) register(t *testing.T, target string) {
	t.Helper()
	p.approved(t, p.a, target, registrantID("UID1", "", ""))
	p.ta.do(t, register(target, "owner-1", "UID1")).want(t, 1000)
}

// prepare makes the entries.
func (p *pruning) prepare(t *testing.T) {
	t.Helper()
	cadastre(t, "zone", "add", "whitelist.zone", "--kind", "whitelist", "--dir", p.whitelist.dir)
	p.policy(t, policyDoc("third-board", leaf("word", "thirdly"), document{"zone": "whitelist.zone"}))
	p.policy(t, policyDoc("month-board", leaf("word", "monthly"), document{"prune": "month"}))
	p.policy(t, policyDoc("short-board", leaf("word", "shortly"), document{"life": "30d"}))
	p.policy(t, policyDoc("brink-board", leaf("word", "brink"), document{"life": "1h", "prune": "second"}))
	for _, target := range []string{"expired.trips", "thirdly.example", "monthly.example", "shortly.example"} {
		p.approved(t, p.a, target, registrantID("UID1", "", ""))
	}
	id := p.held(t, p.a, "expired.management", "UID1")
	cadastre(t, "whitelist", "approve", id, "--dir", p.whitelist.dir)
	p.a.toldOf(t, id)
	p.register(t, "kept.trips")
	p.register(t, "gone.trips")
}

// expiry is when a whitelist name expires, as EPP says and as DNS says.
func (p *pruning) expiry(t *testing.T, name string) (created, expires time.Time) {
	t.Helper()
	r := p.a.do(t, domainInfo(name)).want(t, 1000)
	d := data[*epp.DomainInfoData](t, r)
	expires, err := time.Parse(time.RFC3339, r.value(t, "preapproval:expires"))
	if err != nil {
		t.Error(err)
	}
	if text := p.published(t, name); !d.ExDate.Equal(expires) || !strings.Contains(text, "; until="+expires.Format("2006-01-02T15:04:05Z")) {
		t.Errorf("%s expires %v, by exDate %v, by DNS %q", name, expires, d.ExDate, text)
	}
	return d.CrDate, expires
}

// c114: an entry expires a year after its approval, or as its policy says.
func (p *pruning) c114(t *testing.T) {
	created, expires := p.expiry(t, "uid1.146.expired.trips.valid.zone")
	if want := created.AddDate(1, 0, 0).Truncate(time.Second); !expires.Equal(want) {
		t.Errorf("created %v, it expires %v, want %v", created, expires, want)
	}
	created, expires = p.expiry(t, "uid1.146.shortly.example.valid.zone")
	if want := created.AddDate(0, 0, 30).Truncate(time.Second); !expires.Equal(want) {
		t.Errorf("created %v, it expires %v, want %v", created, expires, want)
	}
}

// c117: what has not expired is kept.
func (p *pruning) c117(t *testing.T) {
	for _, name := range unused {
		p.published(t, name)
		p.a.do(t, domainInfo(name)).want(t, 1000)
	}
	p.absent(t, "uid1.146.shortly.example.valid.zone")
}

// heldTooLong: what nobody decided on within the policy's time is denied, and the
// whitelist name free.
func (p *pruning) heldTooLong(t *testing.T) {
	var list []struct {
		Reasons []string
		Decided time.Time
	}
	p.whitelist.verb(t, &list, "whitelist", "list", "--status", "denied", "--domain", "hold44.management")
	if len(list) != 1 || len(list[0].Reasons) != 1 || list[0].Reasons[0] != "not decided in time" {
		t.Errorf("what waited for a year: %+v", list)
	}
	p.a.do(t, domainInfo("hold44.management.preapproved.works")).want(t, 2303)
}

// c115: one run goes through every whitelist zone.
func (p *pruning) c115(t *testing.T) {
	for _, name := range unused {
		p.absent(t, name)
		p.a.do(t, domainInfo(name)).want(t, 2303)
	}
}

// c116: an entry whose target is registered is kept past its year.
func (p *pruning) c116(t *testing.T) {
	const name = "uid1.146.kept.trips.valid.zone"
	if _, expires := p.expiry(t, name); !expires.Before(dayAfter) {
		t.Errorf("it expires %v", expires)
	}
	p.ta.do(t, domainInfo("kept.trips")).want(t, 1000)
}

// c118: an entry whose target nobody registered is gone, the serial higher, and the
// registrar told; the target cannot be registered.
func (p *pruning) c118(t *testing.T) {
	if now := p.rowsA.serial(t, "valid.zone"); now <= p.serial {
		t.Errorf("serial %d, then %d", p.serial, now)
	}
	for r := p.a.nextMessage(t); ; r = p.a.nextMessage(t) {
		if strings.Contains(string(r.frame), "uid1.146.expired.trips.valid.zone expired on 2027-11-21T02:0") {
			break
		}
	}
	p.ta.do(t, register("expired.trips", "owner-1", "UID1")).want(t, 2308).wantReason(t, "Trips Board").wantReason(t, "policy trips-board").
		wantReason(t, "no approval is on record")
}

// c120: an entry that is past its end approves nothing, also before it is pruned.
func (p *pruning) c120(t *testing.T) {
	p.published(t, "uid1.146.monthly.example.valid.zone")
	p.ta.do(t, register("monthly.example", "owner-1", "UID1")).want(t, 2308).wantReason(t, "Overseers of month-board").
		wantReason(t, "policy month-board").wantReason(t, "expired at 2027-11-21T02:0")
}

// c121: the same party applies again and has another year.
func (p *pruning) c121(t *testing.T) {
	p.approved(t, p.a, "expired.trips", registrantID("UID1", "", ""))
	created, expires := p.expiry(t, "uid1.146.expired.trips.valid.zone")
	if created.Before(dayAfter) || !expires.Equal(created.AddDate(1, 0, 0).Truncate(time.Second)) {
		t.Errorf("created %v, expires %v", created, expires)
	}
	// So does one whose entry is expired and not yet pruned.
	p.approved(t, p.a, "monthly.example", registrantID("UID1", "", ""))
	r := p.ta.do(t, register("monthly.example", "owner-1", "UID1"))
	for began := time.Now(); r.Code() == 2308 && time.Since(began) < answerLimit; time.Sleep(10 * time.Millisecond) {
		r = p.ta.do(t, register("monthly.example", "owner-1", "UID1")) // DNS showed the old entry still
	}
	r.want(t, 1000)
}

// x13: the entry of a name in its redemption period is not pruned, and the name is
// restored without another approval.
func (p *pruning) x13(t *testing.T) {
	p.ta.do(t, domainInfo("gone.trips")).want(t, 1000).wantReason(t, "pendingDelete")
	if _, expires := p.expiry(t, "uid1.146.gone.trips.valid.zone"); !expires.Before(dayAfter) {
		t.Errorf("it expires %v", expires)
	}
	p.ta.do(t, restoreRequest("gone.trips")).want(t, 1000)
	p.ta.do(t, restoreReport("gone.trips")).want(t, 1000)
	if st := data[*epp.DomainInfoData](t, p.ta.do(t, domainInfo("gone.trips")).want(t, 1000)).Statuses; len(st) != 1 || st[0].Value != "inactive" {
		t.Errorf("restored it has the statuses %v", st)
	}
	p.published(t, "uid1.146.gone.trips.valid.zone")
	p.ta.do(t, domainDelete("gone.trips")).want(t, 1001)
}

// c122: when a registered name is purged, an entry past its year goes with the next
// run; one that is not allows a new registration.
func (p *pruning) c122(t *testing.T) {
	p.ta.do(t, domainInfo("gone.trips")).want(t, 2303)
	p.absent(t, "uid1.146.gone.trips.valid.zone")
	p.a.do(t, domainInfo("uid1.146.gone.trips.valid.zone")).want(t, 2303)
	p.ta.do(t, domainInfo("fresh.trips")).want(t, 2303)
	p.published(t, "uid1.146.fresh.trips.valid.zone")
	p.ta.do(t, register("fresh.trips", "owner-1", "UID1")).want(t, 1000)
}
