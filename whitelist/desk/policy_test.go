package desk_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"cadastre/registry"
	"cadastre/whitelist"
	"cadastre/whitelist/desk"
	wlstore "cadastre/whitelist/store"
)

// TestPolicyLifeC18: nothing is controlled before the grant, control holds from it
// to the withdrawal, and every step is on record.
func TestPolicyLifeC18(t *testing.T) {
	w := newPolicyWorld(t)
	p := w.add(nil)
	added := w.clock.Now()
	if p.State != "proposed" || p.Version != 1 || !p.Added.Equal(added) || !p.Granted.IsZero() || !p.PruneAt.IsZero() || p.Proposed != nil {
		t.Errorf("added: %+v", p)
	}
	if p.Document.Overseer != "Trips Board" || p.Document.Ground != "Travel Names Act, s. 4" { // C-21
		t.Errorf("document: %+v", p.Document)
	}
	w.equal("in force", w.inForce(), nil)

	w.clock.Advance(time.Hour)
	p = w.grant("trips-board")
	if p.State != "granted" || p.Version != 2 || !p.Added.Equal(added) || !p.Granted.Equal(w.clock.Now()) || p.Proposed != nil {
		t.Errorf("granted: %+v", p)
	}
	if want := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC); !p.PruneAt.Equal(want) {
		t.Errorf("pruning is due %v, want %v", p.PruneAt, want)
	}
	w.equal("in force", w.inForce(), []string{"trips-board"})
	_, err := w.GrantPolicy(w.ctx, policyOp, "trips-board")
	w.refused(err, registry.KindStatus, "granted already")

	p = w.withdraw("trips-board", "the act was repealed")
	if p.State != "withdrawn" || p.Reason != "the act was repealed" || p.Version != 3 || p.Document == nil || p.PruneAt.IsZero() {
		t.Errorf("withdrawn: %+v", p)
	}
	w.equal("in force", w.inForce(), nil)
	_, err = w.WithdrawPolicy(w.ctx, policyOp, "trips-board", "")
	w.refused(err, registry.KindStatus, "withdrawn already")

	if p = w.grant("trips-board"); p.State != "granted" || p.Reason != "" {
		t.Errorf("granted again: %+v", p)
	}
	w.refused(w.RemovePolicy(w.ctx, policyOp, "trips-board"), registry.KindAssociation, "withdraw it first")
	w.withdraw("trips-board", "")
	w.must(w.RemovePolicy(w.ctx, policyOp, "trips-board"))
	_, err = w.ShowPolicy(w.ctx, "trips-board")
	w.refused(err, registry.KindNotFound, "no such policy")
	w.equal("history", w.actions("trips-board"), []string{"add", "grant", "withdraw", "grant", "withdraw", "remove"})

	if p = w.add(nil); p.Version != 1 {
		t.Errorf("a new policy of the same id: %+v", p)
	}
}

// TestPolicyVersions: a new version waits beside the one in force.
func TestPolicyVersions(t *testing.T) {
	w := newPolicyWorld(t)
	w.add(nil)
	p := w.add(map[string]any{"overseer": "Second Board"})
	if p.State != "proposed" || p.Version != 2 || p.Document.Overseer != "Second Board" || p.Proposed != nil {
		t.Errorf("proposed twice: %+v", p)
	}
	w.grant("trips-board")
	_, err := w.AddPolicy(w.ctx, policyOp, document(map[string]any{"overseer": "Second Board"}))
	w.refused(err, registry.KindExists, "nothing changed")

	third := map[string]any{"overseer": "Third Board", "prune": "second", "key": nil}
	p = w.add(third)
	if p.State != "granted" || p.Version != 4 || p.Document.Overseer != "Second Board" || p.Proposed == nil || p.Proposed.Overseer != "Third Board" {
		t.Errorf("a version beside the granted one: %+v", p)
	}
	p = w.add(map[string]any{"overseer": "Second Board"})
	if p.Proposed != nil || p.Document.Overseer != "Second Board" {
		t.Errorf("the proposal was not taken back: %+v", p)
	}
	w.add(third)
	p = w.grant("trips-board")
	if p.Document.Overseer != "Third Board" || p.Proposed != nil || !p.PruneAt.Equal(w.clock.Now().Add(time.Second)) {
		t.Errorf("the new version in force: %+v", p)
	}
	w.add(nil)
	p = w.withdraw("trips-board", "over")
	if p.Document.Overseer != "Third Board" || p.Proposed != nil {
		t.Errorf("what was in force is not what stays: %+v", p)
	}
	w.equal("history", w.actions("trips-board"), []string{"add", "propose", "grant", "propose", "take back", "propose", "grant", "propose", "withdraw"})
}

// TestPolicyRefusedC18: the operator can refuse what is proposed.
func TestPolicyRefusedC18(t *testing.T) {
	w := newPolicyWorld(t)
	w.add(nil)
	p := w.withdraw("trips-board", "no legal ground")
	if p.State != "refused" || p.Reason != "no legal ground" {
		t.Errorf("%+v", p)
	}
	_, err := w.WithdrawPolicy(w.ctx, policyOp, "trips-board", "again")
	w.refused(err, registry.KindStatus, "refused already")
	if p = w.add(nil); p.State != "proposed" || p.Reason != "" {
		t.Errorf("proposed again: %+v", p)
	}
	w.equal("in force", w.inForce(), nil)
	w.equal("history", w.actions("trips-board"), []string{"add", "refuse", "propose"})
	w.must(w.RemovePolicy(w.ctx, policyOp, "trips-board"))
}

// TestPolicyProcedure: names that were made in one way bar another way.
func TestPolicyProcedure(t *testing.T) {
	w := newPolicyWorld(t)
	w.add(nil)
	w.grant("trips-board")
	w.publish("trips-board", "uid1.146.miami.trips.valid.zone")
	for name, change := range map[string]map[string]any{
		"zone":         {"zone": "有效.zone"},
		"forms":        {"forms": []string{"{domain}.{registrant}.{registrar}"}},
		"hash":         {"hash": map[string]any{"registrant": "sha256"}},
		"key":          {"hash": map[string]any{"registrant": "hmac-sha256"}, "key": "AAAAAAAAAAAAAAAAAAAAAAAAAAA="},
		"registrar_as": {"registrar_as": "name"},
	} {
		w.add(change)
		_, err := w.GrantPolicy(w.ctx, policyOp, "trips-board")
		w.refused(err, registry.KindAssociation, "1 whitelist names exist")
		if p, err := w.ShowPolicy(w.ctx, "trips-board"); err != nil || p.State != "granted" || p.Proposed == nil || p.Names != 1 {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
	// What does not make names may change.
	w.add(map[string]any{"life": "2y", "credentials": "verified", "scope": map[string]any{"word": "bank"}})
	w.grant("trips-board")
	// A withdrawal is no way around it.
	w.withdraw("trips-board", "")
	w.refused(w.RemovePolicy(w.ctx, policyOp, "trips-board"), registry.KindAssociation, "1 whitelist names")
	w.add(map[string]any{"registrar_as": "id"})
	_, err := w.GrantPolicy(w.ctx, policyOp, "trips-board")
	w.refused(err, registry.KindAssociation, "another way")
	w.unpublish("uid1.146.miami.trips.valid.zone")
	w.grant("trips-board")
}

// TestPolicyFeeC20: the fee is charged with the grant, or nothing is granted.
func TestPolicyFeeC20(t *testing.T) {
	w := newPolicyWorld(t)
	w.add(nil)
	w.grant("trips-board")
	if entries, err := w.store.Ledger(w.ctx, "trips-board", 10); err != nil || len(entries) != 0 {
		t.Errorf("charged without a fee: %v, %v", entries, err)
	}

	w.add(map[string]any{"fees": map[string]any{"grant": "25.00"}})
	_, err := w.GrantPolicy(w.ctx, policyOp, "trips-board")
	w.refused(err, registry.KindBilling, "do not cover")
	if p, err := w.ShowPolicy(w.ctx, "trips-board"); err != nil || p.Proposed == nil || p.Document.Fees.Grant != "" {
		t.Errorf("an unpaid version is in force: %+v, %v", p, err)
	}
	_, err = w.srs.Deposit(w.ctx, policyOp, "trips-board", 10_000)
	w.must(err)
	w.grant("trips-board")
	if got := w.balance("trips-board"); got != 7_500 {
		t.Errorf("balance %d", got)
	}
	entries, err := w.store.Ledger(w.ctx, "trips-board", 1)
	w.must(err)
	if e := entries[0]; e.Amount != -2_500 || e.Currency != "USD" || e.Other != "income:valid.zone" || e.Reason != "policy granted" ||
		e.Object != "trips-board" || !e.At.Equal(w.clock.Now()) {
		t.Errorf("ledger: %+v", e)
	}

	// An account of another name pays; one that is not there cannot.
	w.must(w.srs.AddRegistrar(w.ctx, policyOp, &registry.Registrar{ID: "payer", Kind: registry.VerifierAccount, Name: "P", Currency: "USD", CreditLimit: 5_000}, "secret-p-123"))
	w.add(map[string]any{"id": "second", "account": "payer", "fees": map[string]any{"grant": "30"}})
	w.grant("second")
	if got := w.balance("payer"); got != -3_000 {
		t.Errorf("balance %d", got)
	}
	w.add(map[string]any{"id": "third", "account": "nobody", "fees": map[string]any{"grant": "30"}})
	if p := w.grant("third"); p.State != "granted" {
		t.Errorf("%+v", p)
	}
	_, err = w.AddPolicy(w.ctx, policyOp, document(map[string]any{"id": "fourth", "account": "registrar-a"}))
	w.refused(err, registry.KindParamPolicy, "a registrar's")
}

// TestPolicyOperatorOnly: nobody else may change policies or make tokens.
func TestPolicyOperatorOnly(t *testing.T) {
	w := newPolicyWorld(t)
	w.add(nil)
	for _, actor := range []registry.Actor{
		{Registrar: "registrar-a", Channel: "epp", SvTRID: "x"}, {Registrar: "trips-board", Verifier: true, Channel: "rest", SvTRID: "x"}, {},
	} {
		for name, err := range map[string]error{
			"add":      second(w.AddPolicy(w.ctx, actor, document(nil))),
			"grant":    second(w.GrantPolicy(w.ctx, actor, "trips-board")),
			"withdraw": second(w.WithdrawPolicy(w.ctx, actor, "trips-board", "")),
			"remove":   w.RemovePolicy(w.ctx, actor, "trips-board"),
			"token":    second(w.IssueToken(w.ctx, actor, "trips-board")),
		} {
			if !registry.IsKind(err, registry.KindAuthorization) {
				t.Errorf("%s by %+v: %v", name, actor, err)
			}
		}
	}
	w.equal("history", w.actions("trips-board"), []string{"add"})
}

func second[T any](_ T, err error) error { return err }

// TestPolicyUnknownIDs: every use case says 2303.
func TestPolicyUnknownIDs(t *testing.T) {
	w := newPolicyWorld(t)
	for _, id := range []string{"nobody", ""} {
		for name, err := range map[string]error{
			"show": second(w.ShowPolicy(w.ctx, id)), "grant": second(w.GrantPolicy(w.ctx, policyOp, id)),
			"withdraw": second(w.WithdrawPolicy(w.ctx, policyOp, id, "")), "remove": w.RemovePolicy(w.ctx, policyOp, id),
		} {
			if !registry.IsKind(err, registry.KindNotFound) {
				t.Errorf("%s %q: %v", name, id, err)
			}
		}
	}
}

// TestPolicyDocuments: what is refused names the key, and nothing is stored.
func TestPolicyDocuments(t *testing.T) {
	w := newPolicyWorld(t)
	for part, doc := range map[string]string{
		"scope.any[0].sufix":     string(document(map[string]any{"scope": map[string]any{"any": []any{map[string]any{"sufix": "trips"}}}})),
		"overser":                string(document(map[string]any{"overser": "x"})),
		"hash.domain":            string(document(map[string]any{"hash": map[string]any{"domain": "md6"}})),
		"compare":                string(document(map[string]any{"compare": "sometimes"})),
		"verifiers[0].type":      string(document(map[string]any{"verifiers": []any{map[string]any{"type": "oracle"}}})),
		"prune":                  string(document(map[string]any{"prune": "year"})),
		"forms":                  string(document(map[string]any{"forms": []string{"{registrant}"}})),
		"shop":                   string(document(map[string]any{"scope": map[string]any{"suffix": "shop"}})),   // not ours
		"no.such.zone":           string(document(map[string]any{"zone": "no.such.zone"})),                      // not ours
		"trips":                  string(document(map[string]any{"zone": "trips"})),                             // of the wrong kind
		"a policy has at most":   string(document(map[string]any{"ground": strings.Repeat("x", 64<<10)})),       // too long
		"not JSON":               "{nothing",                                                                    // no JSON
		"something follows":      string(document(nil)) + "{}",                                                  // more
		"the key is given twice": strings.Replace(string(document(nil)), `"id":`, `"id": "other-id", "id":`, 1), // twice
	} {
		_, err := w.AddPolicy(w.ctx, policyOp, []byte(doc))
		var e *registry.Error
		if !errors.As(err, &e) || !strings.Contains(e.Error(), part) {
			t.Errorf("%s: %v", part, err)
		}
	}
	if list, err := w.Policies(w.ctx); err != nil || len(list) != 0 {
		t.Errorf("stored: %v, %v", list, err)
	}
}

// TestPolicySecrets: hash keys and webhook secrets are nowhere but in the document.
func TestPolicySecrets(t *testing.T) {
	w := newPolicyWorld(t)
	const key, webhook = "c2VjcmV0LXNlY3JldC1zZWNyZXQ=", "whsec_dmVyeS1zZWNyZXQtdmVyeS1zZWNyZXQtdmVyeS1zZWNyZXQ="
	secretive := map[string]any{
		"hash": map[string]any{"whole": "hmac-sha256"}, "key": key,
		"verifiers": []any{map[string]any{"type": "http", "url": "https://board.example/decide", "secret": webhook}},
	}
	w.add(secretive)
	w.grant("trips-board")
	secretive["overseer"] = "New Board"
	w.add(secretive)
	w.withdraw("trips-board", "over")
	var texts []string
	entries, err := w.store.History(w.ctx, "policy", "trips-board")
	w.must(err)
	for _, e := range entries {
		texts = append(texts, string(e.State))
	}
	w.add(secretive)
	w.grant("trips-board")
	list, err := w.Policies(w.ctx)
	w.must(err)
	shown, err := json.Marshal(list)
	w.must(err)
	_, again := w.AddPolicy(w.ctx, policyOp, document(secretive))
	w.refused(again, registry.KindExists, "nothing changed")
	texts = append(texts, string(shown), again.Error())
	for _, text := range texts {
		for _, secret := range []string{key, webhook, "secret-secret", "dmVyeS1z"} {
			if strings.Contains(text, secret) {
				t.Errorf("%q is in %s", secret, text)
			}
		}
	}
	// But it is in force.
	granted, err := wlstore.NewGranted(w.store).Get(w.ctx)
	w.must(err)
	if len(granted) != 1 || len(granted[0].Key) == 0 || granted[0].Verifiers[0].Secret != webhook {
		t.Errorf("the secrets are not in force")
	}
}

// TestPolicyObeyed: a process that read the policies just before a grant or a
// withdrawal obeys when the verb returns.
func TestPolicyObeyed(t *testing.T) {
	w := newPolicyWorld(t)
	w.add(nil)
	elsewhere := wlstore.NewGranted(w.store)
	count := func() int {
		list, err := elsewhere.Get(w.ctx)
		w.must(err)
		return len(list)
	}
	if n := count(); n != 0 {
		t.Fatalf("%d granted", n)
	}
	w.grant("trips-board")
	if n := count(); n != 1 {
		t.Errorf("after the grant: %d granted", n)
	}
	w.withdraw("trips-board", "")
	if n := count(); n != 0 {
		t.Errorf("after the withdrawal: %d granted", n)
	}
	// Who does not wait is told what was done.
	ctx, cancel := context.WithTimeout(w.ctx, desk.PolicyLife/2)
	defer cancel()
	p, err := w.GrantPolicy(ctx, policyOp, "trips-board")
	if p == nil || p.State != "granted" || !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "is granted") {
		t.Errorf("%+v, %v", p, err)
	}
}

// TestPolicyExplained: what `policy test` says.
func TestPolicyExplained(t *testing.T) {
	w := newPolicyWorld(t)
	w.add(nil)
	w.add(map[string]any{
		"id": "bank-board", "overseer": "Bank Board", "zone": "有效.zone", "forms": []string{"{registrant}.{domain}", "{registrar}.{domain}"},
		"registrar_as": "name", "scope": map[string]any{"all": []any{map[string]any{"word": "bank"}, map[string]any{"registrantCountry": "XX"}}},
		"verifiers": []any{map[string]any{"type": "manual"}},
	})
	w.grant("trips-board")
	w.add(map[string]any{"forms": []string{"{domain}"}})
	reg := whitelist.Registration{
		Target: "mybank.trips", Registrant: whitelist.Registrant{ID: "John Doe", Country: "XX"},
		Registrar: whitelist.Registrar{Account: "registrar-a", IANA: 146, Name: "GODADDY", Country: "US"},
	}
	test := func() []desk.TestResult {
		t.Helper()
		results, err := w.Test(w.ctx, reg)
		w.must(err)
		return results
	}
	bank := desk.TestResult{
		Policy: "bank-board", State: "proposed", Overseer: "Bank Board", Controls: true,
		Names: []string{"john_doe.mybank.trips.xn--fcvx2b.zone", "godaddy.mybank.trips.xn--fcvx2b.zone"},
	}
	trips := desk.TestResult{
		Policy: "trips-board", State: "granted", Overseer: "Trips Board", Controls: true,
		Names: []string{"john_doe.146.mybank.trips.valid.zone"}, Verdict: "the rules approve",
	}
	next := trips
	next.State, next.Names = "proposed", []string{"mybank.trips.valid.zone"}
	w.equal("test", test(), []desk.TestResult{bank, trips, next})

	reg.Registrant.Country = "YY"
	reg.Target = "offensiveword.trips"
	bank.Controls, bank.Names = false, nil
	results := test()
	w.equal("uncontrolled", results[0], bank)
	if v := results[1].Verdict; !strings.HasPrefix(v, "the rules deny: ") || !strings.Contains(v, "offensiveword") {
		t.Errorf("verdict %q", v)
	}
	reg.Target, reg.Registrant.ID = "miami.trips", "a.b"
	if r := test()[1]; len(r.Names) != 0 || !strings.Contains(r.Fault, "a.b") {
		t.Errorf("an identifier that makes no label: %+v", r)
	}
	reg.Target = "miami.elsewhere"
	if r := test()[1]; r.Controls || r.Names != nil || r.Fault != "" || r.Verdict != "" {
		t.Errorf("outside the scope: %+v", r)
	}
}
