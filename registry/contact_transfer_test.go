package registry

import (
	"testing"
	"time"
)

func TestContactTransfer(t *testing.T) {
	now := day(2026, 6, 1)
	auth, err := NewAuthInfo("q8Z!w3e#R5t%Y7u&I9o(", "contact:pw", now)
	if err != nil {
		t.Fatal(err)
	}
	fresh := func() *Contact {
		return &Contact{Handle: "al-1", Registrar: "registrar-a", Kind: RealContact, AuthInfo: auth, Version: 1}
	}
	c := fresh()
	if err := c.RequestTransfer(gaining, ContactTransferWindow, "", now); err != nil {
		t.Fatal(err)
	}
	at := now.Add(5 * Day)
	if s, done := c.At(at.Add(-time.Microsecond)); done || s.Registrar != "registrar-a" || !s.ShownStatuses().Has(PendingTransfer) || s.ShownStatuses().Has(OK) {
		t.Errorf("just before: %+v", s)
	}
	s, done := c.At(at)
	if !done || s.Registrar != "registrar-b" || s.AuthInfo.IsSet() || !s.Transferred.Equal(at) || s.Version != 3 || !s.ShownStatuses().Has(OK) {
		t.Errorf("at the instant: %+v", s)
	}
	if again, done := s.At(at.Add(Day)); done || again.Version != 3 {
		t.Errorf("and again: %+v", again)
	}
	if err := c.RequestTransfer(Actor{Registrar: "registrar-c"}, ContactTransferWindow, "", now); !IsKind(err, KindPendingTransfer) {
		t.Errorf("a second request: %v", err)
	}
	email := "new@mail.example"
	if err := c.Update(losing, ContactUpdate{Email: &email}, nil, GenuineUse{}, now); !IsKind(err, KindStatus) {
		t.Errorf("update while it is under way: %v", err)
	}
	if err := c.CheckDelete(losing, nil); !IsKind(err, KindStatus) {
		t.Errorf("delete while it is under way: %v", err)
	}
	proxy := &Contact{Handle: "px-1", Registrar: "registrar-a", Kind: ProxyContact}
	if err := proxy.changeKind(losing, KindChange{RealContact: &c.Handle}, c); !IsKind(err, KindAssociation) {
		t.Errorf("a link to a contact that may go: %v", err)
	}
	if err := c.EndTransfer(gaining, ClientApproved, now); !IsKind(err, KindAuthorization) {
		t.Errorf("approved by the wrong side: %v", err)
	}
	if err := c.EndTransfer(losing, ClientRejected, now); err != nil || c.Registrar != "registrar-a" || !c.AuthInfo.IsSet() || !c.DueAt().IsZero() {
		t.Errorf("rejected: %v %+v", err, c)
	}
	if err := c.EndTransfer(losing, ClientRejected, now); !IsKind(err, KindNotPendingTransfer) {
		t.Errorf("rejected twice: %v", err)
	}

	for _, one := range []struct {
		name   string
		change func(*Contact)
		proxy  string
		kind   Kind
	}{
		{"one's own", func(c *Contact) { c.Registrar = "registrar-b" }, "", KindNotTransferable},
		{"locked", func(c *Contact) { c.Statuses = Statuses{ClientTransferProhibited} }, "", KindStatus},
		{"a linked proxy", func(c *Contact) { c.Kind, c.RealID, c.RealContact = ProxyContact, 7, "al-2" }, "", KindAssociation},
		{"behind a proxy", func(*Contact) {}, "px-1", KindAssociation},
	} {
		c := fresh()
		one.change(c)
		if err := c.RequestTransfer(gaining, ContactTransferWindow, one.proxy, now); !IsKind(err, one.kind) || c.Transfer != nil {
			t.Errorf("%s: %v", one.name, err)
		}
	}
	c = fresh()
	if err := c.RequestTransfer(gaining, 0, "", now); err != nil || c.Registrar != "registrar-b" || c.Version != 2 || c.Transfer.Status != ServerApproved {
		t.Errorf("at once: %v %+v", err, c)
	}
}

// TestAuthInfoMatches: nothing matches unset information, and nothing is matched by the
// empty value (RFC 9154, Section 4.4).
func TestAuthInfoMatches(t *testing.T) {
	const value = "q8Z!w3e#R5t%Y7u&I9o("
	set, err := NewAuthInfo(value, "domain:pw", day(2026, 1, 1))
	if err != nil {
		t.Fatal(err)
	}
	if !set.Matches(value) || set.Matches("") || set.Matches(value+" ") || (AuthInfo{}).Matches("") || (AuthInfo{}).Matches(value) {
		t.Error("a value matches that must not, or does not that must")
	}
}
