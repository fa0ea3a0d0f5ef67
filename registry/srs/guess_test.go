package srs_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"cadastre/registry"
)

// TestGuessingAtTheSameTime: sessions that guess at one instant get no more than ten
// answers that tell something.
func TestGuessingAtTheSameTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.contact(ra, "al-1", nil)
	w.transferable("a.example")
	errs := make([]error, 30)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() {
			auth := fmt.Sprint("wrong guess ", i)
			switch i % 3 {
			case 0:
				_, errs[i] = w.InfoDomain(w.ctx, rb, "a.example", &auth)
			case 1:
				_, errs[i] = w.transfer(rb, registry.TransferQueried, "a.example", auth)
			default:
				_, errs[i] = w.transfer(rb, registry.TransferRequested, "a.example", auth)
			}
		})
	}
	all.Wait()
	told := 0
	for _, err := range errs {
		if !registry.IsKind(err, registry.KindAuthInfo) {
			t.Fatalf("refused with %v", err)
		}
		if strings.Contains(err.Error(), "does not match") {
			told++
		}
	}
	if told != 10 {
		t.Errorf("%d guesses were answered", told)
	}
	auth := authValue
	_, err := w.InfoDomain(w.ctx, rb, "a.example", &auth)
	w.refused(err, registry.KindAuthInfo, "too many wrong guesses")
}

// TestAuthInfoAtTheEnd: what comes with the end of a transfer must be the object's own;
// nothing need come.
func TestAuthInfoAtTheEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.contact(ra, "al-1", func(c *registry.ContactCreate) { c.AuthInfo = authValue })
	w.transferable("a.example")
	contact := func(actor registry.Actor, op registry.TransferOp, auth *string) error {
		_, err := w.TransferContact(w.ctx, actor, registry.TransferCommand{Op: op, Name: "al-1", AuthInfo: auth})
		return err
	}
	domain := func(actor registry.Actor, op registry.TransferOp, auth *string) error {
		_, err := w.TransferDomain(w.ctx, actor, registry.TransferCommand{Op: op, Name: "a.example", AuthInfo: auth})
		return err
	}
	for name, do := range map[string]func(registry.Actor, registry.TransferOp, *string) error{"domain": domain, "contact": contact} {
		w.refused(do(ra, registry.TransferRejected, ptr("wrong")), registry.KindNotPendingTransfer, "no transfer")
		w.must(do(rb, registry.TransferRequested, ptr(authValue)))
		w.refused(do(rc, registry.TransferApproved, ptr("wrong")), registry.KindAuthorization, "only")
		for range 12 { // the sponsor's own are not counted
			w.refused(do(ra, registry.TransferApproved, ptr("wrong")), registry.KindAuthInfo, "does not match: it may be left out")
		}
		w.refused(do(ra, registry.TransferRejected, ptr("")), registry.KindAuthInfo, "does not match")
		w.refused(do(rb, registry.TransferCancelled, ptr("wrong")), registry.KindAuthInfo, "does not match")
		w.must(do(rb, registry.TransferCancelled, ptr(authValue)))
		w.must(do(rb, registry.TransferRequested, ptr(authValue)))
		w.must(do(ra, registry.TransferRejected, nil))
		w.must(do(rb, registry.TransferRequested, ptr(authValue)))
		if err := do(ra, registry.TransferApproved, ptr(authValue)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.check()
}

// TestDeleteDuringATransfer: the registry need not cancel the transfer first. Its money
// goes back, and both registrars are told.
func TestDeleteDuringATransfer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.contact(ra, "al-1", nil)
	w.domain(ra, "a.example", "al-1")
	w.must(w.UpdateDomain(w.ctx, ra, registry.DomainUpdate{Name: "a.example", AuthInfo: ptr(authValue)}))
	w.clock.Advance(20 * registry.Day)
	a, b := w.balance("registrar-a"), w.balance("registrar-b")
	w.mustTransfer(rb, registry.TransferRequested, "a.example", authValue)
	w.drain(ra)
	w.drain(rb)
	w.wantBalances(a, b-1000)
	_, del, err := w.RemoveDomain(w.ctx, op, registry.DomainDelete{Name: "a.example", Final: true, Reason: "court order"})
	w.must(err)
	if del.Gone || del.Cancelled == nil {
		t.Errorf("the delete: %+v", del)
	}
	w.check()
	w.wantBalances(a, b)
	v := w.info("a.example")
	if s := v.ShownStatuses(); !s.Has(registry.PendingDelete) || s.Has(registry.PendingTransfer) || v.Transfer.Status != registry.ServerCancelled {
		t.Errorf("afterwards: %v, %+v", s, v.Transfer)
	}
	for _, actor := range []registry.Actor{ra, rb} {
		if told := w.drain(actor); len(told) != 1 || !strings.HasPrefix(told[0], "serverCancelled ") {
			t.Errorf("%s is told %q", actor.Registrar, told)
		}
	}
	w.clock.Advance(60 * registry.Day)
	_, err = w.Sweep(w.ctx)
	w.must(err)
	w.check()
	w.wantBalances(a, b)
}
