package srs_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cadastre/registry"
	"cadastre/registry/srs"
)

const authValue = "q8Z!w3e#R5t%Y7u&I9o("

var rc = registry.Actor{Registrar: "registrar-c", Channel: "epp", SvTRID: "test"}

// transferable makes a domain of registrar-a that may be asked for, with a host below.
func (w *world) transferable(name string) *registry.Domain {
	w.t.Helper()
	d := w.domain(ra, name, "al-1")
	w.host(ra, "ns1."+name, "192.0.2.7")
	w.must(w.UpdateDomain(w.ctx, ra, registry.DomainUpdate{Name: name, AuthInfo: ptr(authValue), AddHosts: []string{"ns1." + name}}))
	return d
}

func (w *world) transfer(actor registry.Actor, op registry.TransferOp, name, auth string) (*srs.TransferResult, error) {
	cmd := registry.TransferCommand{Op: op, Name: name}
	if auth != "" {
		cmd.AuthInfo = &auth
	}
	return w.TransferDomain(w.ctx, actor, cmd)
}

func (w *world) mustTransfer(actor registry.Actor, op registry.TransferOp, name, auth string) *srs.TransferResult {
	w.t.Helper()
	r, err := w.transfer(actor, op, name, auth)
	w.must(err)
	w.check()
	return r
}

// drain acknowledges a registrar's messages and returns the texts of those about
// transfers, each after its status.
func (w *world) drain(actor registry.Actor) (texts []string) {
	w.t.Helper()
	for {
		m, _, err := w.PollRequest(w.ctx, actor)
		w.must(err)
		if m == nil {
			return texts
		}
		if m.Data.Transfer != nil {
			texts = append(texts, string(m.Data.Transfer.Status)+" "+m.Queued.Format(time.RFC3339)+": "+m.Text)
		}
		_, err = w.PollAck(w.ctx, actor, m.ID)
		w.must(err)
	}
}

func (w *world) wantBalances(a, b int64) {
	w.t.Helper()
	if gotA, gotB := w.balance("registrar-a"), w.balance("registrar-b"); gotA != a || gotB != b {
		w.t.Errorf("balances %d and %d, want %d and %d", gotA, gotB, a, b)
	}
}

func (w *world) reasons(registrar string) (out []string) {
	w.t.Helper()
	list, err := w.store.Ledger(w.ctx, registrar, 3)
	w.must(err)
	for _, e := range list {
		out = append(out, fmt.Sprintf("%+d %s %s", e.Amount, e.Reason, e.Object))
	}
	return out
}

// TestTransferByItself: the losing registrar says nothing, and the registry approves at
// the exact instant, whether or not a sweep has run.
func TestTransferByItself(t *testing.T) {
	w := newWorld(t)
	w.contact(ra, "al-1", nil)
	d := w.transferable("a.example")
	a, b := w.balance("registrar-a"), w.balance("registrar-b")
	w.clock.Advance(20 * registry.Day)
	asked := w.Now()
	r := w.mustTransfer(rb, registry.TransferRequested, "A.Example", authValue)
	if !r.Pending() || r.Price != 1000 || r.Currency != "USD" || !r.ActBy.Equal(asked.Add(5*registry.Day)) || !r.Expires.Equal(registry.AddYears(d.Expires, 1)) {
		t.Errorf("the answer: %+v", r)
	}
	w.wantBalances(a, b-1000)
	w.refused(w.UpdateDomain(w.ctx, ra, registry.DomainUpdate{Name: "a.example", AuthInfo: ptr("")}), registry.KindStatus, "pendingTransfer")
	_, err := w.DeleteDomain(w.ctx, ra, "a.example")
	w.refused(err, registry.KindStatus, "pendingTransfer")
	_, err = w.RenewDomain(w.ctx, ra, "a.example", d.Expires, registry.Period{})
	w.refused(err, registry.KindStatus, "pendingTransfer")
	h, err := w.InfoHost(w.ctx, ra, "ns1.a.example")
	w.must(err)
	if !h.ShownStatuses().Has(registry.PendingTransfer) || h.ShownStatuses().Has(registry.OK) {
		t.Errorf("the host's statuses: %v", h.ShownStatuses())
	}

	at := asked.Add(5 * registry.Day)
	w.clock.Set(at.Add(-time.Microsecond))
	if v := w.info("a.example"); v.Registrar != "registrar-a" || !v.ShownStatuses().Has(registry.PendingTransfer) {
		t.Errorf("just before: %+v", v.Domain)
	}
	w.clock.Set(at)
	if v := w.info("a.example"); v.Registrar != "registrar-b" || v.AuthInfo.IsSet() || !v.Transferred.Equal(at) {
		t.Errorf("at the instant: %+v", v.Domain)
	}
	if q := w.mustTransfer(ra, registry.TransferQueried, "a.example", ""); q.Status != registry.ServerApproved || !q.ActBy.Equal(at) {
		t.Errorf("query before the sweep: %+v", q)
	}
	if h, err = w.InfoHost(w.ctx, ra, "ns1.a.example"); err != nil || h.Registrar != "registrar-b" || !h.Transferred.Equal(at) {
		t.Errorf("the host before the sweep: %+v %v", h, err)
	}
	// Commands on the host settle the domain first.
	w.refused(w.DeleteHost(w.ctx, ra, "ns1.a.example"), registry.KindAuthorization, "another registrar")
	w.must(w.UpdateHost(w.ctx, rb, registry.HostUpdate{Name: "ns1.a.example", AddAddrs: []registry.HostAddr{{Version: "v4", Text: "192.0.2.8"}}}))
	n, err := w.Sweep(w.ctx)
	w.must(err)
	if n != 0 {
		t.Errorf("the sweep found %d", n)
	}
	w.check()
	zone := w.inZone("example")
	if !slices.Equal(zone, []string{"a.example"}) {
		t.Errorf("in DNS: %v", zone)
	}
	want := []string{
		"pending 2026-01-21T00:00:00Z: Transfer of a.example from registrar-a to registrar-b requested; it is approved on 2026-01-26T00:00:00Z unless registrar-a rejects it",
		"serverApproved 2026-01-26T00:00:00Z: Transfer of a.example from registrar-a to registrar-b approved by the registry",
	}
	for _, who := range []registry.Actor{ra, rb} {
		if got := w.drain(who); !slices.Equal(got, want) {
			t.Errorf("%s was told %q", who.Registrar, got)
		}
	}
	history, err := w.store.History(w.ctx, "host", "ns1.a.example")
	w.must(err)
	if h := history[len(history)-2]; h.Action != "transfer" || !h.At.Equal(at) || !strings.Contains(string(h.State), "registrar-b") {
		t.Errorf("history of the host: %+v", h)
	}
	// A delete within the grace period of the transfer gives back what it cost.
	w.must(w.UpdateDomain(w.ctx, rb, registry.DomainUpdate{Name: "a.example", RemHosts: []string{"ns1.a.example"}}))
	w.must(w.DeleteHost(w.ctx, rb, "ns1.a.example"))
	w.clock.Set(at.Add(5*registry.Day - time.Second))
	if _, err := w.DeleteDomain(w.ctx, rb, "a.example"); err != nil {
		t.Fatal(err)
	}
	w.wantBalances(a, b)
}

// TestHostsAtTheInstant: each command on hosts below a domain that has changed hands
// finds the new registrar, before anything was swept.
func TestHostsAtTheInstant(t *testing.T) {
	for name, command := range map[string]func(w *world, actor registry.Actor) error{
		"create": func(w *world, actor registry.Actor) error { return w.tryHost(actor, "ns2.a.example", "192.0.2.9") },
		"update": func(w *world, actor registry.Actor) error {
			return w.UpdateHost(w.ctx, actor, registry.HostUpdate{Name: "ns1.a.example", AddAddrs: []registry.HostAddr{{Version: "v4", Text: "192.0.2.8"}}})
		},
		"rename into": func(w *world, actor registry.Actor) error {
			if err := w.tryHost(actor, "ns.of."+actor.Registrar+".test"); err != nil {
				return err
			}
			return w.UpdateHost(w.ctx, actor, registry.HostUpdate{Name: "ns.of." + actor.Registrar + ".test", NewName: "ns3.a.example"})
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.contact(ra, "al-1", nil)
			w.transferable("a.example")
			w.mustTransfer(rb, registry.TransferRequested, "a.example", authValue)
			w.clock.Advance(5 * registry.Day)
			w.refused(command(w, ra), registry.KindAuthorization, "another registrar")
			w.must(command(w, rb))
		})
	}
}

// TestTransferAnswered: approve, reject and cancel, by registrars and by the registry,
// with the money of each.
func TestTransferAnswered(t *testing.T) {
	w := newWorld(t)
	w.contact(ra, "al-1", nil)
	for i, c := range []struct {
		actor  registry.Actor
		op     registry.TransferOp
		status registry.TransferStatus
		acted  string
		text   string
	}{
		{ra, registry.TransferApproved, registry.ClientApproved, "registrar-a", "from registrar-a to registrar-b approved by registrar-a"},
		{ra, registry.TransferRejected, registry.ClientRejected, "registrar-a", "from registrar-a to registrar-b rejected by registrar-a"},
		{rb, registry.TransferCancelled, registry.ClientCancelled, "registrar-b", "from registrar-a to registrar-b cancelled by registrar-b"},
		{op, registry.TransferApproved, registry.ServerApproved, "registrar-a", "from registrar-a to registrar-b approved by the registry"},
		{op, registry.TransferCancelled, registry.ServerCancelled, "registrar-a", "from registrar-a to registrar-b cancelled by the registry"},
	} {
		name := fmt.Sprintf("name%d.example", i)
		d := w.transferable(name)
		a, b := w.balance("registrar-a"), w.balance("registrar-b")
		w.mustTransfer(rb, registry.TransferRequested, name, authValue)
		w.clock.Advance(time.Hour)
		for _, wrong := range []struct {
			actor registry.Actor
			op    registry.TransferOp
		}{{rb, registry.TransferApproved}, {rb, registry.TransferRejected}, {ra, registry.TransferCancelled}} {
			_, err := w.transfer(wrong.actor, wrong.op, name, "")
			w.refused(err, registry.KindAuthorization, "only the")
		}
		r := w.mustTransfer(c.actor, c.op, name, "")
		if r.Status != c.status || r.ActedBy() != c.acted || !r.ActBy.Equal(w.Now()) {
			t.Errorf("%s: %+v", c.status, r)
		}
		v := w.info(name)
		went := c.status == registry.ClientApproved || c.status == registry.ServerApproved
		if went != (v.Registrar == "registrar-b") || went != v.Expires.After(d.Expires) || went == v.AuthInfo.IsSet() || went != !r.Expires.IsZero() {
			t.Errorf("%s: %+v", c.status, v.Domain)
		}
		if h, err := w.InfoHost(w.ctx, ra, "ns1."+name); err != nil || h.Registrar != v.Registrar {
			t.Errorf("%s: the host is with %s", c.status, h.Registrar)
		}
		if went {
			b -= 1000
		} else if got := w.reasons("registrar-b")[0]; got != "+1000 transfer-undone "+name {
			t.Errorf("%s: the ledger says %s", c.status, got)
		}
		w.wantBalances(a, b)
		_, err := w.transfer(c.actor, c.op, name, "")
		w.refused(err, registry.KindNotPendingTransfer, "no transfer")
		for _, who := range []registry.Actor{ra, rb} {
			told := w.drain(who)
			if len(told) != 2 || !strings.HasSuffix(told[1], c.text) {
				t.Errorf("%s was told %q", who.Registrar, told)
			}
		}
	}
}

// TestTransferInTheGraceOfARenewal: the transfer's year takes the place of an automatic
// renewal, which the losing registrar gets back; also of one that comes while the
// transfer waits. Where the grace period is over, both years count.
func TestTransferInTheGraceOfARenewal(t *testing.T) {
	for _, c := range []struct {
		name    string
		after   time.Duration // from the first expiry to the request
		approve bool
		years   int   // of the registration afterwards, beyond the first
		losing  int64 // what the losing registrar paid after the create
		gaining int64
	}{
		{"in the grace period", 10 * registry.Day, true, 1, 0, 1000},
		{"the renewal comes while it waits", -2 * registry.Day, false, 1, 0, 1000},
		{"at the instant of expiry", -5 * registry.Day, false, 1, 0, 1000},
		{"after the grace period", 46 * registry.Day, true, 2, 1000, 1000},
		{"the grace period ends while it waits", 42 * registry.Day, false, 2, 1000, 1000},
		{"approved before the grace period ends", 42 * registry.Day, true, 1, 0, 1000},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.contact(ra, "al-1", nil)
			d := w.transferable("a.example")
			a, b := w.balance("registrar-a"), w.balance("registrar-b")
			w.clock.Set(d.Expires.Add(c.after))
			w.mustTransfer(rb, registry.TransferRequested, "a.example", authValue)
			if c.approve {
				w.mustTransfer(ra, registry.TransferApproved, "a.example", "")
			} else {
				w.clock.Advance(5*registry.Day + time.Minute)
				_, err := w.Sweep(w.ctx)
				w.must(err)
			}
			if v := w.info("a.example"); v.Registrar != "registrar-b" || !v.Expires.Equal(registry.AddYears(d.Expires, c.years)) {
				t.Errorf("with %s until %v", v.Registrar, v.Expires)
			}
			w.wantBalances(a-c.losing, b-c.gaining)
		})
	}
}

// TestTransferWithoutAYear: rows B-136 and B-138 of the requirements.
func TestTransferWithoutAYear(t *testing.T) {
	w := newWorld(t)
	z := registry.NewZone("free", registry.TargetZone)
	z.DNS.Nameservers = []registry.ApexServer{{Name: "ns1.provider.test"}}
	z.Transfers.Years = 0
	w.must(w.AddZone(w.ctx, op, z))
	w.contact(ra, "al-1", nil)
	d := w.transferable("a.free")
	a, b := w.balance("registrar-a"), w.balance("registrar-b")
	w.clock.Advance(time.Hour)
	r := w.mustTransfer(rb, registry.TransferRequested, "a.free", authValue)
	if !r.Expires.IsZero() || r.Price != 0 {
		t.Errorf("the answer: %+v", r)
	}
	w.clock.Advance(5 * registry.Day)
	_, err := w.Sweep(w.ctx)
	w.must(err)
	if v := w.info("a.free"); v.Registrar != "registrar-b" || !v.Expires.Equal(d.Expires) {
		t.Errorf("with %s until %v", v.Registrar, v.Expires)
	}
	w.wantBalances(a, b)
	// With an automatic renewal in its grace period nothing is given back either.
	w.must(w.UpdateDomain(w.ctx, rb, registry.DomainUpdate{Name: "a.free", AuthInfo: ptr(authValue)}))
	w.clock.Set(d.Expires.Add(registry.Day))
	w.mustTransfer(ra, registry.TransferRequested, "a.free", authValue)
	w.mustTransfer(rb, registry.TransferApproved, "a.free", "")
	w.wantBalances(a, b-1000)
	_, err = w.TransferDomain(w.ctx, ra, registry.TransferCommand{Op: registry.TransferRequested, Name: "a.free"})
	w.refused(err, registry.KindMissing, "authorization information")
}

// TestTransferAtOnce: a zone without a window answers with the transfer done.
func TestTransferAtOnce(t *testing.T) {
	w := newWorld(t)
	z := registry.NewZone("swift", registry.TargetZone)
	z.DNS.Nameservers = []registry.ApexServer{{Name: "ns1.provider.test"}}
	z.Transfers.Pending = 0
	w.must(w.AddZone(w.ctx, op, z))
	w.contact(ra, "al-1", nil)
	d := w.transferable("a.swift")
	a, b := w.balance("registrar-a"), w.balance("registrar-b")
	w.clock.Set(d.Expires.Add(registry.Day)) // renewed automatically
	r := w.mustTransfer(rb, registry.TransferRequested, "a.swift", authValue)
	if r.Status != registry.ServerApproved || !r.Expires.Equal(registry.AddYears(d.Expires, 1)) {
		t.Errorf("the answer: %+v", r)
	}
	w.wantBalances(a, b-1000)
	if got := w.reasons("registrar-a")[0]; got != "+1000 transfer-supersedes a.swift" {
		t.Errorf("the ledger says %s", got)
	}
	if h, err := w.InfoHost(w.ctx, rb, "ns1.a.swift"); err != nil || h.Registrar != "registrar-b" {
		t.Errorf("the host: %+v %v", h, err)
	}
	if got := w.drain(ra); len(got) != 1 {
		t.Errorf("registrar-a was told %q", got)
	}
}

// TestTransferWithoutFunds: who cannot pay does not get the domain.
func TestTransferWithoutFunds(t *testing.T) {
	w := newWorld(t)
	w.contact(ra, "al-1", nil)
	w.transferable("a.example")
	w.must(w.AddRegistrar(w.ctx, op, &registry.Registrar{ID: "registrar-c", Name: "registrar-c", Currency: "USD"}, "secret-c-123"))
	_, err := w.transfer(rc, registry.TransferRequested, "a.example", authValue)
	w.refused(err, registry.KindBilling, "balance")
	if v := w.info("a.example"); v.Transfer != nil {
		t.Errorf("a transfer is under way: %+v", v.Transfer)
	}
}

// TestTransferQuery: the registrars on both sides see a transfer; others need the
// authorization information.
func TestTransferQuery(t *testing.T) {
	w := newWorld(t)
	w.contact(ra, "al-1", nil)
	w.transferable("a.example")
	query := func(actor registry.Actor, auth string) error {
		_, err := w.transfer(actor, registry.TransferQueried, "a.example", auth)
		return err
	}
	w.refused(query(ra, ""), registry.KindNotPendingTransfer, "no transfer was ever")
	w.refused(query(rb, ""), registry.KindAuthorization, "both sides")
	w.refused(query(rb, authValue), registry.KindNotPendingTransfer, "no transfer was ever")
	w.refused(query(rb, authValue+"x"), registry.KindAuthInfo, "does not match")
	w.mustTransfer(rb, registry.TransferRequested, "a.example", authValue)
	w.must(query(ra, ""))
	w.must(query(rb, ""))
	w.refused(query(rc, ""), registry.KindAuthorization, "both sides")
	w.must(query(rc, authValue))
	w.must(query(op, ""))
	w.clock.Advance(5 * registry.Day)
	w.must(query(ra, ""))
	w.refused(query(rc, authValue), registry.KindAuthInfo, "does not match")
	_, err := w.transfer(ra, registry.TransferQueried, "b.example", "")
	w.refused(err, registry.KindNotFound, "does not exist")
	_, err = w.transfer(ra, registry.TransferQueried, "b.nowhere", "")
	w.refused(err, registry.KindNotFound, "no zone")
}

// TestGuessing: after ten wrong guesses in a day nothing is compared any more, until
// the window is over or the authorization information is changed.
func TestGuessing(t *testing.T) {
	w := newWorld(t)
	w.contact(ra, "al-1", func(c *registry.ContactCreate) { c.AuthInfo = authValue })
	w.transferable("a.example")
	for object, command := range map[string]func(auth string) error{
		"a.example": func(auth string) error {
			_, err := w.InfoDomain(w.ctx, rb, "a.example", &auth)
			return err
		},
		"al-1": func(auth string) error {
			_, err := w.InfoContact(w.ctx, rb, "al-1", &auth)
			return err
		},
	} {
		request := func(auth string) error {
			cmd := registry.TransferCommand{Op: registry.TransferRequested, Name: object, AuthInfo: &auth}
			if object == "al-1" {
				_, err := w.TransferContact(w.ctx, rb, cmd)
				return err
			}
			_, err := w.TransferDomain(w.ctx, rb, cmd)
			return err
		}
		change := func(auth string) error {
			if object == "al-1" {
				return w.UpdateContact(w.ctx, ra, registry.ContactUpdate{Handle: object, AuthInfo: &auth})
			}
			return w.UpdateDomain(w.ctx, ra, registry.DomainUpdate{Name: object, AuthInfo: &auth})
		}
		first := w.Now()
		for i := range 10 {
			try := command
			if i%2 == 1 {
				try = request
			}
			w.refused(try(""), registry.KindAuthInfo, "does not match") // not a guess
			w.refused(try(fmt.Sprint("wrong guess ", i)), registry.KindAuthInfo, "does not match")
			w.clock.Advance(time.Hour)
		}
		after := "try after " + first.Add(24*time.Hour).Format(time.RFC3339)
		w.refused(command(authValue), registry.KindAuthInfo, after)
		w.refused(request(authValue), registry.KindAuthInfo, after)
		w.clock.Set(first.Add(24*time.Hour - time.Second))
		w.refused(request(authValue), registry.KindAuthInfo, after)
		w.clock.Set(first.Add(24 * time.Hour))
		w.must(command(authValue))

		for i := range 10 {
			w.refused(command(fmt.Sprint("wrong guess ", i)), registry.KindAuthInfo, "does not match")
		}
		w.refused(command(authValue), registry.KindAuthInfo, "too many wrong guesses")
		w.clock.Advance(time.Minute)
		w.must(change("")) // unset: no better answer than before
		w.refused(command(authValue), registry.KindAuthInfo, "too many wrong guesses")
		w.must(change(authValue + "new"))
		w.refused(command(authValue), registry.KindAuthInfo, "does not match")
		w.must(command(authValue + "new"))
		w.must(request(authValue + "new"))
		w.check()
	}
}

// TestAuthInfoLife: a zone may limit how long authorization information is good for.
func TestAuthInfoLife(t *testing.T) {
	w := newWorld(t)
	z := registry.NewZone("brief", registry.TargetZone)
	z.DNS.Nameservers = []registry.ApexServer{{Name: "ns1.provider.test"}}
	z.Transfers.AuthInfoLife = registry.Duration(14 * registry.Day)
	w.must(w.AddZone(w.ctx, op, z))
	w.contact(ra, "al-1", nil)
	w.transferable("a.brief")
	w.clock.Advance(14*registry.Day - time.Second)
	_, err := w.InfoDomain(w.ctx, rb, "a.brief", ptr(authValue))
	w.must(err)
	w.clock.Advance(time.Second)
	_, err = w.transfer(rb, registry.TransferRequested, "a.brief", authValue)
	w.refused(err, registry.KindAuthInfo, "expired")
}

// TestContactTransfers: a contact goes by itself after five days; what uses it stays.
func TestContactTransfers(t *testing.T) {
	w := newWorld(t)
	withAuth := func(c *registry.ContactCreate) { c.AuthInfo = authValue }
	w.contact(ra, "al-1", withAuth)
	w.domain(ra, "a.example", "al-1")
	transfer := func(actor registry.Actor, op registry.TransferOp, handle, auth string) (*srs.TransferResult, error) {
		cmd := registry.TransferCommand{Op: op, Name: handle}
		if auth != "" {
			cmd.AuthInfo = &auth
		}
		return w.TransferContact(w.ctx, actor, cmd)
	}
	_, err := transfer(ra, registry.TransferQueried, "al-1", "")
	w.refused(err, registry.KindNotPendingTransfer, "no transfer was ever")
	_, err = transfer(rb, registry.TransferRequested, "al-1", "")
	w.refused(err, registry.KindMissing, "authorization information")
	_, err = transfer(rb, registry.TransferRequested, "al-1", "wrong")
	w.refused(err, registry.KindAuthInfo, "does not match")
	_, err = transfer(ra, registry.TransferRequested, "al-1", authValue)
	w.refused(err, registry.KindNotTransferable, "already")
	a, b := w.balance("registrar-a"), w.balance("registrar-b")
	asked := w.Now()
	r, err := transfer(rb, registry.TransferRequested, "al-1", authValue)
	w.must(err)
	if !r.Pending() || !r.ActBy.Equal(asked.Add(5*registry.Day)) {
		t.Errorf("the answer: %+v", r)
	}
	w.check()
	w.refused(w.UpdateContact(w.ctx, ra, registry.ContactUpdate{Handle: "al-1", Email: ptr("x@mail.example")}), registry.KindStatus, "pendingTransfer")
	_, err = w.newContact(ra, "px-1", func(c *registry.ContactCreate) {
		c.Kind, c.KindData.RealContact = registry.ProxyContact, ptr("al-1")
	})
	w.refused(err, registry.KindAssociation, "transfer")
	w.clock.Set(asked.Add(5 * registry.Day))
	// Before the sweep: the contact is registrar-b's for everybody.
	v, err := w.InfoContact(w.ctx, rb, "al-1", nil)
	w.must(err)
	if v.Registrar != "registrar-b" || v.AuthInfoSet || !v.Transferred.Equal(w.Now()) {
		t.Errorf("at the instant: %+v", v.Contact)
	}
	_, err = w.newContact(ra, "px-1", func(c *registry.ContactCreate) {
		c.Kind, c.KindData.RealContact = registry.ProxyContact, ptr("al-1")
	})
	w.refused(err, registry.KindAuthorization, "another registrar")
	_, err = transfer(ra, registry.TransferRejected, "al-1", "")
	w.refused(err, registry.KindNotPendingTransfer, "no transfer is under way")
	w.must(w.SettleBy(w.ctx, w.Now()))
	w.check()
	w.must(w.UpdateContact(w.ctx, rb, registry.ContactUpdate{Handle: "al-1", Email: ptr("x@mail.example")}))
	w.wantBalances(a, b)
	for _, who := range []registry.Actor{ra, rb} {
		if got := w.drain(who); len(got) != 2 || !strings.HasPrefix(got[1], "serverApproved 2026-01-06T00:00:00Z") {
			t.Errorf("%s was told %q", who.Registrar, got)
		}
	}
	if d := w.info("a.example"); d.Registrant != "al-1" {
		t.Errorf("the domain's registrant: %q", d.Registrant)
	}
	// A proxy and its real contact stay together.
	w.contact(ra, "al-2", withAuth)
	w.contact(ra, "px-2", func(c *registry.ContactCreate) {
		c.AuthInfo, c.Kind, c.KindData.RealContact = authValue, registry.ProxyContact, ptr("al-2")
	})
	for _, handle := range []string{"al-2", "px-2"} {
		_, err = transfer(rb, registry.TransferRequested, handle, authValue)
		w.refused(err, registry.KindAssociation, "link")
	}
	w.must(w.UpdateContact(w.ctx, ra, registry.ContactUpdate{Handle: "px-2", KindData: registry.KindChange{RealContact: ptr("")}}))
	_, err = transfer(rb, registry.TransferRequested, "al-2", authValue)
	w.must(err)
	_, err = transfer(rb, registry.TransferCancelled, "al-2", "")
	w.must(err)
}

// TestTransferRaces: two registrars ask at once, or the sponsor answers while the
// registry approves by itself: exactly one of them is heard.
func TestTransferRaces(t *testing.T) {
	w := newWorldOn(t, 8)
	w.must(w.AddRegistrar(w.ctx, op, &registry.Registrar{ID: "registrar-c", Name: "registrar-c", Currency: "USD"}, "secret-c-123"))
	_, err := w.Deposit(w.ctx, op, "registrar-c", 100_000)
	w.must(err)
	w.contact(ra, "al-1", nil)
	all := func(attempts ...func() error) []error {
		errs := make([]error, len(attempts))
		var wg sync.WaitGroup
		for i, attempt := range attempts {
			wg.Go(func() { errs[i] = attempt() })
		}
		wg.Wait()
		return errs
	}
	for i := range 12 {
		name := fmt.Sprintf("race%d.example", i)
		w.transferable(name)
		ask := func(actor registry.Actor) func() error {
			return func() error {
				_, err := w.transfer(actor, registry.TransferRequested, name, authValue)
				return err
			}
		}
		b, c := w.balance("registrar-b"), w.balance("registrar-c")
		errs := all(ask(rb), ask(rc), ask(rb), ask(rc))
		won := 0
		for _, err := range errs {
			var e *registry.Error
			if err == nil {
				won++
			} else if !errors.As(err, &e) || e.Kind != registry.KindPendingTransfer {
				t.Errorf("a loser was told %v", err)
			}
		}
		if won != 1 || b+c-w.balance("registrar-b")-w.balance("registrar-c") != 1000 {
			t.Fatalf("%d won", won)
		}
		w.clock.Advance(5 * registry.Day)
		answer := func(op registry.TransferOp) func() error {
			return func() error { _, err := w.transfer(ra, op, name, ""); return err }
		}
		errs = all(
			answer(registry.TransferApproved), answer(registry.TransferRejected),
			func() error { _, err := w.Sweep(w.ctx); return err },
			func() error { return w.SettleBy(context.WithoutCancel(w.ctx), w.Now()) },
			func() error {
				return w.UpdateHost(w.ctx, ra, registry.HostUpdate{Name: "ns1." + name, AddAddrs: []registry.HostAddr{{Version: "v4", Text: "192.0.2.8"}}})
			},
		)
		for j, kind := range []registry.Kind{registry.KindNotPendingTransfer, registry.KindNotPendingTransfer, 0, 0, registry.KindAuthorization} {
			if kind == 0 && errs[j] != nil || kind != 0 && !registry.IsKind(errs[j], kind) {
				t.Errorf("after the window %d: %v", j, errs[j])
			}
		}
		if v := w.info(name); v.Registrar == "registrar-a" || v.Transfer.Status != registry.ServerApproved {
			t.Errorf("with %s, %s", v.Registrar, v.Transfer.Status)
		}
		w.check()
	}
}

// TestTransferOfAGenuineName: the registrant stays behind its proxy, at the registrar
// that had the name, and stays genuine there; the new one replaces both.
func TestTransferOfAGenuineName(t *testing.T) {
	w := newWorld(t)
	real := func(id string) func(*registry.ContactCreate) {
		return func(c *registry.ContactCreate) {
			c.AuthInfo = authValue
			c.KindData = registry.KindChange{SecondaryEmail: ptr(id + "@second.example"), Emergency: &registry.Phone{Number: "+1.2025550199"}}
		}
	}
	w.contact(ra, "al-1", real("al-1"))
	w.contact(ra, "px-1", func(c *registry.ContactCreate) { c.Kind, c.KindData.RealContact = registry.ProxyContact, ptr("al-1") })
	w.domain(ra, "a.genuine", "px-1")
	w.must(w.UpdateDomain(w.ctx, ra, registry.DomainUpdate{Name: "a.genuine", AuthInfo: ptr(authValue)}))
	w.mustTransfer(rb, registry.TransferRequested, "a.genuine", authValue)
	w.mustTransfer(ra, registry.TransferApproved, "a.genuine", "")
	w.refused(w.UpdateContact(w.ctx, ra, registry.ContactUpdate{Handle: "px-1", KindData: registry.KindChange{RealContact: ptr("")}}),
		registry.KindAssociation, "a.genuine")
	w.refused(w.DeleteContact(w.ctx, ra, "px-1"), registry.KindAssociation, "a.genuine")
	w.contact(rb, "bo-1", real("bo-1"))
	w.must(w.UpdateDomain(w.ctx, rb, registry.DomainUpdate{Name: "a.genuine", Registrant: ptr("bo-1")}))
	w.must(w.DeleteContact(w.ctx, ra, "px-1"))
	// Alone again, the real contact may go; as a registrant it stays genuine.
	cmd := registry.TransferCommand{Op: registry.TransferRequested, Name: "bo-1", AuthInfo: ptr(authValue)}
	_, err := w.TransferContact(w.ctx, ra, cmd)
	w.must(err)
	w.clock.Advance(5 * registry.Day)
	w.refused(w.UpdateContact(w.ctx, ra, registry.ContactUpdate{Handle: "bo-1", KindData: registry.KindChange{SecondaryEmail: ptr("")}}),
		registry.KindAssociation, "a.genuine")
	w.must(w.SettleBy(w.ctx, w.Now()))
}

// TestNoTransferOfTheDeleted: what is deleted is not asked for, and what is asked for is
// not deleted by its registrar.
func TestNoTransferOfTheDeleted(t *testing.T) {
	w := newWorld(t)
	w.contact(ra, "al-1", nil)
	w.domain(ra, "a.example", "al-1")
	w.must(w.UpdateDomain(w.ctx, ra, registry.DomainUpdate{Name: "a.example", AuthInfo: ptr(authValue)}))
	w.mustTransfer(rb, registry.TransferRequested, "a.example", authValue)
	_, _, err := w.RemoveDomain(w.ctx, ra, registry.DomainDelete{Name: "a.example"})
	w.refused(err, registry.KindStatus, "pendingTransfer")
	w.mustTransfer(op, registry.TransferCancelled, "a.example", "")
	w.clock.Advance(6 * registry.Day)
	_, _, err = w.RemoveDomain(w.ctx, op, registry.DomainDelete{Name: "a.example"})
	w.must(err)
	_, err = w.transfer(rb, registry.TransferRequested, "a.example", authValue)
	w.refused(err, registry.KindStatus, "pendingDelete")
	if q := w.mustTransfer(rb, registry.TransferQueried, "a.example", ""); q.Status != registry.ServerCancelled {
		t.Errorf("the newest transfer: %+v", q)
	}
	w.clock.Advance(40 * registry.Day)
	_, err = w.transfer(rb, registry.TransferQueried, "a.example", "")
	w.refused(err, registry.KindNotFound, "does not exist")
}
