package e2e

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"math/big"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"cadastre/epp"
	"cadastre/internal/clock"
	"cadastre/internal/clock/clockhttp"
	"cadastre/registry"
	"cadastre/registry/srs"
)

// stormBox is a sandbox with registrars of its own and names that are about to be purged.
type stormBox struct {
	*sandbox
	registrars []*stormRegistrar
	names      []string
	purges     []time.Time // of the names, in their order
}

// stormRegistrar is a registrar with so many sessions.
type stormRegistrar struct {
	id       string
	sessions int
	conf     *tls.Config
}

const stormPassword = "storm-pw-2026"

// newStormBox opens an account for each number of sessions.
func newStormBox(t *testing.T, names int, sessions []int) *stormBox {
	b := &stormBox{sandbox: newSandbox(t, "--sessions", "100", "--log-level", "warn")}
	accounts, err := srs.New(srs.Config{Store: b.openStore(t), Clock: clock.NewOffset(0), ROIDSuffix: "ICANNRST"})
	if err != nil {
		t.Fatal(err)
	}
	op := registry.Actor{Operator: true, Channel: "cli", SvTRID: "storm"}
	for i, n := range sessions {
		r := &stormRegistrar{id: fmt.Sprintf("storm-%03d", i), sessions: n, conf: b.endpoint().tlsConfig(t, "")}
		cert, pair := ownCertificate(t, r.id)
		r.conf.Certificates = []tls.Certificate{pair}
		err := accounts.AddRegistrar(t.Context(), op, &registry.Registrar{ID: r.id, Name: r.id, Currency: "USD"}, stormPassword)
		if err == nil {
			_, err = accounts.BindCertificate(t.Context(), op, r.id, cert)
		}
		if err == nil {
			_, err = accounts.Deposit(t.Context(), op, r.id, 1_000_000)
		}
		if err != nil {
			t.Fatal(err)
		}
		b.registrars = append(b.registrars, r)
	}
	b.plant(t, names)
	return b
}

// ownCertificate is a certificate that nobody but its holder signed: what counts is that it
// is bound to the account.
func ownCertificate(t *testing.T, name string) (*x509.Certificate, tls.Certificate) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert, tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// plant registers names and deletes them ten minutes apart, so that they are purged ten
// minutes apart.
func (b *stormBox) plant(t *testing.T, count int) {
	a := b.login(t, "registrar-a")
	a.do(t, goodContact("al-holder").create()).want(t, 1000)
	for i := range count {
		b.names = append(b.names, fmt.Sprintf("storm-%03d.example", i))
		a.do(t, newDomain{name: b.names[i], registrant: "al-holder"}.create()).want(t, 1000)
	}
	b.move(t, "advance", "10d")
	for _, name := range b.names {
		a.do(t, domainDelete(name)).want(t, 1001)
		b.move(t, "advance", "10m")
	}
	conn, err := pgx.Connect(t.Context(), b.info.Database.DSN)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background()) //nolint:errcheck // nothing is lost
	rows, err := conn.Query(t.Context(), `SELECT purge_at FROM domains WHERE name LIKE 'storm-%' ORDER BY name`)
	if err == nil {
		b.purges, err = pgx.CollectRows(rows, pgx.RowTo[time.Time])
	}
	if err != nil || len(b.purges) != count {
		t.Fatalf("%d names to be purged: %v", len(b.purges), err)
	}
	b.move(t, "set", b.purges[0].Add(-9*time.Minute).Format(time.RFC3339Nano))
}

// move moves the clock, quicker than the verb.
func (b *stormBox) move(t *testing.T, op, arg string) {
	t.Helper()
	if _, err := (clockhttp.Remote{URL: b.info.Admin.URL, Token: b.info.Operator.Token}).Ask(t.Context(), op, arg); err != nil {
		t.Fatalf("clock %s %s: %v", op, arg, err)
	}
}

// stormSession is one session of a registrar.
type stormSession struct {
	*session
	registrar int
}

// loginAll opens all sessions, some at a time.
func (b *stormBox) loginAll(t *testing.T) (list []*stormSession) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	places := make(chan struct{}, 16)
	for i, r := range b.registrars {
		for range r.sessions {
			places <- struct{}{}
			wg.Go(func() {
				defer func() { <-places }()
				s, err := b.endpoint().tryConnect(t, r.conf)
				if err != nil {
					t.Errorf("%s: %v", r.id, err)
					return
				}
				t.Cleanup(func() { s.conn.Close() })
				s.do(t, loginCommand(r.id, stormPassword)).want(t, 1000)
				mu.Lock()
				defer mu.Unlock()
				list = append(list, &stormSession{s, i})
			})
		}
	}
	wg.Wait()
	if t.Failed() {
		t.FailNow()
	}
	return list
}

// create sends a create and gives the code of its answer. Of a thousand sessions' answers
// not every one is put down for the schemas.
func (s *stormSession) create(name string) (int, error) {
	if err := s.send([]byte(newDomain{name: name, registrant: "al-holder"}.create())); err != nil {
		return 0, err
	}
	if err := s.conn.SetReadDeadline(time.Now().Add(answerLimit)); err != nil {
		return 0, err
	}
	frame, err := readFrame(s.conn)
	if err != nil {
		return 0, err
	}
	resp, err := epp.DecodeResponse(frame)
	if err != nil {
		return 0, errors.Join(err, errors.New(string(frame)))
	}
	return int(resp.Code()), nil
}
