package main

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"strings"

	"cadastre/registry"
	"cadastre/registry/srs"
	"cadastre/registry/store"
)

// cast is who and what a sandbox begins with. Secrets are made once and kept in
// its directory, so that a second start knows them.
type cast struct {
	Registrars    []castRegistrar `json:"registrars"`
	OperatorToken string          `json:"operator_token"`

	server tls.Certificate
}

type castRegistrar struct {
	ID       string `json:"id"`
	IANA     int    `json:"iana"`
	Password string `json:"password"`

	cert *x509.Certificate
}

const castFile = "cast.json"

// loadCast reads the cast of a sandbox's directory and makes what is missing.
func loadCast(dir string) (*cast, error) {
	c := &cast{}
	path := filepath.Join(dir, castFile)
	data, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		for i, id := range []string{"registrar-a", "registrar-b", "registrar-c"} {
			c.Registrars = append(c.Registrars, castRegistrar{ID: id, IANA: 146 + i, Password: rand.Text()[:registry.MaxPasswordLength]})
		}
		c.OperatorToken = rand.Text()
		if data, err = json.MarshalIndent(c, "", "  "); err != nil {
			return nil, err
		}
		if err := writeSecret(path, append(data, '\n')); err != nil {
			return nil, err
		}
	case err != nil:
		return nil, err
	default:
		if err := json.Unmarshal(data, c); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	ca, err := openDevCA(filepath.Join(dir, "tls"))
	if err != nil {
		return nil, err
	}
	if c.server, err = ca.serverCertificate(); err != nil {
		return nil, err
	}
	for i := range c.Registrars {
		if c.Registrars[i].cert, err = ca.clientCertificate(c.Registrars[i].ID); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// seed puts the cast into the registry. Every step looks whether it is done
// already, so that a start that was cut short is made up for.
func (c *cast) seed(ctx context.Context, s *srs.SRS, st *store.Store) error {
	op := registry.Actor{Operator: true, Channel: "cli", SvTRID: "sandbox"}
	for _, z := range castZones() {
		if err := allowExists(s.AddZone(ctx, op, z)); err != nil {
			return err
		}
	}
	for _, r := range c.Registrars {
		if err := r.seed(ctx, s, st, op); err != nil {
			return err
		}
	}
	// Objects are made once: what a registrar deleted later stays deleted.
	made, err := st.History(ctx, "domain", castDomain)
	if err != nil || len(made) >= 2 {
		return err
	}
	return seedObjects(ctx, s)
}

// castBalance is a large prepaid balance: ten thousand million.
const castBalance = 1_000_000_000_000

func (r castRegistrar) seed(ctx context.Context, s *srs.SRS, st *store.Store, op registry.Actor) error {
	_, err := st.Registrar(ctx, r.ID)
	if registry.IsKind(err, registry.KindNotFound) {
		letter := r.ID[len(r.ID)-1]
		err = s.AddRegistrar(ctx, op, &registry.Registrar{
			ID: r.ID, Name: "Registrar " + strings.ToUpper(string(letter)), IANA: r.IANA, Currency: "USD",
			Email: "abuse@" + r.ID + ".example", Phone: fmt.Sprintf("+1.202555%04d", r.IANA),
			RDAPBase: "https://rdap." + r.ID + ".example/",
		}, r.Password)
	}
	if err != nil {
		return err
	}
	entries, err := st.Ledger(ctx, r.ID, 1)
	if err != nil {
		return err
	}
	if len(entries) == 0 {
		if _, err := s.Deposit(ctx, op, r.ID, castBalance); err != nil {
			return err
		}
	}
	_, err = s.BindCertificate(ctx, op, r.ID, r.cert)
	return allowExists(err)
}

// castZones are the sandbox's target zones.
func castZones() []*registry.Zone {
	var zones []*registry.Zone
	for _, name := range []string{"example", "extension", "trips", "domains", "management", "community"} {
		z := registry.NewZone(name, registry.TargetZone)
		for _, ns := range []string{"ns1", "ns2"} {
			z.DNS.Nameservers = append(z.DNS.Nameservers, registry.ApexServer{
				Name: ns + ".nic." + name, Addrs: []netip.Addr{netip.MustParseAddr("127.0.0.1")},
			})
		}
		switch name {
		case "example":
			z.IDNTables = []string{"Latn"}
		case "extension":
			z.Policy.Registrants = registry.GenuineRegistrants
			z.Periods.Redemption = registry.Duration(180 * registry.Day)
		case "community":
			z.Suffixes = append(z.Suffixes, "seattle.community", "east.kingcounty.community")
		}
		zones = append(zones, z)
	}
	return zones
}

// castDomain is created, then delegated: its history has two lines when done.
const castDomain = "taken.example"

// seedObjects gives registrar-c the objects that are registered already.
func seedObjects(ctx context.Context, s *srs.SRS) error {
	c := registry.Actor{Registrar: "registrar-c", Channel: "cli", SvTRID: "sandbox"}
	for i, handle := range []string{"rc-contact1", "rc-contact2"} {
		_, err := s.CreateContact(ctx, c, registry.ContactCreate{
			Handle: handle, Email: handle + "@registrar-c.example", Voice: &registry.Phone{Number: fmt.Sprintf("+1.20255501%02d", i)},
			Postal: []registry.PostalInfo{{
				Type: "int", Name: fmt.Sprintf("Contact %d", i+1), Street: []string{"1 Main Street"}, City: "Seattle", SP: "WA", PC: "98101", CC: "US",
			}},
		})
		if err := allowExists(err); err != nil {
			return err
		}
	}
	const domain = castDomain
	_, err := s.CreateDomain(ctx, c, registry.DomainCreate{Name: domain, Registrant: "rc-contact1"})
	if err := allowExists(err); err != nil {
		return err
	}
	hosts := []registry.HostCreate{
		{Name: "ns1." + domain, Addrs: []registry.HostAddr{{Version: "v4", Text: "208.77.190.193"}, {Version: "v6", Text: "2602:800:900e:1257::1"}}},
		{Name: "ns2." + domain, Addrs: []registry.HostAddr{{Version: "v4", Text: "208.77.190.194"}, {Version: "v6", Text: "2602:800:900e:1257::2"}}},
	}
	var names []string
	for _, h := range hosts {
		_, err := s.CreateHost(ctx, c, h)
		// The superordinate domain may be somebody else's by now.
		if err := allowExists(err); err != nil && !registry.IsKind(err, registry.KindAuthorization) {
			return err
		}
		names = append(names, h.Name)
	}
	v, err := s.InfoDomain(ctx, c, domain, nil)
	if err != nil || len(v.Nameservers) > 0 || v.Registrar != c.Registrar || v.Version > 1 {
		return err
	}
	return s.UpdateDomain(ctx, c, registry.DomainUpdate{Name: domain, AddHosts: names})
}

func allowExists(err error) error {
	if registry.IsKind(err, registry.KindExists) {
		return nil
	}
	return err
}
