package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestPreapproval goes the whole way once under each of the sandbox's three
// policies: apply, be decided on, register, and be in DNS.
func TestPreapproval(t *testing.T) {
	t.Parallel()
	inBothForms(t, "2026-11-21T00:00:00Z", func(t *testing.T, r *registries) {
		preapprovedByRules(t, r)
		preapprovedByHand(t, r)
		preapprovedTwice(t, r)
		r.checkWorlds(t)
	})
}

// preapprovedByRules: an application is approved at once, its record is published,
// and the pair it names can register.
func preapprovedByRules(t *testing.T, r *registries) {
	a, b := r.whitelist.login(t, "registrar-a"), r.target.login(t, "registrar-a")
	r.contact(t, b, goodContact("owner-1"))

	b.do(t, register("miami.trips", "owner-1", "UID5439394")).want(t, 2308).wantReason(t, "Trips Board")
	const name = "uid5439394.146.miami.trips.valid.zone"
	got := a.do(t, apply("Miami.trips", "UID5439394")).want(t, 1000)
	if n := got.value(t, "preapproval:name"); n != name {
		t.Errorf("whitelist name %s, want %s", n, name)
	}
	want := "v=wl1; target=miami.trips; registrant=UID5439394; registrar=146; until=2027-11-21T00:00:0"
	if text := r.published(t, name); !strings.HasPrefix(text, want) {
		t.Errorf("TXT %q, want %q", text, want)
	}
	a.do(t, apply("miami.trips", "uid5439394")).want(t, 2302)
	b.do(t, register("miami.trips", "owner-1", "UID5439395")).want(t, 2308)
	b.do(t, register("miami.trips", "owner-1", "UID5439394")).want(t, 1000)
	b.do(t, register("miami.trips", "owner-1", "UID5439394")).want(t, 2302)
	a.do(t, apply("miami.trips", "UID7")).want(t, 2302)
	a.do(t, apply("myoffensiveword.trips", "UID5439394")).want(t, 2308).wantReason(t, "offensiveword")
	a.do(t, apply("miami.example", "UID5439394")).want(t, 2306)
}

// preapprovedByHand: an application is held, unseen and blocking, until a person
// decides.
func preapprovedByHand(t *testing.T, r *registries) {
	a, b := r.whitelist.login(t, "registrar-a"), r.target.login(t, "registrar-a")
	const name = "mine.management.preapproved.works"
	held := a.do(t, apply("mine.management", "UID1")).want(t, 1001)
	id := held.value(t, "preapproval:application")
	if s := held.value(t, "preapproval:status"); s != "pending" {
		t.Errorf("status %q, want pending", s)
	}
	a.do(t, domainInfo(name)).want(t, 1000).wantReason(t, "pendingCreate").wantReason(t, "serverHold")
	a.do(t, apply("mine.management", "UID2")).want(t, 2302)
	b.do(t, register("mine.management", "owner-1", "UID1")).want(t, 2308)
	if status, _ := r.txt(t, name, true); status != "NXDOMAIN" {
		t.Errorf("a held name is in DNS: %s", status)
	}
	cadastre(t, "whitelist", "approve", id, "--dir", r.whitelist.dir, "--by", "rita")
	r.published(t, name)
	told := a.nextMessage(t)
	if !strings.Contains(string(told.frame), `paResult="1">mine.management<`) || told.value(t, "preapproval:application") != id {
		t.Errorf("not the message about the approval\n%s", told.frame)
	}
	b.do(t, register("mine.management", "owner-1", "UID9")).want(t, 2202)
	b.do(t, register("mine.management", "owner-1", "UID1")).want(t, 1000)
}

// preapprovedTwice: two names for one registration, which share what they can.
func preapprovedTwice(t *testing.T, r *registries) {
	a, b := r.whitelist.login(t, "registrar-a"), r.target.login(t, "registrar-a")
	got := a.do(t, apply("cafe.seattle.community", "UID1")).want(t, 1000).values("preapproval:name")
	slices.Sort(got)
	want := []string{"146.cafe.seattle.community.valid.zone", "uid1.cafe.seattle.community.valid.zone"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, name := range want {
		r.published(t, name)
	}
	b.do(t, register("cafe.seattle.community", "owner-1", "UID1")).want(t, 1000)
	// A year later the names stay, for the target is registered.
	r.at(t, time.Date(2027, 12, 1, 0, 0, 0, 0, time.UTC))
	for _, name := range want {
		r.published(t, name)
	}
	// An approval that nobody used is gone.
	r.absent(t, "uid5439394.146.nobody.trips.valid.zone")
}

// nextMessage waits for a service message, which a decision made by another process
// may be a moment away, and acknowledges it.
func (s *session) nextMessage(t testing.TB) *reply {
	t.Helper()
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		r := s.do(t, poll()).want(t, 1300, 1301)
		if r.MsgQ != nil && r.MsgQ.ID != "" && int(r.Code()) == 1301 {
			s.do(t, ack(r.MsgQ.ID)).want(t, 1000)
			return r
		}
		if time.Since(began) > 20*time.Second {
			t.Fatal("no message came")
		}
	}
}

// TestRegistrantIsTold: where the registrant's mail is known it hears of the decision.
func TestRegistrantIsTold(t *testing.T) {
	t.Parallel()
	r := oneRegistry(t, "2026-11-21T00:00:00Z")
	a := r.whitelist.login(t, "registrar-a")
	owner := goodContact("owner-1")
	owner.email = "alice@mail.example"
	r.contact(t, a, owner)
	held := newDomain{name: "told.management", registrant: "owner-1"}.with(preapproval("apply", registrantID("UID1", "", "")))
	id := a.do(t, held).want(t, 1001).value(t, "preapproval:application")
	cadastre(t, "whitelist", "deny", id, "--reason", "no such charity", "--dir", r.whitelist.dir)
	for began := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		files, err := filepath.Glob(r.whitelist.path("mail/*.eml"))
		if err != nil {
			t.Fatal(err)
		}
		if len(files) == 1 {
			letter, err := os.ReadFile(files[0])
			if err != nil {
				t.Fatal(err)
			}
			for _, part := range []string{"alice@mail.example", "told.management", "no such charity"} {
				if !strings.Contains(string(letter), part) {
					t.Errorf("the letter does not say %s\n%s", part, letter)
				}
			}
			return
		}
		if len(files) > 1 || time.Since(began) > 20*time.Second {
			t.Fatalf("%d letters, want one", len(files))
		}
	}
}
