package main

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"cadastre/registry"
	"cadastre/whitelist/desk"
)

// cast is who and what a sandbox begins with. Secrets are made once and kept in
// its directory, so that a second start knows them.
type cast struct {
	Registrars    []castAccount `json:"registrars"`
	Verifiers     []castAccount `json:"verifiers"`
	Asker         castAccount   `json:"asker"` // by which the whitelist registry asks this target registry
	OperatorToken string        `json:"operator_token"`
	TSIG          castKey       `json:"tsig"`

	run    only
	path   string
	ca     *devCA
	server tls.Certificate
}

type castAccount struct {
	ID       string `json:"id"`
	IANA     int    `json:"iana,omitempty"`
	Password string `json:"password"`
	Token    string `json:"token,omitempty"`

	cert *x509.Certificate
}

// castKey is the sandbox's one TSIG key.
type castKey struct {
	Name      string `json:"name"`
	Algorithm string `json:"algorithm"`
	Secret    string `json:"secret"` // base64
}

const castFile = "cast.json"

// loadCast reads the cast of a sandbox's directory and makes what is missing.
func loadCast(dir string, run only) (*cast, error) {
	c := &cast{run: run, path: filepath.Join(dir, castFile)}
	data, err := os.ReadFile(c.path)
	if err == nil {
		if err := json.Unmarshal(data, c); err != nil {
			return nil, fmt.Errorf("%s: %w", c.path, err)
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	c.complete()
	if err := c.save(); err != nil {
		return nil, err
	}
	if c.ca, err = openDevCA(filepath.Join(dir, "tls")); err != nil {
		return nil, err
	}
	if c.server, err = c.ca.serverCertificate(); err != nil {
		return nil, err
	}
	for _, a := range c.accounts() {
		if a.cert, err = c.ca.clientCertificate(a.ID); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// complete makes the secrets that are not there yet.
func (c *cast) complete() {
	password := func() string { return rand.Text()[:registry.PlainPasswordLength] }
	for i := len(c.Registrars); i < 3; i++ {
		c.Registrars = append(c.Registrars, castAccount{ID: "registrar-" + string(rune('a'+i)), IANA: 146 + i, Password: password()})
	}
	if c.run.runsWhitelist() {
		for _, p := range castPolicies()[len(c.Verifiers):] {
			c.Verifiers = append(c.Verifiers, castAccount{ID: p.id, Password: password()})
		}
	}
	if c.run == onlyTarget && c.Asker.ID == "" {
		c.Asker = castAccount{ID: "whitelist", Password: password()}
	}
	if c.OperatorToken == "" {
		c.OperatorToken = rand.Text()
	}
	if c.TSIG.Name == "" {
		secret := make([]byte, 32)
		rand.Read(secret) //nolint:errcheck // crypto/rand.Read never fails
		c.TSIG = castKey{"xfr.sandbox.", "hmac-sha256", base64.StdEncoding.EncodeToString(secret)}
	}
}

// accounts are all accounts that this sandbox has.
func (c *cast) accounts() (list []*castAccount) {
	for i := range c.Registrars {
		list = append(list, &c.Registrars[i])
	}
	if c.run.runsWhitelist() {
		for i := range c.Verifiers {
			list = append(list, &c.Verifiers[i])
		}
	}
	if c.run == onlyTarget {
		list = append(list, &c.Asker)
	}
	return list
}

func (c *cast) save() error {
	data, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return err
	}
	return writeSecret(c.path, append(data, '\n'))
}

// seed puts the cast into the registry. Every step looks whether it is done
// already, so that a start that was cut short is made up for.
func (c *cast) seed(ctx context.Context, n *node) error {
	op := registry.Actor{Operator: true, Channel: "cli", SvTRID: "sandbox"}
	for _, z := range castZones(c.run) {
		if err := allowExists(n.srs.AddZone(ctx, op, z)); err != nil {
			return err
		}
	}
	for _, a := range c.accounts() {
		if err := a.seed(ctx, n, op, c.recordOf(a)); err != nil {
			return err
		}
		if a == &c.Asker {
			continue // it only asks, and has nothing to pay with
		}
		if err := a.deposit(ctx, n, op); err != nil {
			return err
		}
	}
	if err := c.seedPolicies(ctx, n, op); err != nil {
		return err
	}
	return seedObjects(ctx, n, c.run)
}

// recordOf is the account as the registry keeps it.
func (c *cast) recordOf(a *castAccount) *registry.Registrar {
	r := &registry.Registrar{ID: a.ID, IANA: a.IANA, Currency: "USD", Email: "abuse@" + a.ID + ".example", Phone: fmt.Sprintf("+1.202555%04d", a.IANA)}
	for _, p := range castPolicies() {
		if p.id == a.ID {
			r.Kind, r.Name, r.Email, r.Phone = registry.VerifierAccount, p.overseer, "board@"+a.ID+".example", ""
			return r
		}
	}
	if a == &c.Asker {
		r.Name, r.Email, r.Phone = "Whitelist registry", "", ""
		return r
	}
	r.Name, r.RDAPBase = "Registrar "+strings.ToUpper(a.ID[len(a.ID)-1:]), "https://rdap."+a.ID+".example/"
	return r
}

// castBalance is a large prepaid balance: ten thousand million.
const castBalance = 1_000_000_000_000

func (a *castAccount) seed(ctx context.Context, n *node, op registry.Actor, r *registry.Registrar) error {
	_, err := n.store.Registrar(ctx, a.ID)
	if registry.IsKind(err, registry.KindNotFound) {
		err = n.srs.AddRegistrar(ctx, op, r, a.Password)
	}
	if err != nil {
		return err
	}
	_, err = n.srs.BindCertificate(ctx, op, a.ID, a.cert)
	return allowExists(err)
}

// deposit gives an account its balance, once.
func (a *castAccount) deposit(ctx context.Context, n *node, op registry.Actor) error {
	entries, err := n.store.Ledger(ctx, a.ID, 1)
	if err == nil && len(entries) == 0 {
		_, err = n.srs.Deposit(ctx, op, a.ID, castBalance)
	}
	return err
}

// seedPolicies adds and grants the policies, and gives the verifiers their tokens.
func (c *cast) seedPolicies(ctx context.Context, n *node, op registry.Actor) error {
	for _, p := range castPolicies() {
		stored, err := n.desk.ShowPolicy(ctx, p.id)
		if registry.IsKind(err, registry.KindNotFound) {
			stored, err = n.desk.AddPolicy(ctx, op, []byte(p.document))
		}
		if err != nil {
			return fmt.Errorf("policy %s: %w", p.id, err)
		}
		// One that the operator withdrew stays withdrawn.
		if stored.State == "proposed" && stored.Version == 1 {
			if _, err := n.desk.GrantPolicy(ctx, op, p.id); err != nil {
				return fmt.Errorf("policy %s: %w", p.id, err)
			}
		}
	}
	if !c.run.runsWhitelist() {
		return nil
	}
	for i := range c.Verifiers {
		if err := c.Verifiers[i].seedToken(ctx, n.desk, op); err != nil {
			return err
		}
	}
	return c.save()
}

func (a *castAccount) seedToken(ctx context.Context, d *desk.Desk, op registry.Actor) (err error) {
	if a.Token != "" {
		if _, err := d.AccountOfToken(ctx, a.Token); err == nil {
			return nil
		}
	}
	a.Token, err = d.IssueToken(ctx, op, a.ID)
	return err
}
