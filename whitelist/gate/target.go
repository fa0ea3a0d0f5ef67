package gate

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"

	"cadastre/registry"
)

// Target is a target registry as it announces itself to a whitelist registry: the
// zones it takes registrations in, and an EPP account by which it can be asked
// which of their names are registered. It holds secrets.
type Target struct {
	Zones      []string `json:"zones"`       // canonical
	Addr       string   `json:"addr"`        // EPP server, host:port
	ServerName string   `json:"server_name"` // expected in its certificate; "" means the host of Addr
	CA         string   `json:"ca"`          // PEM certificates its own may come from
	ID         string   `json:"id"`          // account
	Password   string   `json:"password"`
	Cert       string   `json:"cert"` // the account's certificate and key, PEM
	Key        string   `json:"key"`
}

// Limits of an announcement.
const (
	MaxAnnouncement = 64 << 10 // octets of JSON
	maxTargetZones  = 1000
)

// DecodeTarget reads the JSON form of an announcement; it refuses unknown keys, more
// than MaxAnnouncement octets, and what Target.Check refuses. Errors hold no secrets.
func DecodeTarget(data []byte) (Target, error) {
	var t Target
	if len(data) > MaxAnnouncement {
		return t, fmt.Errorf("an announcement has at most %d octets", MaxAnnouncement)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&t); err != nil {
		return Target{}, fmt.Errorf("announcement: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Target{}, errors.New("announcement: something follows it")
	}
	if _, _, err := t.check(); err != nil {
		return Target{}, err
	}
	return t, nil
}

// check refuses a target that could not be asked, and gives how it is asked.
func (t Target) check() (server EPPServer, account EPPAccount, err error) {
	fail := func(format string, args ...any) (EPPServer, EPPAccount, error) {
		return EPPServer{}, EPPAccount{}, fmt.Errorf("announcement: "+format, args...)
	}
	if len(t.Zones) == 0 || len(t.Zones) > maxTargetZones {
		return fail("zones: between 1 and %d", maxTargetZones)
	}
	for _, z := range t.Zones {
		if c, err := registry.CanonicalName(z, "zones"); err != nil || c != z {
			return fail("zones: %q is no canonical name", z)
		}
	}
	host, port, err := net.SplitHostPort(t.Addr)
	if n, bad := strconv.ParseUint(port, 10, 16); err != nil || bad != nil || n == 0 || host == "" || len(t.Addr) > 300 {
		return fail("addr: %q is no host:port", t.Addr)
	}
	if len(t.ServerName) > 253 {
		return fail("server_name: too long")
	}
	if registry.CheckRegistrarID(t.ID) != nil {
		return fail("id: %q is no account", t.ID)
	}
	if registry.CheckPassword(t.Password, "password") != nil {
		return fail("password: of the wrong length")
	}
	server = EPPServer{Addr: t.Addr, ServerName: t.ServerName, RootCAs: x509.NewCertPool()}
	if !server.RootCAs.AppendCertsFromPEM([]byte(t.CA)) {
		return fail("ca: no certificate in it")
	}
	account = EPPAccount{ID: t.ID, Password: t.Password}
	if account.Certificate, err = tls.X509KeyPair([]byte(t.Cert), []byte(t.Key)); err != nil {
		return fail("cert and key are no pair")
	}
	return server, account, nil
}
