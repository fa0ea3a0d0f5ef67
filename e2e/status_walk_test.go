package e2e

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/net/dns/dnsmessage"

	"cadastre/epp"
	"cadastre/registry"
	"cadastre/registry/store"
)

var everyStatus = flag.Bool("statuses.all", false, "store and ask for every combination of statuses, not for those of each kind alone")

// telling reports whether a state is asked for in every run. The rules are held against
// all states; but of the prohibitions of renewals and updates, which nothing that is
// shown depends on, a run sets all or none.
func telling(d *registry.Domain) bool {
	n := 0
	for _, st := range []registry.Status{
		registry.ClientRenewProhibited, registry.ServerRenewProhibited, registry.ClientUpdateProhibited, registry.ServerUpdateProhibited,
	} {
		if d.Statuses.Has(st) {
			n++
		}
	}
	return n == 0 || n == 4
}

// TestEveryStatus walks every combination of statuses, holds, name servers, DNSSEC data,
// transfers and steps of a deletion that a domain can get into, stores a domain in each,
// and holds what EPP says, what the zone holds and what DNS answers against each other.
func TestEveryStatus(t *testing.T) {
	t.Parallel()
	box := newSandbox(t, "--start-time", modelStart.Format(time.RFC3339))
	st := box.openStore(t)
	zones, err := st.Zones(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	z := zones.Find("example")
	var states []*lifeState
	all := reachable(z)
	for i, d := range all {
		if why := forbidden(d.ShownStatuses().Strings()); why != "" {
			t.Errorf("%s: %s", key(d), why)
		}
		if *everyStatus || telling(d) {
			states = append(states, &lifeState{d, fmt.Sprintf("s%05d.example", i)})
		}
	}
	if len(all) < 20_000 || len(states) < 2_000 {
		t.Fatalf("only %d states are reachable, %d of them to be asked for", len(all), len(states))
	}
	began := time.Now()
	seedStates(t, box, st, z, states)
	seeded := time.Now()
	snapshot := delegated(t, st, z)
	askAll(t, box, states, snapshot)
	t.Logf("%d of %d states: stored in %v, asked in %v", len(states), len(all), seeded.Sub(began), time.Since(seeded))
	box.checkWorld(t)
}

// delegated gives the names that a snapshot of the zone holds, and those that the
// publisher reads one by one.
func delegated(t *testing.T, st *store.Store, z *registry.Zone) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	_, err := st.SnapshotZone(t.Context(), z.ID, func(d *store.Delegation) error {
		names[d.Name] = true
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// seedStates stores a domain for each state, and waits until DNS has followed.
func seedStates(t *testing.T, box *sandbox, st *store.Store, z *registry.Zone, states []*lifeState) {
	t.Helper()
	hosts, err := st.LoadHosts(t.Context(), registry.System("model"), modelStart, []store.LoadHost{
		{Name: "ns1.dns.icann", Registrar: "registrar-a", Created: modelStart},
	})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), box.info.Database.DSN)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	var registrant int64
	if err := conn.QueryRow(t.Context(), `SELECT id FROM contacts WHERE handle = 'rc-contact1'`).Scan(&registrant); err != nil {
		t.Fatal(err)
	}
	var list []store.LoadDomain
	for _, s := range states {
		d := store.LoadDomain{Name: s.name, Registrar: s.Registrar, Created: s.Created, Expires: s.Expires, Nameservers: s.Nameservers}
		d.Registrant, d.RegistrantID = "rc-contact1", registrant
		if len(s.Nameservers) > 0 {
			d.HostIDs = []int64{hosts["ns1.dns.icann"]}
		}
		list = append(list, d)
	}
	if added, err := st.LoadDomains(t.Context(), registry.System("model"), modelStart, z, list); err != nil || added != len(list) {
		t.Fatalf("%d of %d stored: %v", added, len(list), err)
	}
	b := &pgx.Batch{}
	for _, s := range states {
		b.Queue(`UPDATE domains SET statuses = $2, transfer = $3, restore_due = $4, redeem_until = $5, purge_at = $6, final = $7,
			secure = $8, due_at = $9 WHERE name = $1`, s.name, s.Statuses.Strings(), s.Transfer, store.NullTime(s.RestoreDue),
			store.NullTime(s.RedeemUntil), store.NullTime(s.PurgeAt), s.Final, s.Secure, s.DueAt())
	}
	b.Queue(`INSERT INTO dirty_names (zone_id, name, queued_at) SELECT zone_id, name, now() FROM domains WHERE zone_id = $1`, z.ID)
	if err := conn.SendBatch(t.Context(), b).Close(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); ; {
		versions, err := st.ZoneVersions(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(versions, func(v store.ZoneVersion) bool { return v.Dirty }) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("DNS does not follow")
		}
		time.Sleep(20 * time.Millisecond)
	}
	// The journal is complete; the server has read it when it shows one more name.
	last := states[slices.IndexFunc(states, func(s *lifeState) bool { return s.InZone() })]
	box.eventually(t, last.name, last.name+". NS ns1.dns.icann.")
}

// askAll asks for every state over EPP and DNS, in some sessions at once.
func askAll(t *testing.T, box *sandbox, states []*lifeState, snapshot map[string]bool) {
	t.Helper()
	const sessions = 4
	var wg sync.WaitGroup
	faults := make(chan string, len(states))
	for n := range sessions {
		sess := box.login(t, "registrar-a")
		wg.Go(func() {
			for i := n; i < len(states); i += sessions {
				if fault := askOne(sess, box, states[i], snapshot[states[i].name]); fault != "" {
					faults <- fmt.Sprintf("%s: %s", key(states[i].Domain), fault)
				}
			}
		})
	}
	wg.Wait()
	close(faults)
	shown := 0
	for fault := range faults {
		if shown++; shown <= 20 {
			t.Error(fault)
		}
	}
	if shown > 20 {
		t.Errorf("and %d more", shown-20)
	}
}

// askOne says how the answers about a state differ from what the state is.
func askOne(sess *session, box *sandbox, s *lifeState, inSnapshot bool) string {
	r, err := sess.exchange([]byte(domainInfo(s.name)))
	if err != nil {
		return err.Error()
	}
	info, ok := r.ResData.(*epp.DomainInfoData)
	if !ok {
		return fmt.Sprintf("info is answered %d", r.Code())
	}
	var shown []string
	for _, st := range info.Statuses {
		shown = append(shown, st.Value)
	}
	if why := forbidden(shown); why != "" {
		return fmt.Sprintf("info shows %v: %s", shown, why)
	}
	if want := s.ShownStatuses().Strings(); !slices.Equal(shown, want) {
		return fmt.Sprintf("info shows %v, want %v", shown, want)
	}
	if why := rgpFits(rgpIn(r), shown); why != "" {
		return why
	}
	// What a reader of EPP concludes, from nothing but the answer.
	has := func(any ...string) bool {
		return slices.ContainsFunc(any, func(st string) bool { return slices.Contains(shown, st) })
	}
	want := len(info.NS.HostObjs) > 0 && !has("clientHold", "serverHold", "pendingDelete", "inactive")
	if (len(info.NS.HostObjs) == 0) != has("inactive") {
		return fmt.Sprintf("info shows %v and the name servers %v", shown, info.NS.HostObjs)
	}
	a, err := ask(box.info.DNS.Addr, s.name, dnsmessage.TypeA, false)
	if err != nil {
		return err.Error()
	}
	inDNS := slices.Equal(a.delegation(), []string{s.name + ". NS ns1.dns.icann."})
	absent := a.rcode == dnsmessage.RCodeNameError && len(a.answers)+len(a.addresses) == 0
	if inDNS == absent || s.InZone() != want || inSnapshot != want || inDNS != want {
		return fmt.Sprintf("EPP says %v, the rules %v, the zone's snapshot %v, DNS %v %v %v", want, s.InZone(), inSnapshot, inDNS, a.rcode, a.delegation())
	}
	_, signed := epp.FindExtension[*epp.SecDNSInfoData](r.Extensions)
	if signed != (s.Secure != nil) {
		return fmt.Sprintf("info says signed: %v", signed)
	}
	return askSigner(box, s.name, want && signed)
}

// askSigner says how DNS differs from what it must tell of a name's delegation signer.
func askSigner(box *sandbox, name string, want bool) string {
	const typeDS = dnsmessage.Type(43) // RFC 4034, Section 5
	a, err := ask(box.info.DNS.Addr, name, typeDS, false)
	if err != nil {
		return err.Error()
	}
	if got := len(a.answers) == 1 && a.authoritative; got != want || !want && len(a.answers) > 0 {
		return fmt.Sprintf("DNS answers %v to a question for DS, one is wanted: %v", a.answers, want)
	}
	return ""
}

// rgpFits holds grace period statuses against the EPP statuses (RFC 3915, Sections 2 and 3.1).
func rgpFits(rgp, shown []string) string {
	deleting := slices.Contains(shown, "pendingDelete")
	switch text := strings.Join(rgp, " "); {
	case deleting && (text == "redemptionPeriod" || text == "pendingRestore" || text == "pendingDelete"):
	case !deleting && text == "":
	default:
		return fmt.Sprintf("info shows %v with the grace periods %q", shown, text)
	}
	return ""
}
