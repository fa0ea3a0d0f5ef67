package gate

import (
	"context"
	"fmt"

	"cadastre/registry"
	"cadastre/whitelist"
)

// peerWays are the ways of asking one whitelist registry over the network.
type peerWays struct {
	dns *dnsWay            // nil: it cannot be asked by DNS
	epp map[string]*eppWay // by verifier's account
}

func newPeerWays(p *Peer) (*peerWays, error) {
	ways := &peerWays{epp: map[string]*eppWay{}}
	if p.DNS != nil {
		dns, err := newDNSWay(*p.DNS)
		if err != nil {
			return nil, err
		}
		ways.dns = dns
	}
	for id, account := range p.Verifiers {
		ways.epp[id] = &eppWay{newSessions(p.EPP, account, sessionsAtOnce)}
	}
	return ways, nil
}

func (p *peerWays) close() {
	if p.dns != nil {
		p.dns.close()
	}
	for _, w := range p.epp {
		w.sessions.close()
	}
}

// wayTo chooses how a policy's entries are asked for: as the policy says, else in
// this registry's own database where it runs the zone, else by DNS.
func (g *Gate) wayTo(ctx context.Context, p *whitelist.Policy) (way, error) {
	via := p.Via
	if via == "" || via == whitelist.ViaLocal {
		zones, err := g.store.Zones(ctx)
		if err != nil {
			return nil, &unasked{why: "the zones of this registry could not be read", err: err}
		}
		z := zones.Find(p.Zone)
		runs := z != nil && z.Kind == registry.WhitelistZone
		switch {
		case runs:
			return g.local, nil
		case via == whitelist.ViaLocal:
			return nil, &unasked{why: fmt.Sprintf("this registry does not run the whitelist zone %s", p.Zone)}
		}
		via = whitelist.ViaDNS
	}
	peer := g.peers[p.Zone]
	if peer == nil {
		peer = g.other
	}
	switch {
	case peer == nil:
		return nil, &unasked{why: fmt.Sprintf("no whitelist registry is configured for %s", p.Zone)}
	case via == whitelist.ViaEPP:
		if w := peer.epp[p.VerifierAccount()]; w != nil {
			return w, nil
		}
		return nil, &unasked{why: fmt.Sprintf("no EPP account %s is configured at the whitelist registry of %s", p.VerifierAccount(), p.Zone)}
	case peer.dns == nil:
		return nil, &unasked{why: fmt.Sprintf("no DNS server is configured for %s", p.Zone)}
	}
	return peer.dns, nil
}
