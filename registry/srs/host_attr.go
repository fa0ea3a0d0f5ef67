package srs

import (
	"context"

	"cadastre/registry"
	"cadastre/registry/store"
)

// placeAttributes refuses name servers, new attributes of a domain, that nobody could
// find: those inside our zones, but outside the domain, whose own domain is not
// registered. It is 2303, as it is for a host object (RFC 5732, Section 1.1); so is 2306
// for what the registry keeps, but the name servers of its zones. before is nil for a new
// domain. What becomes of the other name later does not matter: attributes are no links.
func placeAttributes(ctx context.Context, tx *store.Tx, zones registry.Zones, before, d *registry.Domain) error {
	var hosts, ask []string
	for _, h := range d.HostAttrs {
		z := zones.Find(h.Name)
		if z == nil || registry.IsSubordinate(h.Name, d.Name) || before != nil && before.HostAttrs.Has(h.Name) || z.Serves(h.Name) {
			continue
		}
		domain, _, ok := z.Registrable(h.Name)
		if !ok || z.Kind != registry.TargetZone {
			return registry.Errorf(registry.KindParamPolicy, "domain:hostName", h.Name, "the name is kept by the registry of %s", z.Name)
		}
		hosts, ask = append(hosts, h.Name), append(ask, domain)
	}
	if len(ask) == 0 {
		return nil
	}
	taken, err := tx.Taken(ctx, ask)
	if err != nil {
		return err
	}
	for i, domain := range ask {
		if row, ok := taken[domain]; !ok || !row.Kept(tx.Now) {
			return registry.Errorf(registry.KindNotFound, "domain:hostName", hosts[i], "the domain %s, in which it lies, is not registered", domain)
		}
	}
	return nil
}
