package desk_test

import (
	"strings"
	"testing"

	"cadastre/registry"
)

// TestTokens: one token of a verifier works, until another is made or the account
// is suspended.
func TestTokens(t *testing.T) {
	w := newPolicyWorld(t)
	first, err := w.IssueToken(w.ctx, policyOp, "trips-board")
	w.must(err)
	if account, err := w.AccountOfToken(w.ctx, first); err != nil || account != "trips-board" {
		t.Errorf("%q, %v", account, err)
	}
	made, err := w.Tokens(w.ctx)
	if err != nil || len(made) != 1 || !made["trips-board"].Equal(w.clock.Now()) {
		t.Errorf("tokens: %v, %v", made, err)
	}
	other, err := w.IssueToken(w.ctx, policyOp, "trips-board")
	w.must(err)
	refused := func(token string) {
		t.Helper()
		account, err := w.AccountOfToken(w.ctx, token)
		w.refused(err, registry.KindAuthentication, "token")
		if account != "" || token != "" && strings.Contains(err.Error(), token) {
			t.Errorf("%q: %q, %v", token, account, err)
		}
	}
	if first == other || len(other) != 43 {
		t.Errorf("tokens %q, %q", first, other)
	}
	for _, token := range []string{first, "", "x", other + "x", other[:42], strings.ToLower(other), strings.Repeat("A", 43), strings.Repeat("A", 1<<20), "' OR true --"} {
		refused(token)
	}
	w.must(w.srs.Suspend(w.ctx, policyOp, "trips-board", "unpaid"))
	refused(other)
	w.must(w.srs.Resume(w.ctx, policyOp, "trips-board"))
	if account, err := w.AccountOfToken(w.ctx, other); err != nil || account != "trips-board" {
		t.Errorf("%q, %v", account, err)
	}
	entries, err := w.store.History(w.ctx, "registrar", "trips-board")
	w.must(err)
	issued := 0
	for _, e := range entries {
		if e.Action == "token issued" {
			issued++
		}
		if strings.Contains(string(e.State), first) || strings.Contains(string(e.State), other) {
			t.Errorf("history holds a token: %s", e.State)
		}
	}
	if issued != 2 {
		t.Errorf("%d tokens on record", issued)
	}
	_, err = w.IssueToken(w.ctx, policyOp, "registrar-a")
	w.refused(err, registry.KindNotFound, "no such verifier")
	_, err = w.IssueToken(w.ctx, policyOp, "nobody")
	w.refused(err, registry.KindNotFound, "no such")
}
