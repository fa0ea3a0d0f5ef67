package gate

import (
	"context"

	"cadastre/registry/store"
	"cadastre/whitelist"
	wlstore "cadastre/whitelist/store"
)

// local asks in this registry's own database.
type local struct{ store *store.Store }

func (*local) name() string { return whitelist.ViaLocal }

func (l *local) ask(ctx context.Context, p *whitelist.Policy, q *question) ([]answer, error) {
	names := make([]string, len(q.names))
	for i, n := range q.names {
		names[i] = n.Name
	}
	entries, err := wlstore.Entries(ctx, l.store, names)
	if err != nil {
		return nil, &unasked{why: "the whitelist of this registry could not be read", err: err}
	}
	out := make([]answer, len(names))
	for i, n := range names {
		// What was approved under another policy is no approval under this one.
		if e, ok := entries[n]; ok && e.Policy == p.ID {
			out[i] = answer{found: true, record: recordOf(p, e)}
		}
	}
	return out, nil
}
