package e2e

import (
	"testing"
	"time"

	"cadastre/epp"
	"cadastre/registry"
)

// told checks what the answer to a command says of its cost, and the balance, which must
// be the account's.
func (s *story) told(r *reply, fee, credit string) {
	s.t.Helper()
	d, ok := epp.FindExtension[*epp.FeeTransformData](r.Extensions)
	if !ok {
		s.t.Fatalf("after step %d nothing is told of money: %s", s.step, r.frame)
	}
	gotFee, gotCredit := "", ""
	if len(d.Fees) > 0 {
		gotFee = d.Fees[0].Amount
	}
	if len(d.Credits) > 0 {
		gotCredit = d.Credits[0].Amount
	}
	if gotFee != fee || gotCredit != credit || len(d.Fees) > 1 || len(d.Credits) > 1 || d.Balance != registry.AmountText(s.funds(), 2) {
		s.t.Errorf("after step %d: fees %v, credits %v, balance %s; want %q and %q, balance %d", s.step, d.Fees, d.Credits, d.Balance, fee, credit, s.funds())
	}
}

// TestFees follows prices that change at their instant, a premium name through its life,
// and a statement that adds up.
func TestFees(t *testing.T) {
	t.Parallel()
	s := newStory(t, "fee", "2026-01-01T00:00:00Z")
	s.send("contact-create", goodContact("al-holder").create(), 1000)
	create := func(name string) string { return newDomain{name: name, registrant: "al-holder"}.create() }
	all := []string{"create", "renew", "transfer", "restore", "delete", "update", "custom"}
	s.verb(t, new(any), "zone", "price", "example", "--from", "2027-01-01T00:00:00Z", "--create", "12.00", "--renew", "11.00")
	s.verb(t, new(any), "zone", "price", "example", "--class", "gold", "--create", "500.00", "--renew", "20.00", "--transfer", "30.00", "--restore", "40.00")
	s.verb(t, new(any), "premium", "add", "example", "gold-bar", "--class", "gold")
	time.Sleep(1100 * time.Millisecond) // servers look at the settings once a second
	s.send("check", feeCheck(all[:6], "plain.example", "gold-bar.example"), 1000)
	s.send("check-custom", feeCheck(all, "plain.example", "no.such.zone"), 1000)
	s.send("check-premium-without", domainCheck("gold-bar.example"), 1000)
	s.told(s.send("create", create("plain.example"), 1000), "10.00", "")
	s.send("create-too-little", withFee(create("other.example"), "create", "USD", "9.99"), 2004)
	s.send("create-other-currency", withFee(create("other.example"), "create", "EUR", "10.00"), 2004)
	s.told(s.send("create-agreed", withFee(create("other.example"), "create", "USD", "15"), 1000), "10.00", "")
	s.told(s.send("delete-in-grace", domainDelete("other.example"), 1000), "", "-10.00")
	s.send("create-premium-without", create("gold-bar.example"), 2003)
	s.told(s.send("create-premium", withFee(create("gold-bar.example"), "create", "USD", "500.00"), 1000), "500.00", "")
	s.told(s.send("update", domainUpdate("gold-bar.example", status("domain", "clientHold"), "", ""), 1000), "", "")

	// The price changes between one second and the next.
	s.at("2026-12-31T23:59:58Z")
	s.told(s.send("create-before", create("before.example"), 1000), "10.00", "")
	s.at("2027-01-01T00:00:00Z")
	s.told(s.send("create-after", create("after.example"), 1000), "12.00", "")
	s.told(s.send("renew-premium", domainRenew("gold-bar.example", "2027-01-01", years(2)), 1000), "40.00", "")
	s.told(s.send("delete-premium", domainDelete("gold-bar.example"), 1001), "", "-40.00")
	s.send("restore-too-little", withFee(restoreRequest("gold-bar.example"), "update", "USD", "39.99"), 2004)
	s.told(s.send("restore", withFee(restoreRequest("gold-bar.example"), "update", "USD", "50.00"), 1000), "40.00", "")
	s.told(s.send("restore-report", restoreReport("gold-bar.example"), 1000), "40.00", "") // what the delete gave back

	// Another registrar asks for it, at the price of the class.
	auth := withAuth("domain", strongAuthInfo)
	s.send("set-authinfo", domainUpdate("gold-bar.example", "", status("domain", "clientHold"), auth), 1000)
	s.as("registrar-b").send("transfer-without", domainTransfer("request", "gold-bar.example", auth), 2003)
	s.send("transfer-too-little", withFee(domainTransfer("request", "gold-bar.example", auth), "transfer", "USD", "29.99"), 2004)
	before := s.funds()
	s.told(s.send("transfer", withFee(domainTransfer("request", "gold-bar.example", auth), "transfer", "USD", "30.00"), 1001), "30.00", "")
	s.as("registrar-a").send("approve", domainTransfer("approve", "gold-bar.example", ""), 1000)
	s.as("registrar-b").wantFunds(before - 3000)
	s.as("registrar-a")

	var st registry.Statement
	s.verb(t, &st, "registrar", "statement", "registrar-a", "--from", "2026-01-01")
	if st.Closing != s.funds() || len(st.Entries) == 0 {
		t.Errorf("the statement closes with %d after %d entries, the account with %d", st.Closing, len(st.Entries), s.funds())
	}
}

// TestTokens opens a reserved name for the bearer of a token, once.
func TestTokens(t *testing.T) {
	t.Parallel()
	s := newStory(t, "token", "2026-01-01T00:00:00Z")
	s.send("contact-create", goodContact("al-holder").create(), 1000)
	const name = "police.example"
	create := newDomain{name: name, registrant: "al-holder"}.create()
	s.verb(t, new(any), "reserved", "add", "example", "police", "--reason", "For the police")
	var made struct {
		Token string `json:"token"`
	}
	s.verb(t, &made, "token", "add", name, "--registrar", "registrar-a", "--until", "2026-02-01T00:00:00Z")
	time.Sleep(1100 * time.Millisecond) // servers look at the settings once a second
	shown := func(what, frame string, want int) {
		t.Helper()
		s.secret = made.Token
		s.send(what, frame, want)
	}
	s.send("check-reserved", domainCheck(name), 1000)
	shown("check-token", withToken(domainCheck(name, "other.example"), made.Token), 1000)
	s.send("check-wrong-token", withToken(domainCheck(name), "wrong"), 1000)
	s.send("create-reserved", create, 2306)
	s.send("create-wrong-token", withToken(create, "wrong"), 2201)
	shown("create-token-elsewhere", withToken(newDomain{name: "other.example", registrant: "al-holder"}.create(), made.Token), 2201)
	s.as("registrar-b")
	shown("create-as-another", withToken(newDomain{name: name, registrant: "rc-contact1"}.create(), made.Token), 2201)
	s.as("registrar-a")
	shown("create-token", withToken(create, made.Token), 1000)
	s.send("info-token", withExtension(domainInfo(name), `<allocationToken:info xmlns:allocationToken="`+epp.NSAllocationToken+`"/>`), 2303)
	s.send("delete", domainDelete(name), 1000)
	shown("create-again", withToken(create, made.Token), 2201)
	s.at("2026-02-01T00:00:00Z")
}
