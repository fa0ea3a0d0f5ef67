package srs_test

import (
	"fmt"
	"sync"
	"testing"

	"cadastre/registry"
)

// TestCreatesTogether has many sessions create at once, some of them in vain: whoever else
// is in a transaction, each gets the answer that is its own.
func TestCreatesTogether(t *testing.T) {
	w := newWorld(t)
	w.contact(ra, "c-one", nil)
	w.contact(rb, "c-two", nil)
	w.host(ra, "ns1.elsewhere.test")
	w.host(ra, "ns2.elsewhere.test")
	w.domain(rb, "old.example", "c-two")
	_, err := w.Deposit(w.ctx, op, "registrar-a", 10_000_000)
	w.must(err)
	before := w.balance("registrar-a")

	const sessions, each = 24, 20
	var wg sync.WaitGroup
	for s := range sessions {
		wg.Go(func() {
			for n := range each {
				req := registry.DomainCreate{
					Name: fmt.Sprintf("n%d-%d.example", s, n), Registrant: "c-one",
					Nameservers: []string{"ns1.elsewhere.test", "ns2.elsewhere.test"},
				}
				want := registry.Kind(0)
				switch {
				case s%8 == 1: // everybody wants it, and it is taken
					req.Name, want = "old.example", registry.KindExists
				case s%8 == 2:
					req.Nameservers, want = []string{"ns3.elsewhere.test"}, registry.KindNotFound
				case s%8 == 3:
					req.Registrant, want = "c-none", registry.KindNotFound
				}
				_, err := w.CreateDomain(w.ctx, ra, req)
				if want == 0 && err != nil || want != 0 && !registry.IsKind(err, want) {
					t.Errorf("%s: %v", req.Name, err)
				}
			}
		})
	}
	wg.Wait()
	const created = sessions * each * 5 / 8
	z := registry.NewZone("example", registry.TargetZone)
	if paid := before - w.balance("registrar-a"); paid != created*z.Prices.Create {
		t.Errorf("%d creates cost %d", created, paid)
	}
	if n := len(w.inZone("example")); n != created {
		t.Errorf("%d names in the zone, want %d", n, created)
	}
}

// TestCreatesTogetherWithoutFunds lets the money run out under many creates at once: as
// many succeed as are paid for, and the others are refused with 2104.
func TestCreatesTogetherWithoutFunds(t *testing.T) {
	w := newWorld(t)
	w.contact(ra, "c-one", nil)
	w.contact(rb, "c-two", nil)
	price := registry.NewZone("example", registry.TargetZone).Prices.Create
	affordable := int(w.balance("registrar-a") / price)
	var mu sync.Mutex
	var made, refused int
	var wg sync.WaitGroup
	for s := range 12 {
		wg.Go(func() {
			for n := range affordable/8 + 1 {
				_, err := w.CreateDomain(w.ctx, ra, registry.DomainCreate{Name: fmt.Sprintf("a%d-%d.example", s, n), Registrant: "c-one"})
				mu.Lock()
				switch {
				case err == nil:
					made++
				case registry.IsKind(err, registry.KindBilling):
					refused++
				default:
					t.Error(err)
				}
				mu.Unlock()
				if s > 3 {
					continue
				}
				// The other registrar's account is full, whoever shares its transaction.
				_, err = w.CreateDomain(w.ctx, rb, registry.DomainCreate{Name: fmt.Sprintf("b%d-%d.example", s, n), Registrant: "c-two"})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if made != affordable || refused == 0 {
		t.Errorf("%d creates were made and %d refused, %d were affordable", made, refused, affordable)
	}
	if left := w.balance("registrar-a"); left < 0 || left >= price {
		t.Errorf("%d left", left)
	}
}
