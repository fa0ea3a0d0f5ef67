package main

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"cadastre/internal/clock"
	"cadastre/registry"
	"cadastre/registry/srs"
)

// registered registers names for registrar-a, as EPP does.
func (c *registryCLI) registered(names ...string) {
	c.Helper()
	ctx, actor := context.Background(), registry.Actor{Registrar: "registrar-a", Channel: "epp", ClTRID: "ABC-1", SvTRID: "SV-1"}
	s, err := srs.New(srs.Config{Store: c.store(), Clock: clock.Real{}, ROIDSuffix: "TEST"})
	if err != nil {
		c.Fatal(err)
	}
	_, err = s.CreateContact(ctx, actor, registry.ContactCreate{
		Handle: "sh8013", Email: "a@mail.example", Postal: []registry.PostalInfo{{Type: "int", Name: "A Person", City: "Town", CC: "US"}},
	})
	if err != nil {
		c.Fatal(err)
	}
	if _, err := s.CreateHost(ctx, actor, registry.HostCreate{Name: "ns1.dns.example"}); err != nil {
		c.Fatal(err)
	}
	for _, name := range names {
		_, err := s.CreateDomain(ctx, actor, registry.DomainCreate{
			Name: name, Registrant: "sh8013", Nameservers: []string{"ns1.dns.example"},
			Contacts: []registry.DomainContact{{Type: "tech", ID: "sh8013"}}, AuthInfo: "2fooBAR-9Xk.17!qWz_t",
		})
		if err != nil {
			c.Fatal(err)
		}
	}
}

// delegated lists the names that DNS shows in a zone.
func (c *registryCLI) delegated(zone string) string {
	c.Helper()
	var names []string
	for line := range strings.Lines(c.ok("zone", "export", zone)) {
		if f := strings.Fields(line); f[3] == "NS" && f[0] != zone+"." {
			names = append(names, f[0])
		}
	}
	return strings.Join(names, " ")
}

func TestDomainVerbs(t *testing.T) {
	c := newRegistryCLI(t)
	c.ok("zone", "add", "shop", "--ns", "ns2.dns.example", "--idn", "Latn")
	c.ok("registrar", "add", "registrar-a", "--name", "Registrar A")
	c.ok("registrar", "credit", "registrar-a", "--deposit", "100")
	c.registered("books.shop", "xn--bcher-kva.shop")

	c.wants(c.object("domain", "show", "BOOKS.shop."), map[string]any{
		"name": "books.shop", "zone": "shop", "registrar": "registrar-a", "registrant": "sh8013", "statuses": []string{"ok"},
		"contacts": []any{map[string]any{"type": "tech", "id": "sh8013"}}, "in_dns": true, "nameservers": []string{"ns1.dns.example"},
		"subordinate_hosts": []string{}, "auth_info_set": true, "created_by": "registrar-a", "updated": nil, "purge_at": nil, "version": 1,
	})
	grace := c.object("domain", "show", "books.shop")["grace_periods"].([]any)[0].(map[string]any)
	c.wants(grace, map[string]any{"kind": "addPeriod", "amount": 1000, "currency": "USD"})
	c.says([]string{"name           xn--bcher-kva.shop (bücher.shop)\n", "in DNS         yes\n", "refunds 10.00 USD\n", "auth info      set\n"},
		"domain", "show", "bücher.shop")

	c.says([]string{"books.shop: held (serverHold), out of DNS\n"}, "domain", "hold", "Books.shop", "--reason", "court order 12/2027")
	if got := c.delegated("shop"); got != "xn--bcher-kva.shop." {
		t.Errorf("DNS shows %s", got)
	}
	c.wants(c.object("domain", "show", "books.shop"), map[string]any{
		"statuses": []string{"serverHold"}, "status_texts": map[string]any{"serverHold": map[string]any{"text": "court order 12/2027"}},
		"in_dns": false, "updated_by": "registry",
	})
	c.says([]string{"statuses       serverHold: court order 12/2027\n"}, "domain", "show", "books.shop")
	c.fails(2, "set already", "domain", "hold", "books.shop", "--reason", "again")
	msg, n, err := c.store().PollHead(context.Background(), "registrar-a")
	if err != nil || n != 1 || !strings.Contains(msg.Text, "books.shop") || !strings.Contains(msg.Text, "serverHold") {
		t.Errorf("the registrar is told %+v, %v", msg, err)
	}
	c.wants(c.object("domain", "unhold", "books.shop"), map[string]any{"name": "books.shop", "held": false, "reason": nil})
	if got := c.delegated("shop"); got != "books.shop. xn--bcher-kva.shop." {
		t.Errorf("DNS shows %s", got)
	}
	c.fails(2, "not set", "domain", "unhold", "books.shop")
	c.fails(2, "does not exist", "domain", "show", "other.shop")
	c.fails(2, "no zone of this registry", "domain", "show", "books.example")
	c.fails(2, "does not exist", "domain", "hold", "other.shop", "--reason", "x")
	c.fails(2, "--reason", "domain", "hold", "books.shop", "--reason", "a\nb")
	c.fails(2, "domain:name", "domain", "show", "books-.shop")
	c.fails(2, "not set", "domain", "unhold", "books.shop")
}

func TestDomainHistory(t *testing.T) {
	c := newRegistryCLI(t)
	c.ok("zone", "add", "shop", "--ns", "ns2.dns.example")
	c.ok("registrar", "add", "registrar-a", "--name", "Registrar A")
	c.ok("registrar", "credit", "registrar-a", "--deposit", "100")
	c.registered("books.shop")
	c.ok("domain", "hold", "books.shop", "--reason", "court order")

	list := c.objects("domain", "history", "books.shop")
	if len(list) != 2 {
		t.Fatalf("%v", list)
	}
	c.wants(list[0], map[string]any{"version": 1, "action": "create", "actor": "registrar-a", "channel": "epp", "cltrid": "ABC-1", "svtrid": "SV-1", "changes": nil})
	c.wants(list[1], map[string]any{"version": 2, "action": "update", "actor": "registry", "channel": "cli", "cltrid": osUser() + ": court order"})
	if state := list[0]["state"].(map[string]any); state["Registrar"] != "registrar-a" {
		t.Errorf("state %v", state)
	}
	changes := c.objects("domain", "history", "books.shop", "--diff")[1]["changes"]
	got, _ := json.Marshal(changes)
	if string(got) != `[{"after":{"serverHold":{"text":"court order"}},"before":null,"field":"StatusTexts"},{"after":["serverHold"],"before":null,"field":"Statuses"}]` {
		t.Errorf("changes %s", got)
	}
	c.says([]string{"create", "registrar-a", "ABC-1", osUser() + ": court order", "cli"}, "domain", "history", "books.shop")
	c.says([]string{"version 1  create by registrar-a (epp)  ABC-1 SV-1\n", "    Registrant: sh8013\n", "    Statuses: [\"serverHold\"]\n", "court order"},
		"domain", "history", "books.shop", "--diff")
	if out := c.ok("domain", "history", "books.shop", "--diff"); strings.Contains(out, "0001-01-01") {
		t.Errorf("what nobody set is shown:\n%s", out)
	}
	c.fails(2, "nothing ever happened", "domain", "history", "other.shop")
}

// TestDomainTransferVerbs: the operator decides in the place of the losing registrar.
func TestDomainTransferVerbs(t *testing.T) {
	c := newRegistryCLI(t)
	c.ok("zone", "add", "shop", "--ns", "ns2.dns.example", "--transfer-window", "7d", "--authinfo-life", "14d")
	c.says([]string{"approved after 7d, 1 year, authInfo good for 14d"}, "zone", "show", "shop")
	for _, id := range []string{"registrar-a", "registrar-b"} {
		c.ok("registrar", "add", id, "--name", id)
		c.ok("registrar", "credit", id, "--deposit", "100")
	}
	c.registered("books.shop")
	s, err := srs.New(srs.Config{Store: c.store(), Clock: clock.Real{}, ROIDSuffix: "TEST"})
	if err != nil {
		t.Fatal(err)
	}
	auth := "2fooBAR-9Xk.17!qWz_t"
	ask := func() {
		t.Helper()
		actor := registry.Actor{Registrar: "registrar-b", Channel: "epp", SvTRID: "SV-2"}
		_, err := s.TransferDomain(context.Background(), actor, registry.TransferCommand{Op: registry.TransferRequested, Name: "books.shop", AuthInfo: &auth})
		if err != nil {
			t.Fatal(err)
		}
	}
	c.fails(2, "no transfer is under way", "domain", "transfer", "approve", "books.shop")
	ask()
	c.says([]string{"statuses       pendingTransfer\n", "transfer       from registrar-a to registrar-b since "}, "domain", "show", "books.shop")
	c.says([]string{"books.shop: from registrar-a to registrar-b serverCancelled on "}, "domain", "transfer", "cancel", "books.shop", "--reason", "dispute")
	ask()
	c.says([]string{"books.shop: deleted, can be restored until ", ", its transfer to registrar-b cancelled, 10.00 USD given back\n"}, "domain", "delete", "books.shop")
	c.ok("domain", "restore", "books.shop")
	ask()
	c.wants(c.object("domain", "transfer", "approve", "books.shop"), map[string]any{"name": "books.shop"})
	show := c.object("domain", "show", "books.shop")
	c.wants(show, map[string]any{"registrar": "registrar-b", "auth_info_set": false})
	c.wants(show["transfer"].(map[string]any), map[string]any{
		"status": "serverApproved", "from": "registrar-a", "to": "registrar-b", "years": 1, "charged": 1000,
	})
}
