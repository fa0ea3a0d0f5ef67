package gate_test

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"cadastre/dnsout"
	"cadastre/registry"
	"cadastre/registry/store"
	"cadastre/whitelist/gate"
)

var tsigSecret = []byte("0123456789abcdef0123456789abcdef")

// serveDNS starts the whitelist zones' name server and makes it known to the gate,
// which is not open yet.
func (w *world) serveDNS() *world {
	w.t.Helper()
	var err error
	w.dns, err = dnsout.New(dnsout.Config{
		Source: w.store, Addrs: []netip.AddrPort{netip.MustParseAddrPort("127.0.0.1:0")},
		Keys: []dnsout.Key{{Name: "xfr.sandbox.", Algorithm: "hmac-sha256", Secret: tsigSecret}},
	})
	w.must(err)
	w.must(w.dns.Start(w.ctx))
	w.t.Cleanup(w.stopDNS)
	w.peer(w.dns.Addr(), tsigSecret)
	return w
}

func (w *world) peer(addr string, secret []byte) {
	p := &gate.Peer{DNS: &gate.DNSServer{Addr: addr, KeyName: "xfr.sandbox", Algorithm: "hmac-sha256", Secret: secret}}
	w.peers["valid.zone"], w.peers["preapproved.works"] = p, p
}

func (w *world) stopDNS() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := w.dns.Stop(ctx); err != nil {
		w.t.Error(err)
	}
}

// TestCodesDNS walks the code table with the entries asked for by DNS.
func TestCodesDNS(t *testing.T) { codes(newWorld(t).serveDNS(), "dns") }

// TestDNSOutage: without an answer a controlled name is not written, and others are
// (C-108).
func TestDNSOutage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.grant(`{"via": "dns"}`)
	silent, err := net.ListenPacket("udp", "127.0.0.1:0")
	w.must(err)
	defer silent.Close()
	w.peer(silent.LocalAddr().String(), tsigSecret)
	w.open()
	w.contact(ra, "c-alice", identified("UID-alice"))
	w.enter(p, entry{target: "miami.trips", registrant: "UID-alice"})
	began := time.Now()
	w.refused(w.create(ra, "miami.trips", "c-alice", ""), registry.KindUnavailable,
		"Trips Board", "trips-board", "valid.zone", silent.LocalAddr().String(), "did not answer within 5s", "try again")
	if d := time.Since(began); d > time.Minute {
		t.Errorf("waited %s", d)
	}
	w.must(w.create(ra, "free.example", "c-alice", ""))
	if w.exists("miami.trips") {
		t.Error("written although nobody could be asked")
	}
	if w.counted("dns", "unasked") != 1 {
		t.Error("the failure is not counted")
	}
}

// TestDNSUntrusted: what is not signed by the agreed key, or is no record, decides
// nothing (C-109).
func TestDNSUntrusted(t *testing.T) {
	t.Parallel()
	w := newWorld(t).serveDNS()
	w.peer(w.dns.Addr(), []byte("another key than the one agreed!"))
	p := w.grant(`{"via": "dns"}`)
	w.open()
	w.contact(ra, "c-alice", identified("UID-alice"))
	name := w.enter(p, entry{target: "miami.trips", registrant: "UID-alice"})[0]
	w.settled()
	err := w.create(ra, "miami.trips", "c-alice", "")
	w.refused(err, registry.KindUnavailable, "the whitelist registry of valid.zone could not be asked", w.dns.Addr())
	if strings.Contains(err.Error(), "another key") {
		t.Errorf("%v holds the key", err)
	}

	w.peer(w.dns.Addr(), tsigSecret)
	w.open()
	zones, err := w.store.Zones(w.ctx)
	w.must(err)
	record := "v=wl1; target=miami.trips; registrant=UID-alice; registrar=146; until=2027-01-01T00:00:00Z"
	show := func(texts ...string) {
		t.Helper()
		w.write(func(_ context.Context, tx *store.Tx) error {
			return tx.SetData(zones.Find("valid.zone").ID, name, []store.Data{{Type: "TXT", TTL: 60, Values: texts}})
		})
		w.settled()
	}
	for _, texts := range [][]string{
		{"v=spf1 -all"},
		{"v=wl1"},
		{record, strings.Replace(record, "UID-alice", "UID-bob", 1)},
		{record + "; hidden=1"},
		{strings.Replace(record, "2027-01-01T00", "2027-13-01T00", 1)},
	} {
		show(texts...)
		w.refused(w.create(ra, "miami.trips", "c-alice", ""), registry.KindUnavailable, "an answer that is none")
	}
	show(strings.Replace(record, "miami.trips", "other.trips", 1))
	w.refused(w.create(ra, "miami.trips", "c-alice", ""), registry.KindDataPolicy, "another name")
	show(record, "v=spf1 -all")
	w.must(w.create(ra, "miami.trips", "c-alice", ""))
}

// TestNobodyToAsk: a policy whose whitelist registry is not known refuses. Where one
// registry is configured it is asked for zones it may have added since.
func TestNobodyToAsk(t *testing.T) {
	w := newWorld(t)
	w.grant(`{"id": "far-board", "zone": "far.zone", "scope": {"suffix": "trips"}}`)
	w.grant(`{"id": "local-board", "zone": "far.zone", "via": "local", "scope": {"suffix": "management"}}`)
	w.grant(`{"id": "epp-board", "zone": "valid.zone", "via": "epp", "scope": {"word": "word"}}`)
	w.open()
	w.contact(ra, "c-alice", identified("UID-alice"))
	w.refused(w.create(ra, "miami.trips", "c-alice", ""), registry.KindUnavailable, "no whitelist registry is configured for far.zone")
	w.peer("127.0.0.1:1", tsigSecret)
	w.open()
	w.refused(w.create(ra, "miami.trips", "c-alice", ""), registry.KindUnavailable, "the whitelist registry at 127.0.0.1:1 did not answer")
	w.refused(w.create(ra, "miami.management", "c-alice", ""), registry.KindUnavailable, "does not run the whitelist zone far.zone")
	w.refused(w.create(ra, "word.example", "c-alice", ""), registry.KindUnavailable, "no EPP account epp-board")
}

// TestClientGone: nobody is told anything when whoever asked has gone.
func TestClientGone(t *testing.T) {
	w := newWorld(t)
	p := w.grant(`{"via": "dns"}`)
	silent, err := net.ListenPacket("udp", "127.0.0.1:0")
	w.must(err)
	defer silent.Close()
	w.peer(silent.LocalAddr().String(), tsigSecret)
	w.open()
	w.contact(ra, "c-alice", identified("UID-alice"))
	w.enter(p, entry{target: "miami.trips", registrant: "UID-alice"})
	ctx, cancel := context.WithCancel(w.ctx)
	w.ctx = ctx
	go func() {
		b := make([]byte, 512)
		_, _, _ = silent.ReadFrom(b)
		cancel()
	}()
	if err := w.create(ra, "miami.trips", "c-alice", ""); err == nil {
		t.Error("written")
	}
	w.ctx = context.Background()
	if w.exists("miami.trips") {
		t.Error("written")
	}
}
