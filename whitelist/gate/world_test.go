package gate_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"cadastre/dnsout"
	"cadastre/internal/clock"
	"cadastre/internal/pgtest"
	"cadastre/registry"
	"cadastre/registry/srs"
	"cadastre/registry/store"
	"cadastre/registry/store/migrations"
	"cadastre/whitelist"
	"cadastre/whitelist/gate"
	wlstore "cadastre/whitelist/store"
)

// world is a target registry whose gate stands in front of it, with a whitelist zone
// on the same database, and a clock the test moves.
type world struct {
	*srs.SRS
	t       *testing.T
	ctx     context.Context
	dsn     string
	store   *store.Store
	clock   *clock.Fake
	granted *wlstore.Granted
	gate    *gate.Gate
	metrics *prometheus.Registry
	log     *observer.ObservedLogs
	peers   map[string]*gate.Peer // for the gate; set before open
	dns     *dnsout.Server        // nil unless the world has one
	atOnce  int
}

var (
	ra = registry.Actor{Registrar: "registrar-a", Channel: "epp", SvTRID: "test"} // IANA 146, US
	rb = registry.Actor{Registrar: "registrar-b", Channel: "epp", SvTRID: "test"} // IANA 147, XX
	op = registry.Actor{Operator: true, Channel: "cli", SvTRID: "test"}
)

var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// newWorld makes a world whose gate is not open yet.
func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, ctx: t.Context(), clock: clock.NewFake(start), peers: map[string]*gate.Peer{}}
	var err error
	w.dsn = pgtest.New(t, migrations.FS)
	w.store, err = store.Open(w.ctx, store.Config{DSN: w.dsn})
	w.must(err)
	t.Cleanup(w.store.Close)
	w.granted = wlstore.NewGranted(w.store)
	setUp, err := srs.New(srs.Config{Store: w.store, Clock: w.clock, ROIDSuffix: "TEST"})
	w.must(err)
	w.SRS = setUp
	for _, name := range []string{"example", "trips", "management", "valid.zone", "preapproved.works"} {
		z := registry.NewZone(name, registry.TargetZone)
		if strings.Contains(name, ".") {
			z = registry.NewWhitelistZone(name)
		}
		z.DNS.Nameservers = []registry.ApexServer{{Name: "ns1.nic." + name, Addrs: []netip.Addr{netip.MustParseAddr("192.0.2.1")}}}
		w.must(setUp.AddZone(w.ctx, op, z))
	}
	for i, id := range []string{"registrar-a", "registrar-b"} {
		r := &registry.Registrar{ID: id, Name: strings.ToUpper(id), IANA: 146 + i, Country: []string{"US", "CH"}[i], Currency: "USD"}
		w.must(setUp.AddRegistrar(w.ctx, op, r, "secret-"+id[10:]+"-123"))
		_, err := setUp.Deposit(w.ctx, op, id, 100_000)
		w.must(err)
	}
	t.Cleanup(w.check)
	return w
}

// open puts the gate in front of the registry.
func (w *world) open() *world {
	w.t.Helper()
	core, logs := observer.New(zap.DebugLevel)
	var err error
	w.log, w.metrics = logs, prometheus.NewRegistry()
	w.gate, err = gate.New(gate.Config{
		Store: w.store, Clock: w.clock, Policies: w.granted, Peers: w.peers, AtOnce: w.atOnce,
		Log: zap.New(core), Metrics: gate.NewMetrics(w.metrics),
	})
	w.must(err)
	w.t.Cleanup(w.gate.Close)
	w.SRS, err = srs.New(srs.Config{Store: w.store, Clock: w.clock, ROIDSuffix: "TEST", Preapproval: w.gate})
	w.must(err)
	return w
}

// check verifies the whole registry's invariants.
func (w *world) check() {
	w.t.Helper()
	faults, err := w.store.CheckWorld(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	for _, f := range faults {
		w.t.Error(f)
	}
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// refused demands an error of a kind whose text holds all parts.
func (w *world) refused(err error, kind registry.Kind, parts ...string) {
	w.t.Helper()
	var e *registry.Error
	if !errors.As(err, &e) || e.Kind != kind {
		w.t.Fatalf("got %v, want kind %d", err, kind)
	}
	for _, p := range parts {
		if !strings.Contains(e.Error(), p) {
			w.t.Fatalf("got %v, want %q in it", err, p)
		}
	}
}

const (
	sqlGrant = `
		INSERT INTO policies (name, id, account, zone, granted, state, added_at, granted_at, version)
		VALUES ($1, $2, $1, $3, $4, 'granted', $5, $5, 1)
		ON CONFLICT (name) DO UPDATE SET granted = excluded.granted, state = 'granted', proposed = NULL`
	sqlWithdraw = `UPDATE policies SET granted = NULL, proposed = granted, state = 'withdrawn' WHERE name = $1`
	sqlEnter    = `
		INSERT INTO whitelist_names (name, id, zone_id, policy, target, registrant, agent, sponsor, cred_hash, state, created_at,
			published_at, expires_at, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 'test', $8, 'published', $9, $9, $10, 1)`
	sqlRemove  = `DELETE FROM whitelist_names WHERE name = $1`
	sqlHold    = `UPDATE whitelist_names SET state = 'held', published_at = NULL, expires_at = NULL WHERE name = $1`
	sqlMove    = `UPDATE whitelist_names SET policy = $2 WHERE target = $1`
	sqlBlocked = `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
)

// grant puts a policy in force: document over the defaults of the tests.
func (w *world) grant(document string) *whitelist.Policy {
	w.t.Helper()
	var keys map[string]any
	w.must(json.Unmarshal([]byte(document), &keys))
	for k, v := range map[string]any{
		"id": "trips-board", "overseer": "Trips Board", "ground": "Travel Names Act, s. 4", "zone": "valid.zone",
		"forms": []string{"{registrant}.{registrar}.{domain}"}, "scope": map[string]string{"suffix": "trips"},
		"verifiers": []map[string]string{{"type": "manual"}},
	} {
		if _, there := keys[k]; !there {
			keys[k] = v
		}
	}
	data, err := json.Marshal(keys)
	w.must(err)
	p, err := whitelist.ParsePolicy(data)
	w.must(err)
	stored, err := json.Marshal(p)
	w.must(err)
	w.write(func(ctx context.Context, tx *store.Tx) error {
		id, err := tx.NewID(ctx)
		tx.Write("", "", sqlGrant, p.ID, id, p.Zone, stored, tx.Now)
		return err
	})
	w.granted.Forget()
	return p
}

func (w *world) withdraw(id string) {
	w.t.Helper()
	w.write(func(_ context.Context, tx *store.Tx) error {
		tx.Write("", "", sqlWithdraw, id)
		return nil
	})
	w.granted.Forget()
}

func (w *world) write(fn func(context.Context, *store.Tx) error) {
	w.t.Helper()
	w.must(w.store.Transact(w.ctx, op, w.clock.Now(), fn))
}

// entry is whom a whitelist entry is for.
type entry struct {
	target, registrant string
	registrar          whitelist.Registrar
	until              time.Time
	cred               registry.Credential
}

var (
	regA = whitelist.Registrar{Account: "registrar-a", IANA: 146, Name: "REGISTRAR-A", Country: "US"}
	regB = whitelist.Registrar{Account: "registrar-b", IANA: 147, Name: "REGISTRAR-B", Country: "CH"}
)

// enter publishes the entries of a registration, in the database and in DNS, and
// gives their names.
func (w *world) enter(p *whitelist.Policy, e entry) []string {
	w.t.Helper()
	if e.registrar.Account == "" {
		e.registrar = regA
	}
	if e.until.IsZero() {
		e.until = w.clock.Now().AddDate(1, 0, 0)
	}
	names, err := p.Names(whitelist.Registration{
		Target: e.target, Registrant: whitelist.Registrant{ID: e.registrant}, Registrar: e.registrar,
	})
	w.must(err)
	hash := ""
	if e.cred.Value != "" {
		hash = whitelist.CredentialHash(e.cred.Type, e.cred.Value)
	}
	zones, err := w.store.Zones(w.ctx)
	w.must(err)
	z := zones.Find(p.Zone)
	var out []string
	w.write(func(ctx context.Context, tx *store.Tx) error {
		out = nil
		for _, n := range names {
			id, err := tx.NewID(ctx)
			if err != nil {
				return err
			}
			tx.Write("", "", sqlEnter, n.Name, id, z.ID, p.ID, e.target, n.Registrant, n.Agent, hash, tx.Now, e.until)
			text := p.Record(e.target, n, e.until, hash).Text()
			if err := tx.SetData(z.ID, n.Name, []store.Data{{Type: "TXT", TTL: 60, Values: []string{text}}}); err != nil {
				return err
			}
			out = append(out, n.Name)
		}
		return nil
	})
	return out
}

// remove takes an entry away.
func (w *world) remove(zone, name string) {
	w.t.Helper()
	zones, err := w.store.Zones(w.ctx)
	w.must(err)
	w.write(func(_ context.Context, tx *store.Tx) error {
		tx.Write("", "", sqlRemove, name)
		return tx.SetData(zones.Find(zone).ID, name, nil)
	})
}

// hold makes a published entry a held one.
func (w *world) hold(name string) {
	w.t.Helper()
	w.write(func(_ context.Context, tx *store.Tx) error {
		tx.Write("", "", sqlHold, name)
		return nil
	})
}

// move gives the entries of a target name to another policy.
func (w *world) move(target, policy string) {
	w.t.Helper()
	w.write(func(_ context.Context, tx *store.Tx) error {
		tx.Write("", "", sqlMove, target, policy)
		return nil
	})
}

// contact makes a contact of a registrar; change may alter the request.
func (w *world) contact(actor registry.Actor, handle string, change func(*registry.ContactCreate)) {
	w.t.Helper()
	req := registry.ContactCreate{
		Handle: handle, Email: handle + "@mail.example", Voice: &registry.Phone{Number: "+1.7035555555"},
		Postal: []registry.PostalInfo{{Type: "int", Name: "A Person", City: "Town", CC: "US"}},
	}
	if change != nil {
		change(&req)
	}
	_, err := w.CreateContact(w.ctx, actor, req)
	w.must(err)
}

func identified(id string) func(*registry.ContactCreate) {
	return func(c *registry.ContactCreate) { c.KindData.Identifier = &id }
}

func proxyOf(handle string) func(*registry.ContactCreate) {
	return func(c *registry.ContactCreate) {
		c.Kind = registry.ProxyContact
		c.KindData.RealContact = &handle
	}
}

func living(country string) func(*registry.ContactCreate) {
	return func(c *registry.ContactCreate) { c.Postal[0].CC = country }
}

// create registers a name; who is the identifier sent, "" for none.
func (w *world) create(actor registry.Actor, name, contact, who string) error {
	return w.createWith(actor, name, contact, registry.Preapproval{Registrant: who})
}

func (w *world) createWith(actor registry.Actor, name, contact string, p registry.Preapproval) error {
	_, err := w.CreateDomain(w.ctx, actor, registry.DomainCreate{Name: name, Registrant: contact, Preapproval: p})
	return err
}

// exists says whether a name is registered.
func (w *world) exists(name string) bool {
	w.t.Helper()
	list, err := w.CheckDomains(w.ctx, ra, registry.DomainCheck{Names: []string{name}})
	w.must(err)
	return !list[0].Available
}

// waitBlocked waits until a transaction waits for a lock of another.
func (w *world) waitBlocked() {
	for blocked := 0; blocked == 0; time.Sleep(time.Millisecond) {
		if err := w.store.QueryRow(w.ctx, sqlBlocked).Scan(&blocked); err != nil {
			w.t.Error(err)
			return
		}
	}
}

// settled waits until the whitelist shows what was entered.
func (w *world) settled() {
	w.t.Helper()
	if w.dns != nil {
		w.must(w.dns.WaitPublished(w.ctx))
	}
}

// asked is how many checks there were, whatever came of them.
func (w *world) asked() (sum float64) {
	for _, way := range []string{"local", "dns", "epp", "none"} {
		for _, outcome := range []string{"approved", "missing", "expired", "differs", "credentials", "unasked", "invalid"} {
			sum += w.counted(way, outcome)
		}
	}
	return sum
}

// counted is how many checks there were with an outcome.
func (w *world) counted(way, outcome string) float64 {
	w.t.Helper()
	families, err := w.metrics.Gather()
	w.must(err)
	for _, f := range families {
		if f.GetName() != "cadastre_preapproval_checks_total" {
			continue
		}
		for _, m := range f.GetMetric() {
			labels := map[string]string{}
			for _, l := range m.GetLabel() {
				labels[l.GetName()] = l.GetValue()
			}
			if labels["way"] == way && labels["outcome"] == outcome {
				return m.GetCounter().GetValue()
			}
		}
	}
	return 0
}

func ptr[T any](v T) *T { return &v }

// via adds a way to a policy's document.
func via(way, document string) string {
	return fmt.Sprintf(`{"via": %q, %s`, way, strings.TrimPrefix(document, "{"))
}
