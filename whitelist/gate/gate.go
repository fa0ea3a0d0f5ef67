package gate

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"go.uber.org/zap"

	"cadastre/internal/clock"
	"cadastre/registry"
	"cadastre/registry/srs"
	"cadastre/registry/store"
	"cadastre/whitelist"
	wlstore "cadastre/whitelist/store"
)

// Config is what a Gate needs.
type Config struct {
	Store    *store.Store
	Clock    clock.Clock // business time
	Policies *wlstore.Granted
	// Peers says where the whitelist zones are asked that are not asked in this
	// registry's own database; see ReadPeers. A zone this registry runs may have a peer
	// too, for policies that demand to be asked over the network. Zones with the same
	// Peer share its connections.
	Peers map[string]*Peer
	// Peer is asked for zones that Peers does not list; nil: where Peers holds one
	// registry alone, that one, since it may have added zones since.
	Peer *Peer
	// AtOnce bounds the questions under way for one policy; 0 means DefaultAtOnce.
	AtOnce  int
	Log     *zap.Logger // nil: nothing is logged
	Metrics *Metrics    // nil: nothing is counted
}

const (
	// DefaultAtOnce is how many registrations under one policy are asked about at a
	// time; more wait.
	DefaultAtOnce = 32
	// patience bounds the asking for one registration, all its policies and waiting
	// included.
	patience = 5 * time.Second
	// comparing bounds the argon2id comparisons at a time: each takes 19 MiB.
	comparing = 2
)

// Gate checks registrations against the granted policies. It implements
// srs.Preapproval and is safe for concurrent use.
type Gate struct {
	store      *store.Store
	clock      clock.Clock
	granted    *wlstore.Granted
	registrars registrars
	log        *zap.Logger
	metrics    *Metrics
	comparing  chan struct{}

	local *local
	peers map[string]*peerWays
	other *peerWays // for zones that peers does not list; nil: none

	atOnce int
	mu     sync.Mutex
	turns  map[string]chan struct{} // by policy
}

// New makes a Gate. It connects to nobody until something is asked.
func New(cfg Config) (*Gate, error) {
	if cfg.Store == nil || cfg.Clock == nil || cfg.Policies == nil {
		return nil, fmt.Errorf("gate: a store, a clock and policies are needed")
	}
	g := &Gate{
		store: cfg.Store, clock: cfg.Clock, granted: cfg.Policies, registrars: registrars{store: cfg.Store},
		log: cfg.Log, metrics: cfg.Metrics, comparing: make(chan struct{}, comparing),
		local: &local{cfg.Store}, peers: map[string]*peerWays{}, atOnce: cfg.AtOnce, turns: map[string]chan struct{}{},
	}
	if g.log == nil {
		g.log = zap.NewNop()
	}
	if g.metrics == nil {
		g.metrics = NewMetrics(nil)
	}
	if g.atOnce <= 0 {
		g.atOnce = DefaultAtOnce
	}
	if err := g.know(cfg); err != nil {
		g.Close()
		return nil, fmt.Errorf("gate: %w", err)
	}
	return g, nil
}

// know prepares the ways to the whitelist registries that are configured.
func (g *Gate) know(cfg Config) (err error) {
	known := map[*Peer]*peerWays{}
	ways := func(peer *Peer) (*peerWays, error) {
		if known[peer] == nil {
			if known[peer], err = newPeerWays(peer); err != nil {
				delete(known, peer)
				return nil, err
			}
		}
		return known[peer], nil
	}
	for zone, peer := range cfg.Peers {
		if g.peers[zone], err = ways(peer); err != nil {
			delete(g.peers, zone)
			return fmt.Errorf("%s: %w", zone, err)
		}
	}
	if cfg.Peer != nil {
		g.other, err = ways(cfg.Peer)
		return err
	}
	if len(known) == 1 {
		for _, only := range known {
			g.other = only
		}
	}
	return nil
}

// Close ends the connections to whitelist registries.
func (g *Gate) Close() {
	for _, p := range g.peers {
		p.close()
	}
	if g.other != nil {
		g.other.close()
	}
}

// Ask implements srs.Preapproval. Besides the refusals of a policy (see
// whitelist.Policy.Judge) it gives 2201 for a registrar that is not the session's,
// 2202 where the identifier sent contradicts the registrant, and 2303 for an
// unknown registrant.
func (g *Gate) Ask(ctx context.Context, _ registry.Actor, r srs.Registration) (srs.Approval, error) {
	if r.Preapproval.Registrar != "" {
		if err := g.checkAgent(ctx, r); err != nil {
			return nil, err
		}
	}
	policies, agent, err := g.candidates(ctx, r)
	if err != nil || len(policies) == 0 {
		return nil, err
	}
	a := &approval{gate: g, registration: r, policies: policies, agent: agent}
	if a.unread = saysWho(r, policies); a.unread {
		return a, a.askUnread(ctx)
	}
	if a.party, err = g.party(ctx, r); err != nil {
		return nil, err
	}
	id, genuine := a.party.identify(r)
	if genuine.id != "" {
		if err := mistaken(policies, r, agent, id, genuine); err != nil {
			return nil, err
		}
		return a, nil
	}
	if a.policies, err = g.anew(ctx, a, id); err != nil {
		return nil, err
	}
	return a, a.ask(ctx, id)
}

// candidates are the granted policies under which the registration may come,
// depending on the registrant, and the registrar as they see it. Nobody is asked.
func (g *Gate) candidates(ctx context.Context, r srs.Registration) (list []*whitelist.Policy, agent whitelist.Registrar, err error) {
	granted, err := g.granted.Get(ctx)
	if err != nil {
		return nil, agent, fmt.Errorf("gate: %w", err)
	}
	agent.Account = r.Registrar
	known := false
	know := func() error {
		if !known {
			agent, err = g.registrars.get(ctx, r.Registrar)
			known = err == nil
		}
		return err
	}
	for _, p := range granted {
		if r.Transfer && p.Binds == whitelist.BindsRegistration {
			continue
		}
		if readsRegistrar(p.Scope) && know() != nil {
			return nil, agent, err
		}
		if p.MayControl(r.Name, agent) {
			list = append(list, p.Policy)
		}
	}
	if len(list) > 0 && know() != nil {
		return nil, agent, err
	}
	return list, agent, nil
}

// Bound implements srs.Preapproval.
func (g *Gate) Bound(ctx context.Context) (func(name, registrar string) bool, error) {
	granted, err := g.granted.Get(ctx)
	if err != nil {
		return nil, fmt.Errorf("gate: %w", err)
	}
	var list []*whitelist.Policy
	var accounts map[string]whitelist.Registrar
	for _, p := range granted {
		if p.Binds == whitelist.BindsRegistration {
			continue
		}
		list = append(list, p.Policy)
		if accounts == nil && readsRegistrar(p.Scope) {
			if accounts, err = g.registrars.all(ctx); err != nil {
				return nil, err
			}
		}
	}
	if len(list) == 0 {
		return nil, nil
	}
	return func(name, registrar string) bool {
		agent, ok := accounts[registrar]
		if !ok {
			agent.Account = registrar
		}
		for _, p := range list {
			if p.MayControl(name, agent) {
				return true
			}
		}
		return false
	}, nil
}

// Controlled implements srs.Preapproval.
func (g *Gate) Controlled(ctx context.Context, registrar string) (func(name string) bool, error) {
	granted, err := g.granted.Get(ctx)
	if err != nil || len(granted) == 0 {
		return nil, err
	}
	nobody := &whitelist.Registration{Registrar: whitelist.Registrar{Account: registrar}}
	for _, p := range granted {
		if readsRegistrar(p.Scope) {
			if nobody.Registrar, err = g.registrars.get(ctx, registrar); err != nil {
				return nil, err
			}
			break
		}
	}
	return func(name string) bool {
		return slices.ContainsFunc(granted, func(p *wlstore.GrantedPolicy) bool { return p.ControlsFor(nobody, name) })
	}, nil
}

// readsRegistrar reports whether a scope says anything of the registrar. Most do not,
// and then nothing need be known of it.
func readsRegistrar(s whitelist.Scope) bool {
	return reads(s, func(s whitelist.Scope) bool { return s.Registrar != "" || s.RegistrarCountry != "" })
}

// reads reports whether a scope has a leaf of some kind.
func reads(s whitelist.Scope, kind func(leaf whitelist.Scope) bool) bool {
	below := func(sub whitelist.Scope) bool { return reads(sub, kind) }
	return kind(s) || slices.ContainsFunc(s.Any, below) || slices.ContainsFunc(s.All, below)
}
