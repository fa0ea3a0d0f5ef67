package gate

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"time"

	"cadastre/registry"
	"cadastre/registry/srs"
	"cadastre/registry/store"
	"cadastre/whitelist"
)

// RegistrarsLife bounds how long a change of a registrar's name, country or IANA
// number stays unseen: whoever changes one waits that long. It is wall time.
const RegistrarsLife = 200 * time.Millisecond

// registrars keeps what policies ask about registrars.
type registrars struct {
	store *store.Store
	mu    sync.Mutex
	known map[string]whitelist.Registrar
	read  time.Time
}

// get returns what is known of an account, which may be little. The operator has
// none.
func (r *registrars) get(ctx context.Context, account string) (whitelist.Registrar, error) {
	all, err := r.all(ctx)
	if err != nil {
		return whitelist.Registrar{}, err
	}
	if known, ok := all[account]; ok {
		return known, nil
	}
	return whitelist.Registrar{Account: account}, nil
}

// all returns every account. The result is shared: do not change it.
func (r *registrars) all(ctx context.Context) (map[string]whitelist.Registrar, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known != nil && time.Since(r.read) < RegistrarsLife {
		return r.known, nil
	}
	began := time.Now()
	list, err := r.store.Registrars(ctx)
	if err != nil {
		return nil, fmt.Errorf("gate: %w", err)
	}
	r.known, r.read = make(map[string]whitelist.Registrar, len(list)), began
	for _, a := range list {
		r.known[a.ID] = whitelist.Registrar{Account: a.ID, IANA: a.IANA, Name: a.Name, Country: a.Country}
	}
	return r.known, nil
}

// checkAgent refuses with 2201 a registrar that is not the one who asks.
func (g *Gate) checkAgent(ctx context.Context, r srs.Registration) error {
	agent, err := g.registrars.get(ctx, r.Registrar)
	if err != nil {
		return err
	}
	if agent.IANA == 0 || r.Preapproval.Registrar != strconv.Itoa(agent.IANA) {
		return registry.Errorf(registry.KindAuthorization, "preapproval:registrar", r.Preapproval.Registrar, "this is not your IANA number")
	}
	return nil
}
