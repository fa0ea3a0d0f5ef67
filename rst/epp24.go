package rst

import "context"

// epp24: a deleted host is gone, inside the TLD and outside it.
func epp24(ctx context.Context, r *run) error {
	parent, err := r.newDomain(ctx, r.me, "")
	if err != nil {
		return err
	}
	for row, list := range map[string][]address{externalHost(): nil, "ns1.epp-24.rst." + parent.name: goodAddresses()} {
		name, err := r.newHost(ctx, r.me, row, list...)
		if err != nil {
			return err
		}
		r.judge("%s", name)
		r.deleted(ctx, nsHost, name, "EPP_HOST_DELETE_RESPONSE_NOT_1000_OR_1001", "EPP_HOST_DELETE_INFO_RESPONSE_OBJECT_STILL_EXISTS")
	}
	return nil
}
