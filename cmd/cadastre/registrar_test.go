package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"cadastre/internal/clock"
	"cadastre/registry"
	"cadastre/registry/srs"
)

// certificate writes a PEM file of a key and a certificate and returns its path
// and the certificate's fingerprint.
func (c *registryCLI) certificate(name string, life time.Duration) (path, fingerprint string) {
	c.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		c.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(life),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		c.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		c.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})
	text = append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	sum := sha256.Sum256(der)
	return c.file(name+".pem", string(text)), hex.EncodeToString(sum[:])
}

// login tries what EPP's login tries.
func (c *registryCLI) login(id, password, fingerprint string) error {
	c.Helper()
	s, err := srs.New(srs.Config{Store: c.store(), Clock: clock.Real{}, ROIDSuffix: "TEST"})
	if err != nil {
		c.Fatal(err)
	}
	_, err = s.Authenticate(context.Background(), srs.Credentials{ID: id, Password: password, Fingerprint: fingerprint},
		registry.Actor{Registrar: id, Channel: "epp", SvTRID: "test"})
	return err
}

func TestRegistrarLife(t *testing.T) {
	c := newRegistryCLI(t)
	c.says([]string{"There are no registrars"}, "registrar", "list")
	cert, fingerprint := c.certificate("acme", time.Hour)
	added := c.object("registrar", "add", "acme", "--name", "Acme Domains", "--iana", "9999", "--email", "abuse@acme.example",
		"--phone", "+1.2025550199", "--rdap-base", "https://rdap.acme.example/", "--credit-limit", "500.00", "--low-balance", "20", "--cert", cert)
	c.wants(added, map[string]any{"id": "acme", "fingerprint": fingerprint})
	password, _ := added["password"].(string)
	if len(password) != registry.PlainPasswordLength {
		t.Fatalf("password %q", password)
	}
	if err := c.login("acme", password, fingerprint); err != nil {
		t.Error(err)
	}

	c.says([]string{"acme: 1000.50 USD deposited, balance 1000.50 USD, credit limit 500.00 USD, warned below 20.00 USD\n"},
		"registrar", "credit", "acme", "--deposit", "1000.50")
	c.wants(c.object("registrar", "credit", "acme", "--limit", "0", "--low-balance", "50.05"), map[string]any{
		"id": "acme", "deposited": 0, "currency": "USD", "balance": 100050, "credit_limit": 0, "low_balance": 5005,
	})
	shown := c.object("registrar", "show", "acme")
	c.wants(shown, map[string]any{
		"id": "acme", "name": "Acme Domains", "iana": 9999, "suspended": false, "email": "abuse@acme.example", "phone": "+1.2025550199",
		"rdap_base": "https://rdap.acme.example/", "currency": "USD", "balance": 100050, "credit_limit": 0, "low_balance": 5005, "domains": 0,
	})
	ledger := shown["ledger"].([]any)[0].(map[string]any)
	c.wants(ledger, map[string]any{"amount": 100050, "currency": "USD", "reason": "deposit", "object": "acme", "other": "cash"})
	if at, err := time.Parse(time.RFC3339, ledger["at"].(string)); err != nil || !strings.HasSuffix(ledger["at"].(string), "Z") || time.Since(at) > time.Hour {
		t.Errorf("at %v: %v", ledger["at"], err)
	}
	c.says([]string{"state         active\n", "balance       1000.50 USD\n", fingerprint, "CN=acme", "deposit"}, "registrar", "show", "acme")
	if out := c.ok("registrar", "show", "acme", "--ledger", "0"); strings.Contains(out, "deposit") {
		t.Errorf("--ledger 0 printed\n%s", out)
	}

	c.says([]string{"acme: suspended: invoice 4711 is unpaid\n"}, "registrar", "suspend", "acme", "--reason", "invoice 4711 is unpaid")
	if err := c.login("acme", password, fingerprint); !registry.IsKind(err, registry.KindAuthClosing) {
		t.Errorf("a suspended registrar logs in: %v", err)
	}
	c.fails(2, "suspended already", "registrar", "suspend", "acme", "--reason", "again")
	c.says([]string{"suspended: invoice 4711 is unpaid"}, "registrar", "list")
	c.wants(c.object("registrar", "resume", "acme"), map[string]any{"id": "acme", "suspended": false})
	c.fails(2, "not suspended", "registrar", "resume", "acme")

	entries, err := c.store().History(context.Background(), "registrar", "acme")
	if err != nil {
		t.Fatal(err)
	}
	var actions []string
	for _, e := range entries {
		actions = append(actions, e.Action)
		if e.Channel != "cli" || e.ClTRID != osUser() || strings.Contains(string(e.State), password) {
			t.Errorf("history %+v", e)
		}
	}
	if got := strings.Join(actions, " "); got != "create certificate bound deposit terms suspend resume" {
		t.Errorf("history says %s", got)
	}
}

// TestRegistrarDataModel sets and shows the model of people of an account.
func TestRegistrarDataModel(t *testing.T) {
	c := newRegistryCLI(t)
	c.ok("registrar", "add", "acme", "--name", "Acme", "--data-model", "minimum")
	c.says([]string{"data model    minimum\n"}, "registrar", "show", "acme")
	c.ok("registrar", "add", "other", "--name", "Other")
	c.wants(c.object("registrar", "show", "other"), map[string]any{"data_model": "maximum"})
	c.ok("registrar", "set", "other", "--data-model", "minimum")
	c.wants(c.object("registrar", "show", "other"), map[string]any{"data_model": "minimum", "name": "Other"})
	c.fails(2, `--data-model "per-registrar": a registrar's data model is maximum or minimum`, "registrar", "set", "acme", "--data-model", "per-registrar")
	c.fails(2, `--data-model "thick": a registrar's data model is maximum or minimum`, "registrar", "add", "third", "--name", "Third", "--data-model", "thick")
	c.ok("zone", "add", "both", "--ns", "ns1.dns.example", "--data-model", "per-registrar")
	c.says([]string{"registryDataModel per-registrar", "supportedContactElements org, street"}, "zone", "show", "both")
	c.fails(2, "the data model is maximum, minimum or per-registrar", "zone", "set", "both", "--data-model", "both")
	c.fails(2, "in the others names may have none", "zone", "set", "both", "--registrants", "genuine")
}

func TestRegistrarPassword(t *testing.T) {
	c := newRegistryCLI(t)
	cert, fingerprint := c.certificate("acme", time.Hour)
	out := c.ok("registrar", "add", "acme", "--name", "Acme", "--cert", cert, "--password-file", c.file("pw", "first-secret\nmore"))
	if strings.Contains(out, "first-secret") || strings.Contains(out, "password") {
		t.Errorf("a given password was printed: %s", out)
	}
	if err := c.login("acme", "first-secret", fingerprint); err != nil {
		t.Error(err)
	}
	out = c.ok("registrar", "password", "acme")
	made := regexp.MustCompile(`password is now ([A-Z2-7]{16}) `).FindStringSubmatch(out)
	if made == nil {
		t.Fatal(out)
	}
	if err := c.login("acme", made[1], fingerprint); err != nil {
		t.Error(err)
	}
	if err := c.login("acme", "first-secret", fingerprint); !registry.IsKind(err, registry.KindAuthentication) {
		t.Errorf("the old password still works: %v", err)
	}
	c.wants(c.object("registrar", "password", "acme", "--password-file", c.file("pw", "third-secret")), map[string]any{"id": "acme", "password": nil})
	if err := c.login("acme", "third-secret", fingerprint); err != nil {
		t.Error(err)
	}
	c.fails(2, "6 to 128 characters", "registrar", "password", "acme", "--password-file", c.file("pw", "short"))
	c.fails(1, "first line is empty", "registrar", "password", "acme", "--password-file", c.file("pw", "\nsecret-2"))
	c.fails(2, "no such registrar", "registrar", "password", "other")
}

func TestRegistrarCertificates(t *testing.T) {
	c := newRegistryCLI(t)
	c.ok("registrar", "add", "acme", "--name", "Acme")
	c.ok("registrar", "add", "other", "--name", "Other")
	c.says([]string{"cannot log in"}, "registrar", "cert", "acme", "list")
	first, firstSum := c.certificate("first", time.Hour)
	second, secondSum := c.certificate("second", time.Hour)
	ended, _ := c.certificate("ended", -time.Minute)
	c.says([]string{"certificate " + firstSum + " bound (CN=first"}, "registrar", "cert", "acme", "add", first)
	c.wants(c.object("registrar", "cert", "acme", "add", second), map[string]any{"fingerprint": secondSum, "subject": "CN=second"})
	if list := c.objects("registrar", "cert", "acme", "list"); len(list) != 2 || list[0]["fingerprint"] != firstSum {
		t.Errorf("%v", list)
	}
	c.fails(2, "bound to an account already", "registrar", "cert", "other", "add", first)
	c.fails(2, "it was valid until", "registrar", "cert", "acme", "add", ended)
	c.fails(2, "no certificate in PEM", "registrar", "cert", "acme", "add", c.file("none.pem", "nothing"))
	c.fails(2, "malformed", "registrar", "cert", "acme", "add", c.file("bad.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"))
	c.fails(1, "larger than", "registrar", "cert", "acme", "add", c.file("big.pem", strings.Repeat("x", maxCertFile+1)))
	c.fails(2, "no such registrar", "registrar", "cert", "nobody", "add", first)
	c.fails(2, "no such registrar", "registrar", "cert", "nobody", "list")
	c.fails(1, "say ID add FILE", "registrar", "cert", "acme", "bind", first)
	colons := strings.ToUpper(regexp.MustCompile(`(..)`).ReplaceAllString(firstSum, "$1:"))
	c.says([]string{"certificate " + firstSum + " removed"}, "registrar", "cert", "acme", "remove", strings.TrimSuffix(colons, ":"))
	c.fails(2, "no such certificate", "registrar", "cert", "acme", "remove", firstSum)
	c.fails(2, "no such certificate", "registrar", "cert", "other", "remove", secondSum)
	c.says([]string{secondSum}, "registrar", "cert", "acme", "list")
}

func TestRegistrarRefusals(t *testing.T) {
	c := newRegistryCLI(t)
	c.shop()
	add := func(args ...string) []string {
		return append([]string{"registrar", "add", "acme", "--name", "Acme"}, args...)
	}
	for _, tc := range []struct {
		status int
		part   string
		args   []string
	}{
		{2, "the registrar exists", []string{"registrar", "add", "registrar-a", "--name", "A"}},
		{2, "3 to 16 characters", []string{"registrar", "add", "ab", "--name", "A"}},
		{2, "--name", []string{"registrar", "add", "acme", "--name", " "}},
		{2, "control characters", []string{"registrar", "add", "acme", "--name", "A\x1b[2J"}},
		{2, "at most 255", []string{"registrar", "add", "acme", "--name", strings.Repeat("é", 200)}},
		{1, `required flag(s) "name"`, []string{"registrar", "add", "acme"}},
		{2, "--email", add("--email", "abuse")},
		{2, "--phone", add("--phone", "2025550199")},
		{2, "--rdap-base", add("--rdap-base", "rdap.acme.example")},
		{2, "--iana", add("--iana", "-1")},
		{2, "prices are in USD", add("--currency", "EUR")},
		{2, "--credit-limit", add("--credit-limit", "-1")},
		{2, "--low-balance", add("--low-balance", "1.234")},
		{1, "no such file", add("--cert", filepath.Join(c.dir, "none.pem"))},
		{1, "no such file", add("--password-file", filepath.Join(c.dir, "none"))},
		{1, "say what to do", []string{"registrar", "credit", "registrar-a"}},
		{2, "above zero", []string{"registrar", "credit", "registrar-a", "--deposit", "0.00"}},
		{2, "not an amount", []string{"registrar", "credit", "registrar-a", "--deposit", "-5"}},
		{2, "not an amount", []string{"registrar", "credit", "registrar-a", "--limit", "5", "--deposit", "1,000"}},
		{2, "no such registrar", []string{"registrar", "credit", "nobody", "--deposit", "5"}},
		{2, "no such registrar", []string{"registrar", "show", "nobody"}},
		{2, "no such registrar", []string{"registrar", "suspend", "nobody", "--reason", "x"}},
		{2, "--reason", []string{"registrar", "suspend", "registrar-a", "--reason", ""}},
	} {
		c.fails(tc.status, tc.part, tc.args...)
	}
	if list := c.objects("registrar", "list"); len(list) != 1 || list[0]["balance"] != 0.0 || list[0]["credit_limit"] != 0.0 {
		t.Errorf("a refused command did something: %v", list)
	}
}

// TestRegistrarCertTaken: the account is opened although its certificate belongs
// to another; the password is told, and the refusal too.
func TestRegistrarCertTaken(t *testing.T) {
	c := newRegistryCLI(t)
	cert, _ := c.certificate("first", time.Hour)
	c.ok("registrar", "add", "first", "--name", "First", "--cert", cert)
	stdout, stderr, status := c.try("registrar", "add", "second", "--name", "Second", "--cert", cert)
	if status != 2 || !strings.Contains(stderr, "bound to an account already") || !strings.Contains(stdout, "password ") || strings.Contains(stdout, "bound") {
		t.Errorf("status %d, %q, %q", status, stdout, stderr)
	}
}

// TestVerbsNeedARegistry: without --dir or --config the verbs say so.
func TestVerbsNeedARegistry(t *testing.T) {
	var out strings.Builder
	err := run(context.Background(), []string{"registrar", "list"}, nil, &out, &out)
	if err == nil || !strings.Contains(err.Error(), "--dir DIR") {
		t.Errorf("%v", err)
	}
	err = run(context.Background(), []string{"zone", "list", "--dir", t.TempDir()}, nil, &out, &out)
	if err == nil || !strings.Contains(err.Error(), "no sandbox runs") {
		t.Errorf("%v", err)
	}
}
