package interop

import (
	"crypto/tls"
	"errors"
	"slices"
	"testing"
	"time"

	domainr "github.com/domainr/epp"

	"cadastre/epp"
	"cadastre/epp/client"
)

// domainrSession logs in with github.com/domainr/epp, for all services of the greeting.
func domainrSession(t *testing.T, s *Sandbox, id string) *domainr.Conn {
	t.Helper()
	me, cfg := s.Account(id), s.ClientConfig(id)
	raw, err := tls.Dial("tcp", cfg.Addr, &tls.Config{
		RootCAs: cfg.RootCAs, ServerName: cfg.ServerName, Certificates: []tls.Certificate{*cfg.Certificate},
	})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := domainr.NewTimeoutConn(raw, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Login(me.ID, me.Password, ""); err != nil {
		t.Fatal(err)
	}
	return conn
}

// domainrTour follows a domain through its life with github.com/domainr/epp, which checks
// and informs; what it has no commands for is sent by the product's own client.
func domainrTour(t *testing.T, s *Sandbox) {
	const name, auth = "domainr.example", "Domainr-7hx!dK2v-w9Zq#Rb"
	conn := domainrSession(t, s, "registrar-b")
	if !conn.SupportsExtension(epp.NSRGP) || !conn.SupportsExtension(epp.NSSecDNS) {
		t.Errorf("the greeting as read: %+v", conn.Greeting)
	}
	if err := conn.Hello(); err != nil {
		t.Errorf("hello: %v", err)
	}
	domainrChecks(t, conn, map[string]bool{name: true, "free.example": true, "taken.example": false})
	var refused *domainr.Result
	if _, err := conn.DomainInfo(name, nil); !errors.As(err, &refused) || refused.Code != 2303 {
		t.Errorf("info of an unknown name: %v", err)
	}

	a, b := s.Login("registrar-a"), s.Login("registrar-b")
	mustDo(t, a, &epp.ContactCreate{
		ID: "domainr-contact", Email: "ann@example.net",
		PostalInfo: []epp.PostalInfo{{Type: "int", Name: "Ann Example", Addr: epp.PostalAddress{City: "Miami", CC: "US"}}},
	})
	mustDo(t, a, &epp.DomainCreate{Name: name, Registrant: "domainr-contact"})
	domainrChecks(t, conn, map[string]bool{name: false})
	created := domainrInfo(t, conn, name, "registrar-a", "inactive")
	if created.ID == "" || !created.ExDate.Equal(created.CrDate.AddDate(1, 0, 0)) || !created.TrDate.IsZero() {
		t.Errorf("created: %+v", created)
	}
	mustDo(t, a, &epp.DomainRenew{Name: name, CurExpDate: created.ExDate.Truncate(24 * time.Hour)})
	mustDo(t, a, &epp.DomainUpdate{Name: name, Chg: &epp.DomainChange{AuthInfo: &epp.AuthInfo{PW: auth}}})
	mustDo(t, b, &epp.DomainTransfer{Op: epp.TransferRequest, Name: name, AuthInfo: &epp.AuthInfo{PW: auth}})
	asked := domainrInfo(t, conn, name, "registrar-a", "inactive", "pendingTransfer")
	if !asked.ExDate.Equal(created.ExDate.AddDate(1, 0, 0)) {
		t.Errorf("renewed: %+v", asked)
	}
	mustDo(t, a, &epp.DomainTransfer{Op: epp.TransferApprove, Name: name})
	moved := domainrInfo(t, conn, name, "registrar-b", "inactive")
	if moved.TrDate.IsZero() || !moved.ExDate.Equal(asked.ExDate.AddDate(1, 0, 0)) || moved.ID != created.ID {
		t.Errorf("transferred: %+v", moved)
	}

	s.advance("10d")
	mustDo(t, b, &epp.DomainDelete{Name: name})
	domainrInfo(t, conn, name, "registrar-b", "inactive", "pendingDelete")
	mustExtended(t, b, &epp.DomainUpdate{Name: name, Chg: &epp.DomainChange{}}, &epp.RGPUpdate{Op: epp.RGPRequest})
	domainrInfo(t, conn, name, "registrar-b", "inactive", "pendingDelete")
	s.advance("90d") // no report came: purged in the end
	domainrChecks(t, conn, map[string]bool{name: true})
	if err := conn.Close(); err != nil {
		t.Errorf("logout: %v", err)
	}
}

func domainrChecks(t *testing.T, conn *domainr.Conn, want map[string]bool) {
	t.Helper()
	var names []string
	for name := range want {
		names = append(names, name)
	}
	resp, err := conn.CheckDomain(names...)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, c := range resp.Checks {
		got[c.Domain] = c.Available
	}
	for name, free := range want {
		if available, told := got[name]; !told || available != free {
			t.Errorf("check of %s: %+v", name, resp.Checks)
		}
	}
}

// domainrInfo demands a sponsor and exactly these statuses.
func domainrInfo(t *testing.T, conn *domainr.Conn, name, sponsor string, statuses ...string) *domainr.DomainInfoResponse {
	t.Helper()
	info, err := conn.DomainInfo(name, nil)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(info.Status)
	if info.Domain != name || info.ClID != sponsor || !slices.Equal(info.Status, statuses) {
		t.Errorf("want %s of %s with %v, got %+v", name, sponsor, statuses, info)
	}
	return info
}

// mustExtended sends a command with an extension, which has to succeed.
func mustExtended(t *testing.T, conn *client.Conn, body epp.Body, ext epp.Extension) {
	t.Helper()
	resp, err := conn.Do(t.Context(), &epp.Command{Body: body, Extensions: []epp.Extension{ext}})
	if err == nil {
		err = client.Failure(resp)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// advance moves the sandbox's clock.
func (s *Sandbox) advance(by string) {
	s.t.Helper()
	if out := s.Run("", "dev", "clock", "--dir", s.Dir, "advance", by); out.Status != 0 {
		s.t.Fatalf("dev clock: %s", out.Stderr)
	}
}
