package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"time"

	"github.com/jackc/pgx/v5"

	"cadastre/epp"
	"cadastre/internal/clock"
	"cadastre/internal/clock/clockhttp"
	"cadastre/registry"
	"cadastre/registry/srs"
	"cadastre/registry/store"
)

// stormHolder is the registrant of every name.
const stormHolder = "bench-holder"

// stormFunds is more than all names cost, in minor units.
const stormFunds = 10_000_000

// stormPassword is every registrar's.
const stormPassword = "storm-pw-2026"

// addRegistrar opens an account with funds, and gives the configuration of its sessions.
func (s *storm) addRegistrar(ctx context.Context, accounts *srs.SRS, id string) (*tls.Config, error) {
	op := registry.Actor{Operator: true, Channel: "cli", SvTRID: "bench"}
	cert, pair, err := ownCertificate(id)
	if err != nil {
		return nil, err
	}
	err = accounts.AddRegistrar(ctx, op, &registry.Registrar{ID: id, Name: id, Currency: "USD"}, stormPassword)
	if err == nil {
		_, err = accounts.BindCertificate(ctx, op, id, cert)
	}
	if err == nil {
		_, err = accounts.Deposit(ctx, op, id, stormFunds)
	}
	if err != nil {
		return nil, err
	}
	conf, err := s.sandbox.tlsConfig(nil)
	if err == nil {
		conf.Certificates = []tls.Certificate{pair}
	}
	return conf, err
}

// ownCertificate is signed by nobody but its holder: what counts is that it is bound to the
// account.
func ownCertificate(name string) (*x509.Certificate, tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, tls.Certificate{}, err
	}
	cert, err := x509.ParseCertificate(der)
	return cert, tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}

// openAccounts opens the registry's use cases on the sandbox's database.
func (s *storm) openAccounts(ctx context.Context) (*srs.SRS, *store.Store, error) {
	st, err := store.Open(ctx, store.Config{DSN: s.sandbox.info.Database.DSN, MaxConns: 2})
	if err != nil {
		return nil, nil, err
	}
	accounts, err := srs.New(srs.Config{Store: st, Clock: clock.NewOffset(0), ROIDSuffix: "BENCH"})
	if err != nil {
		st.Close()
	}
	return accounts, st, err
}

// plant registers names, and deletes them ten minutes apart, so that they are purged ten
// minutes apart.
func (s *storm) plant(ctx context.Context, count int) error {
	c, err := s.sandbox.loginAs(ctx, s.sandbox.registrarOf(0))
	if err != nil {
		return err
	}
	defer c.close()
	if err := c.do(contactBody(stormHolder), "1000"); err != nil {
		return err
	}
	for n := range count {
		if err := c.do(&epp.DomainCreate{Name: stormName(n), Registrant: stormHolder}, "1000"); err != nil {
			return err
		}
	}
	if err := s.sandbox.clock(ctx, "advance", "10d"); err != nil {
		return err
	}
	for n := range count {
		if err := c.do(&epp.DomainDelete{Name: stormName(n)}, "1001"); err != nil {
			return err
		}
		if err := s.sandbox.clock(ctx, "advance", "10m"); err != nil {
			return err
		}
	}
	conn, err := pgx.Connect(ctx, s.sandbox.info.Database.DSN)
	if err != nil {
		return err
	}
	defer conn.Close(ctx) //nolint:errcheck // nothing is lost
	rows, err := conn.Query(ctx, `SELECT purge_at FROM domains WHERE name LIKE 'storm-%' ORDER BY name`)
	if err != nil {
		return err
	}
	s.purges, err = pgx.CollectRows(rows, pgx.RowTo[time.Time])
	if err == nil && len(s.purges) != count {
		err = fmt.Errorf("%d names are to be purged, not %d", len(s.purges), count)
	}
	return err
}

// clock moves the sandbox's business clock.
func (s *sandbox) clock(ctx context.Context, op, arg string) error {
	if _, err := (clockhttp.Remote{URL: s.info.Admin.URL, Token: s.info.Operator.Token}).Ask(ctx, op, arg); err != nil {
		return fmt.Errorf("clock %s %s: %w", op, arg, err)
	}
	return nil
}

// winners counts what each name came to: how many creates succeeded, domains there are and
// charges were made. All are one.
func (s *storm) winners(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, s.sandbox.info.Database.DSN)
	if err != nil {
		return err
	}
	defer conn.Close(ctx) //nolint:errcheck // nothing is lost
	for n := range s.purges {
		var domains, charges int
		err := conn.QueryRow(ctx, `SELECT count(*),
			(SELECT count(*) FROM ledger l WHERE object = $1 AND reason = 'create' AND l.debit LIKE '%storm-%')
			FROM domains WHERE name = $1`, stormName(n)).Scan(&domains, &charges)
		if err != nil {
			return err
		}
		if won := s.won[n].Load(); won != 1 || domains != 1 || charges != 1 {
			return fmt.Errorf("%s: %d creates succeeded, %d domains, %d charges", stormName(n), won, domains, charges)
		}
	}
	return nil
}
