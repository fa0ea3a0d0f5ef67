package server

import (
	"context"
	"net/netip"
	"slices"
	"sync"
	"time"

	"cadastre/registry"
	"cadastre/registry/srs"
)

// memory is a registry without rules or storage, for tests that are about sessions. It
// remembers names and nothing about them. The stories run on the real one.
type memory struct {
	mu       sync.Mutex
	accounts map[string]*account
	names    map[string]bool // "domain:a.example"
	calls    []string        // methods called that are use cases
	actors   []registry.Actor
	created  registry.DomainCreate // the last request
	message  registry.PollMessage  // at the head of every queue

	// hook runs before every use case; its error is the use case's.
	hook func(ctx context.Context, method string) error
}

type account struct {
	password, fingerprint string
	suspended             bool
	iana                  int
	kind                  registry.AccountKind
}

// Passwords of the cast.
const (
	alphaPassword = "alpha-Secret-1"
	betaPassword  = "beta-Secret-22"
	boardPassword = "board-Secret-3"
)

func newMemory() *memory {
	return &memory{
		names:   map[string]bool{},
		message: registry.PollMessage{ID: 7, Queued: memoryNow, Text: "Balance < 100 & falling", Lang: "en"},
		accounts: map[string]*account{
			"registrar-a": {password: alphaPassword, fingerprint: alphaCert().fingerprint(), iana: 146, kind: registry.RegistrarAccount},
			"registrar-b": {password: betaPassword, fingerprint: betaCert().fingerprint()},
			"trips-board": {password: boardPassword, fingerprint: boardCert().fingerprint(), kind: registry.VerifierAccount},
			"expired":     {password: alphaPassword, fingerprint: expiredCert().fingerprint()},
			"future":      {password: alphaPassword, fingerprint: futureCert().fingerprint()},
		},
	}
}

var memoryNow = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func (m *memory) Now() time.Time { return memoryNow }

func (m *memory) Authenticate(ctx context.Context, c srs.Credentials, actor registry.Actor) (*srs.Login, error) {
	if err := m.enter(ctx, "Authenticate", actor); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	a := m.accounts[c.ID]
	switch {
	case a == nil || a.password != c.Password || a.fingerprint != c.Fingerprint:
		return nil, registry.Errorf(registry.KindAuthentication, "", "", "they do not belong together")
	case a.suspended:
		return nil, registry.Errorf(registry.KindAuthClosing, "", "", "the account is suspended")
	case c.NewPassword != "":
		a.password = c.NewPassword
	}
	return &srs.Login{Registrar: &registry.Registrar{ID: c.ID, IANA: a.iana, Kind: a.kind}}, nil
}

func (m *memory) Active(_ context.Context, sess srs.Session, _ time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.accounts[sess.Registrar].suspended {
		return registry.Errorf(registry.KindAuthClosing, "", "", "the account is suspended")
	}
	return nil
}

func (m *memory) enter(ctx context.Context, method string, actor registry.Actor) error {
	m.mu.Lock()
	m.calls = append(m.calls, method)
	m.actors = append(m.actors, actor)
	hook := m.hook
	m.mu.Unlock()
	if hook != nil {
		return hook(ctx, method)
	}
	return nil
}

func (m *memory) called(method string) (n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range m.calls {
		if c == method {
			n++
		}
	}
	return n
}

func (m *memory) check(ctx context.Context, method string, actor registry.Actor, kind string, names []string) ([]registry.Availability, error) {
	if err := m.enter(ctx, method, actor); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	out := make([]registry.Availability, len(names))
	for i, n := range names {
		out[i] = registry.Availability{Name: n, Available: !m.names[kind+n]}
		if m.names[kind+n] {
			out[i].Reason = "In use"
		}
	}
	return out, nil
}

// want runs a use case on a name that must, or must not, be there.
func (m *memory) want(ctx context.Context, method string, actor registry.Actor, name string, there bool) error {
	if err := m.enter(ctx, method, actor); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	have := m.names[name]
	switch {
	case there && !have:
		return registry.Errorf(registry.KindNotFound, "domain:name", name, "no such object")
	case !there && have:
		return registry.Errorf(registry.KindExists, "domain:name", name, "it is there")
	}
	switch {
	case method == "CreateDomain", method == "CreateContact", method == "CreateHost":
		m.names[name] = true
	case method == "DeleteDomain", method == "DeleteContact", method == "DeleteHost":
		delete(m.names, name)
	}
	return nil
}

func (m *memory) domain(name string) *registry.Domain {
	return &registry.Domain{
		Name: name, Registrar: "registrar-a", CreatedBy: "registrar-a", Created: memoryNow,
		Expires: memoryNow.AddDate(1, 0, 0), Registrant: "sh8013", Nameservers: []string{"ns1.example.net"},
	}
}

func (m *memory) CheckDomains(ctx context.Context, a registry.Actor, req registry.DomainCheck) ([]registry.Availability, error) {
	return m.check(ctx, "CheckDomains", a, "domain:", req.Names)
}

func (m *memory) InfoDomain(ctx context.Context, a registry.Actor, name string, _ *string) (*registry.DomainView, error) {
	if err := m.want(ctx, "InfoDomain", a, "domain:"+name, true); err != nil {
		return nil, err
	}
	zone := &registry.Zone{Name: "example", TTLLimits: registry.StandardTTLLimits()}
	zone.DNS.TTL = 3600
	return &registry.DomainView{Domain: m.domain(name), ROID: "D1-TEST", Settings: zone, Full: true, AuthInfoSet: true}, nil
}

func (m *memory) CreateDomain(ctx context.Context, a registry.Actor, req registry.DomainCreate) (*registry.Domain, error) {
	m.mu.Lock()
	m.created = req
	m.mu.Unlock()
	return m.domain(req.Name), m.want(ctx, "CreateDomain", a, "domain:"+req.Name, false)
}

func (m *memory) UpdateDomain(ctx context.Context, a registry.Actor, req registry.DomainUpdate) error {
	return m.want(ctx, "UpdateDomain", a, "domain:"+req.Name, true)
}

func (m *memory) RenewDomain(ctx context.Context, a registry.Actor, name string, _ time.Time, _ registry.Period) (*registry.Domain, error) {
	return m.domain(name), m.want(ctx, "RenewDomain", a, "domain:"+name, true)
}

func (m *memory) RestoreDomain(ctx context.Context, a registry.Actor, req registry.DomainRestore) (*registry.Domain, registry.Restoration, error) {
	return m.domain(req.Name), registry.Restoration{Done: req.Report != nil}, m.want(ctx, "RestoreDomain", a, "domain:"+req.Name, true)
}

func (m *memory) DeleteDomain(ctx context.Context, a registry.Actor, name string) (bool, error) {
	return true, m.want(ctx, "DeleteDomain", a, "domain:"+name, true)
}

// transfer answers every transfer command: a request stays pending, the rest is done.
func (m *memory) transfer(ctx context.Context, method, kind string, a registry.Actor, cmd registry.TransferCommand) (*srs.TransferResult, error) {
	t := registry.Transfer{
		Status: registry.TransferPending, Gaining: "registrar-b", Losing: "registrar-a", Requested: memoryNow,
		ActBy: memoryNow.AddDate(0, 0, 5), Years: 1, Expires: memoryNow.AddDate(2, 0, 0),
	}
	if to := cmd.Op.Outcome(a); to != "" {
		t.Status, t.ActBy = to, memoryNow
	}
	return &srs.TransferResult{TransferView: t.View(kind, cmd.Name)}, m.want(ctx, method, a, kind+":"+cmd.Name, true)
}

func (m *memory) TransferDomain(ctx context.Context, a registry.Actor, cmd registry.TransferCommand) (*srs.TransferResult, error) {
	return m.transfer(ctx, "TransferDomain", "domain", a, cmd)
}

func (m *memory) TransferContact(ctx context.Context, a registry.Actor, cmd registry.TransferCommand) (*srs.TransferResult, error) {
	return m.transfer(ctx, "TransferContact", "contact", a, cmd)
}

func (m *memory) CheckContacts(ctx context.Context, a registry.Actor, ids []string) ([]registry.Availability, error) {
	return m.check(ctx, "CheckContacts", a, "contact:", ids)
}

func (m *memory) contact(id string) *registry.Contact {
	return &registry.Contact{
		Handle: id, Registrar: "registrar-a", CreatedBy: "registrar-a", Created: memoryNow, Email: "a@example.net",
		Postal: []registry.PostalInfo{{Type: "int", Name: "A", City: "B", CC: "US"}},
		Kind:   registry.RealContact, SecondaryEmail: "b@example.net", Emergency: registry.Phone{Number: "+1.7035555555"},
		Disclose: &registry.Disclose{Elements: []string{"name/int", "voice"}},
	}
}

func (m *memory) InfoContact(ctx context.Context, a registry.Actor, id string, _ *string) (*registry.ContactView, error) {
	if err := m.want(ctx, "InfoContact", a, "contact:"+id, true); err != nil {
		return nil, err
	}
	return &registry.ContactView{Contact: m.contact(id), ROID: "C1-TEST", Sponsor: true, AuthInfoSet: true}, nil
}

func (m *memory) CreateContact(ctx context.Context, a registry.Actor, req registry.ContactCreate) (*registry.Contact, error) {
	return m.contact(req.Handle), m.want(ctx, "CreateContact", a, "contact:"+req.Handle, false)
}

func (m *memory) UpdateContact(ctx context.Context, a registry.Actor, req registry.ContactUpdate) error {
	return m.want(ctx, "UpdateContact", a, "contact:"+req.Handle, true)
}

func (m *memory) DeleteContact(ctx context.Context, a registry.Actor, id string) error {
	return m.want(ctx, "DeleteContact", a, "contact:"+id, true)
}

func (m *memory) CheckHosts(ctx context.Context, a registry.Actor, names []string) ([]registry.Availability, error) {
	return m.check(ctx, "CheckHosts", a, "host:", names)
}

func (m *memory) host(name string) *registry.Host {
	return &registry.Host{
		Name: name, Registrar: "registrar-a", CreatedBy: "registrar-a", Created: memoryNow,
		Addrs: []netip.Addr{netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")},
	}
}

func (m *memory) InfoHost(ctx context.Context, a registry.Actor, name string) (*registry.HostView, error) {
	if err := m.want(ctx, "InfoHost", a, "host:"+name, true); err != nil {
		return nil, err
	}
	return &registry.HostView{Host: m.host(name), ROID: "H1-TEST"}, nil
}

func (m *memory) CreateHost(ctx context.Context, a registry.Actor, req registry.HostCreate) (*registry.Host, error) {
	return m.host(req.Name), m.want(ctx, "CreateHost", a, "host:"+req.Name, false)
}

func (m *memory) UpdateHost(ctx context.Context, a registry.Actor, req registry.HostUpdate) error {
	return m.want(ctx, "UpdateHost", a, "host:"+req.Name, true)
}

func (m *memory) DeleteHost(ctx context.Context, a registry.Actor, name string) error {
	return m.want(ctx, "DeleteHost", a, "host:"+name, true)
}

func (m *memory) PollRequest(ctx context.Context, a registry.Actor) (*registry.PollMessage, int, error) {
	m.mu.Lock()
	msg := m.message
	m.mu.Unlock()
	return &msg, 2, m.enter(ctx, "PollRequest", a)
}

func (m *memory) PollAck(ctx context.Context, a registry.Actor, id int64) (int, error) {
	if err := m.enter(ctx, "PollAck", a); err != nil {
		return 0, err
	}
	if !slices.Contains([]int64{7, 8}, id) {
		return 0, registry.Errorf(registry.KindNotFound, "msgID", "", "no such message")
	}
	return int(8 - id), nil
}

// memory keeps no answers: its commands are carried out as often as they are sent.

func (m *memory) CommitOnce(context.Context, *registry.Once, registry.Answer) (*registry.Answer, bool, error) {
	return nil, false, nil
}

func (m *memory) AbandonOnce(*registry.Once) {}

func (m *memory) FirstAnswer(context.Context, *registry.Once) (*registry.Answer, error) {
	return nil, nil
}

func (m *memory) CheckClaims(ctx context.Context, names []string, _, _ string, _ bool) ([]srs.Claim, error) {
	out := make([]srs.Claim, len(names))
	for i, n := range names {
		out[i].Name = n
	}
	return out, m.enter(ctx, "CheckClaims", registry.Actor{})
}

func (m *memory) CheckPhases(ctx context.Context, _ []string, _, _ string) error {
	return m.enter(ctx, "CheckPhases", registry.Actor{})
}

func (m *memory) LaunchMarks(ctx context.Context, _ *registry.Domain) ([]string, error) {
	return nil, m.enter(ctx, "LaunchMarks", registry.Actor{})
}

func (m *memory) InfoMaintenance(ctx context.Context, _ string) (*registry.Maintenance, error) {
	return &registry.Maintenance{ID: 1, MaintenancePlan: registry.MaintenancePlan{
		Systems: []registry.MaintenanceSystem{{Name: "EPP", Impact: "none"}}, Environment: "dev", Reason: "planned",
		Start: memoryNow, End: memoryNow.Add(time.Hour),
	}, Created: memoryNow}, m.enter(ctx, "InfoMaintenance", registry.Actor{})
}

func (m *memory) ListMaintenances(ctx context.Context) ([]*registry.Maintenance, error) {
	return nil, m.enter(ctx, "ListMaintenances", registry.Actor{})
}
