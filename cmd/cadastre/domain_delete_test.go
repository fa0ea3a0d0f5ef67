package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cadastre/epp"
)

func TestDomainDeleteAndRestore(t *testing.T) {
	c := newRegistryCLI(t)
	c.ok("zone", "add", "shop", "--ns", "ns2.dns.example", "--purge-spread", "1d", "--restore-report", "3d", "--price-restore", "40")
	c.says([]string{"purges spread    over 1d\n", "restore report   within 3d\n", "restore          40.00 USD\n"}, "zone", "show", "shop")
	c.fails(1, "between 0 and", "zone", "add", "other", "--ns", "ns2.dns.example", "--purge-spread", "-5h")
	c.ok("registrar", "add", "registrar-a", "--name", "Registrar A")
	c.ok("registrar", "credit", "registrar-a", "--deposit", "100")
	c.registered("books.shop", "phish.shop")

	// Just registered, and nevertheless not gone at once.
	said := c.object("domain", "delete", "Books.shop", "--reason", "a mistake")
	c.wants(said, map[string]any{"name": "books.shop", "gone": false, "irrevocable": nil, "refund": 1000, "currency": "USD", "reason": "a mistake"})
	at := func(key string, from map[string]any) time.Time {
		t.Helper()
		instant, err := time.Parse(time.RFC3339, from[key].(string))
		if err != nil {
			t.Fatal(err)
		}
		return instant
	}
	if wait := at("purge_at", said).Sub(at("redeem_until", said)); wait < 5*24*time.Hour || wait >= 6*24*time.Hour {
		t.Errorf("purged %v after redemption", wait)
	}
	c.wants(c.object("domain", "show", "books.shop"), map[string]any{
		"statuses": []string{"pendingDelete"}, "rgp_statuses": []string{"redemptionPeriod"}, "in_dns": false,
		"purge_at": said["purge_at"], "redeem_until": said["redeem_until"], "next_due": said["redeem_until"],
	})
	c.says([]string{"rgp statuses  redemptionPeriod\n", "redeem until ", "free from "}, "domain", "show", "books.shop")
	c.fails(2, "pendingDelete", "domain", "delete", "books.shop")

	c.says([]string{"phish.shop: deleted, cannot be restored, free from ", ", 10.00 USD given back\n"},
		"domain", "delete", "phish.shop", "--final", "--reason", "abuse report 881")
	c.wants(c.object("domain", "show", "phish.shop"), map[string]any{"rgp_statuses": []string{"pendingDelete"}, "irrevocable": true, "redeem_until": nil})
	c.says([]string{", irrevocably\n"}, "domain", "show", "phish.shop")
	c.fails(2, "irrevocably", "domain", "restore", "phish.shop")
	if got := c.delegated("shop"); got != "" {
		t.Errorf("DNS shows %s", got)
	}

	c.says([]string{"books.shop: restored, expires ", ", 10.00 USD charged\n"}, "domain", "restore", "books.shop", "--reason", "it was one")
	if got := c.delegated("shop"); got != "books.shop." {
		t.Errorf("DNS shows %s", got)
	}
	c.fails(2, "not deleted", "domain", "restore", "books.shop")
	c.fails(2, "--reason", "domain", "restore", "books.shop", "--reason", "a\nb")
	c.fails(2, "--reason", "domain", "delete", "books.shop", "--reason", strings.Repeat("x", 5000))
	c.fails(2, "does not exist", "domain", "delete", "other.shop")
	list := c.objects("domain", "history", "books.shop")
	c.wants(list[1], map[string]any{"action": "delete", "actor": "registry", "cltrid": osUser() + ": a mistake"})
	c.wants(list[2], map[string]any{"action": "restore", "actor": "registry", "cltrid": osUser() + ": it was one"})
	msg, n, err := c.store().PollHead(context.Background(), "registrar-a")
	if err != nil || n != 3 || !strings.Contains(msg.Text, "books.shop was deleted by the registry; it can be restored until ") || !strings.HasSuffix(msg.Text, ": a mistake") {
		t.Errorf("the registrar is told %+v and %d more, %v", msg, n-1, err)
	}
}

func TestEppRestore(t *testing.T) {
	peer := newEppPeer(t)
	peer.answer = func(*epp.Command) *epp.Response {
		return &epp.Response{
			Results:    []epp.Result{{Code: epp.CodeOK}},
			Extensions: []epp.Extension{&epp.RGPUpdateData{Statuses: []epp.Status{{Value: epp.RGPPendingRestore}}}},
		}
	}
	got := peer.epp(t, "", "restore", "A.example")
	if got.status != 0 || !strings.Contains(got.stdout, "pendingRestore") {
		t.Errorf("outcome %+v", got)
	}
	commands := peer.taken()
	last := commands[len(commands)-1]
	if diff := cmp.Diff(&epp.DomainUpdate{Name: "A.example", Chg: &epp.DomainChange{}}, last.Body); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]epp.Extension{&epp.RGPUpdate{Op: epp.RGPRequest}}, last.Extensions); diff != "" {
		t.Error(diff)
	}
	peer.epp(t, "", "restore", "a.example", "--report", "A mistake.", "--deleted", "2027-11-21T10:00:00Z", "--requested", "2027-11-23T09:30:00+01:00", "--pre", "x")
	commands = peer.taken()
	want := &epp.RGPUpdate{Op: epp.RGPReport, Report: &epp.RestoreReport{
		PreData: "x", PostData: "The same.", DelTime: time.Date(2027, 11, 21, 10, 0, 0, 0, time.UTC),
		ResTime: time.Date(2027, 11, 23, 8, 30, 0, 0, time.UTC), ResReason: epp.RestoreText{Text: "A mistake."}, Statements: restoreStatements,
	}}
	if diff := cmp.Diff([]epp.Extension{want}, commands[len(commands)-1].Extensions); diff != "" {
		t.Error(diff)
	}
	if got := peer.epp(t, "", "restore", "a.example", "--report", "x", "--deleted", "yesterday"); got.status == 0 || !strings.Contains(got.stderr, "--deleted") {
		t.Errorf("outcome %+v", got)
	}
}
