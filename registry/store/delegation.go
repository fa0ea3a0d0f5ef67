package store

import (
	"context"
	"fmt"
	"net/netip"

	"github.com/jackc/pgx/v5"

	"cadastre/registry"
)

// inZone is what registry.Domain.InZone says, but for the name servers.
const inZone = `d.purge_at IS NULL AND NOT d.statuses && ARRAY['clientHold', 'serverHold']`

// One row a host object, and one for a name without any. The zone is not asked
// for: the name says it, and an index on the zone must not look like a way to the
// names.
const sqlDelegations = `
	SELECT d.name, d.secure, d.host_attrs, d.ttls, coalesce(h.name, ''),
	       CASE WHEN h.superordinate_id = d.id THEN h.addrs ELSE '{}' END, CASE WHEN h.superordinate_id = d.id THEN h.ttls END
	FROM domains d LEFT JOIN domain_hosts dh ON dh.domain_id = d.id LEFT JOIN hosts h ON h.id = dh.host_id
	WHERE d.name = ANY ($1) AND ` + inZone + `
	ORDER BY d.name, h.name`

// Delegations reads the present delegation of each name; a name without one is
// absent.
func (s *Store) Delegations(ctx context.Context, zoneID int64, names []string) (map[string]Delegation, error) {
	rows, err := s.pool.Query(ctx, sqlDelegations, names)
	if err != nil {
		return nil, fmt.Errorf("delegations: %w", err)
	}
	out := make(map[string]Delegation, len(names))
	var name, host string
	var addrs []netip.Addr
	var own ownRecords
	var ttls registry.TTLs
	_, err = pgx.ForEachRow(rows, []any{&name, &own.secure, &own.attrs, &own.ttls, &host, &addrs, &ttls}, func() error {
		d, known := out[name]
		if !known {
			d.Name = name
			own.addTo(&d)
		}
		if host != "" {
			d.NS = append(d.NS, host)
		}
		if len(addrs) > 0 {
			d.Glue = append(d.Glue, glue(host, addrs, ttls))
		}
		if len(d.NS) > 0 {
			out[name] = d
		}
		addrs, ttls, own = nil, nil, ownRecords{}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("delegations: %w", err)
	}
	return out, s.addData(ctx, zoneID, names, out)
}

// ownRecords is what a domain's row itself says of its records.
type ownRecords struct {
	secure *registry.Secure
	attrs  registry.HostAttrs
	ttls   registry.TTLs
}

// addTo adds host attributes, delegation signers and times to live. Glue is
// narrow: only addresses of names at or below the domain are shown.
func (o *ownRecords) addTo(d *Delegation) {
	for _, h := range o.attrs {
		d.NS = append(d.NS, h.Name)
		if len(h.Addrs) > 0 && registry.IsSubordinate(h.Name, d.Name) {
			d.Glue = append(d.Glue, glue(h.Name, h.Addrs, o.ttls))
		}
	}
	for _, ds := range o.secure.Signers(d.Name) {
		d.DS = append(d.DS, DS{KeyTag: ds.KeyTag, Algorithm: ds.Algorithm, DigestType: ds.DigestType, Digest: ds.Digest})
	}
	d.NSTTL, d.DSTTL = o.ttls["NS"], o.ttls["DS"]
}

// glue is a name server with the times to live of its addresses, where it has some.
func glue(host string, addrs []netip.Addr, ttls registry.TTLs) Glue {
	return Glue{Host: host, Addrs: addrs, TTLv4: ttls["A"], TTLv6: ttls["AAAA"]}
}
