package rst

import "context"

// epp12: nobody but its sponsor may change a host: exactly 2201.
func epp12(ctx context.Context, r *run) error {
	for _, status := range []string{"clientDeleteProhibited", "clientUpdateProhibited"} {
		name, err := r.newHost(ctx, r.me, externalHost())
		if err != nil {
			return err
		}
		r.judge("add %s", status)
		r.exactly(r.as(ctx, r.other, statusChange(nsHost, name, "add", status)), 2201, "EPP_HOST_UPDATE_AUTHZ_ERROR")
	}
	return nil
}
