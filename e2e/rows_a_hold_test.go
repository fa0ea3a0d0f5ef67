package e2e

import (
	"fmt"
	"strings"
	"testing"
)

func holdRows(t *testing.T, x *rowsA) {
	t.Run("C-28", x.c28)
	t.Run("C-44", x.c44)
	t.Run("C-45", x.c45)
	t.Run("C-46", x.c46)
	t.Run("C-47", x.c47)
	t.Run("C-48", x.c48)
	t.Run("C-49", x.c49)
	t.Run("C-50", x.c50)
	t.Run("C-51", x.c51)
}

// held applies for a name below management, which a person decides on, and returns
// the application.
func (x *rowsA) held(t *testing.T, s *session, target, registrant string) string {
	t.Helper()
	return s.do(t, apply(target, registrant)).want(t, 1001).value(t, "preapproval:application")
}

// c28: credentials are seen in no answer, record, listing, metric or log.
func (x *rowsA) c28(t *testing.T) {
	const target, name, secret = "letter28.example", "uid1.146.letter28.example.valid.zone", "c28-PASSPORT-9981"
	party := registrantID("UID1", "passport", secret) +
		`<preapproval:registrar id="146"><preapproval:credential type="token">c28-registrar-9982</preapproval:credential></preapproval:registrar>`
	held := x.a.do(t, applyFor(target, party)).want(t, 1001)
	id := held.value(t, "preapproval:application")
	told := x.a.toldOf(t, id)
	record := x.published(t, name)
	wrong := x.ta.do(t, newDomain{name: target, registrant: "owner-1"}.with(preapproval("", registrantID("UID1", "passport", secret+"x")))).want(t, 2202)
	made := x.ta.do(t, newDomain{name: target, registrant: "owner-1"}.with(preapproval("", party))).want(t, 1000)
	_, shown := x.rest(t, "trips-board", "GET", "/applications/"+id, document{})
	seen := map[string]string{
		"the record": record, "the answers": string(held.frame) + string(told.frame) + string(wrong.frame) + string(made.frame),
		"info by another registrar": string(x.b.do(t, domainInfo(name)).want(t, 2201).frame),
		"info by the applicant":     string(x.a.do(t, domainInfo(name)).want(t, 1000).frame),
		"info of the target":        string(x.tb.do(t, domainInfo(target)).want(t, 1000).frame),
		"the application":           cadastre(t, "whitelist", "show", id, "--json", "--dir", x.whitelist.dir),
		"the application over REST": fmt.Sprint(shown),
		"the zone":                  cadastre(t, "zone", "export", "valid.zone", "--dir", x.whitelist.dir),
		"the target zone":           cadastre(t, "zone", "export", "example", "--dir", x.target.dir),
		"the policy":                cadastre(t, "policy", "show", "letter-board", "--json", "--dir", x.whitelist.dir),
	}
	for i, box := range x.boxes() {
		seen[fmt.Sprintf("log %d", i)] = box.server.wholeLog()
		seen[fmt.Sprintf("history %d", i)] = box.history(t)
	}
	secrets := []string{secret, "c28-registrar-9982", "c22-token", "c24-registrar", "c25 password", "c25 passport"}
	for where, text := range seen {
		for _, s := range secrets {
			if strings.Contains(text, s) {
				t.Errorf("%q stands in %s", s, where)
			}
		}
	}
	if !strings.Contains(seen["log 0"], target) || !strings.Contains(seen["history 0"], target) {
		t.Error("what was searched does not speak of the application at all")
	}
}

// history is all that the registry wrote down of its objects' changes.
func (s *sandbox) history(t *testing.T) string {
	t.Helper()
	rows, err := s.openStore(t).Query(t.Context(), "SELECT h::text FROM history h")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all strings.Builder
	for rows.Next() {
		var row string
		if err := rows.Scan(&row); err != nil {
			t.Fatal(err)
		}
		all.WriteString(row + "\n")
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// c44: a pending application's whitelist name is on hold.
func (x *rowsA) c44(t *testing.T) {
	x.held(t, x.a, "hold44.management", "UID1")
	r := x.a.do(t, domainInfo("hold44.management.preapproved.works")).want(t, 1000)
	r.wantReason(t, `s="pendingCreate"`).wantReason(t, `s="serverHold"`)
	if s := r.value(t, "preapproval:status"); s != "pending" {
		t.Errorf("status %s", s)
	}
}

// c45: even those who may ask the whitelist's DNS do not see it, and the target
// cannot be registered.
func (x *rowsA) c45(t *testing.T) {
	const name = "hold45.management.preapproved.works"
	x.held(t, x.a, "hold45.management", "UID1")
	if status, texts := x.txt(t, name, true); status != "NXDOMAIN" || len(texts) > 0 {
		t.Errorf("DNS says %s %v", status, texts)
	}
	if zone := cadastre(t, "zone", "export", "preapproved.works", "--dir", x.whitelist.dir); strings.Contains(zone, "hold45") {
		t.Error("the zone holds the name")
	}
	x.ta.do(t, register("hold45.management", "owner-1", "UID1")).want(t, 2308).wantReason(t, "Management Board").wantReason(t, "manual-board")
}

// c46: while it is held nobody else gets the whitelist name, and the verifier is
// asked once.
func (x *rowsA) c46(t *testing.T) {
	x.policy(t, policyDoc("once-board", leaf("word", "once"), document{"forms": []string{"{registrant}.{domain}"}, "verifiers": x.board.chain()}))
	const target = "once-later.example"
	x.a.do(t, apply(target, "UID1")).want(t, 1001)
	x.board.question(t, target)
	for _, s := range []*session{x.a, x.b} {
		s.do(t, apply(target, "UID1")).want(t, 2302).wantReason(t, "uid1."+target+".valid.zone")
	}
	x.b.do(t, domainCheck("uid1."+target+".valid.zone")).want(t, 1000).wantReason(t, `avail="0"`)
	if n := len(x.board.about(target)); n != 1 {
		t.Errorf("the verifier was asked %d times", n)
	}
}

// c47: of twenty who apply at once for the same whitelist name one gets it.
func (x *rowsA) c47(t *testing.T) {
	var sessions []*session
	var frames []string
	for i := range 20 {
		sessions = append(sessions, x.whitelist.login(t, []string{"registrar-a", "registrar-b", "registrar-c"}[i%3]))
		frames = append(frames, apply("race47.management", fmt.Sprintf("UID%d", i)))
	}
	count := map[int]int{}
	for _, code := range (&races{}).together(t, sessions, frames...) {
		count[code]++
	}
	if count[1001] != 1 || count[2302] != 19 {
		t.Errorf("results by code: %v", count)
	}
}

// c48: an approval publishes the name: DNS answers, the serial is higher, and the
// registrar has a message.
func (x *rowsA) c48(t *testing.T) {
	const name = "hold48.management.preapproved.works"
	id := x.held(t, x.a, "hold48.management", "UID1")
	serial := x.serial(t, "preapproved.works")
	cadastre(t, "whitelist", "approve", id, "--dir", x.whitelist.dir)
	x.published(t, name)
	if now := x.serial(t, "preapproved.works"); now <= serial {
		t.Errorf("serial %d, then %d", serial, now)
	}
	told := x.a.toldOf(t, id).wantReason(t, `paResult="1">hold48.management<`)
	if n, s := told.value(t, "preapproval:name"), told.value(t, "preapproval:status"); n != name || s != "approved" {
		t.Errorf("the message says %s of %s", s, n)
	}
	if r := x.a.do(t, domainInfo(name)).want(t, 1000); strings.Contains(string(r.frame), "pendingCreate") || strings.Contains(string(r.frame), "serverHold") {
		t.Errorf("still on hold\n%s", r.frame)
	}
}

// c49: a denial deletes it all; whoever wants may apply again.
func (x *rowsA) c49(t *testing.T) {
	const name = "hold49.management.preapproved.works"
	id := x.held(t, x.a, "hold49.management", "UID1")
	x.a.do(t, domainInfo(name)).want(t, 1000)
	cadastre(t, "whitelist", "deny", id, "--reason", "no such office", "--dir", x.whitelist.dir)
	x.a.toldOf(t, id).wantReason(t, `paResult="0">hold49.management<`).wantReason(t, "no such office")
	x.a.do(t, domainInfo(name)).want(t, 2303)
	x.a.do(t, domainCheck(name)).want(t, 1000).wantReason(t, `avail="1"`)
	x.held(t, x.b, "hold49.management", "UID1")
}

// c50: a target create before the decision is denied, and told why.
func (x *rowsA) c50(t *testing.T) {
	x.held(t, x.a, "hold50.management", "UID1")
	x.ta.do(t, register("hold50.management", "owner-1", "UID1")).want(t, 2308).
		wantReason(t, "needs pre-approval by Management Board (policy manual-board").wantReason(t, "no approval is on record")
	x.ta.do(t, domainInfo("hold50.management")).want(t, 2303)
}

// c51: a name that somebody not under control took meanwhile is not approved.
func (x *rowsA) c51(t *testing.T) {
	x.policy(t, policyDoc("late-board", leaf("registrant", "UID-late"), document{"verifiers": []document{{"type": "manual"}}}))
	const target, name = "quick51.example", "uid-late.146.quick51.example.valid.zone"
	id := x.held(t, x.a, target, "UID-late")
	x.free(t, x.tb, target, "owner-b")
	cadastre(t, "whitelist", "approve", id, "--dir", x.whitelist.dir)
	told := x.a.toldOf(t, id).wantReason(t, `paResult="0">quick51.example<`).wantReason(t, "quick51.example is registered")
	if s := told.value(t, "preapproval:status"); s != "denied" {
		t.Errorf("status %s", s)
	}
	x.a.do(t, domainInfo(name)).want(t, 2303)
	x.absent(t, name)
}
