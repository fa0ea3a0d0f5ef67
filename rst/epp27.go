package rst

import "context"

// epp27: where the other registrar may make a host without addresses below a domain,
// the domain's sponsor cannot delegate to it.
func epp27(ctx context.Context, r *run) error {
	d, err := r.newDomain(ctx, r.me, "")
	if err != nil {
		return err
	}
	r.judge("host of the other registrar")
	name := "ns1.epp-27.rst." + d.name
	if r.as(ctx, r.other, hostCreate(name)).passed() {
		r.reject(r.do(ctx, serverChange(d.name, "add", server{name: name})), "EPP_SERVER_ALLOWS_DELEGATION_TO_GLUELESS_HOST")
	}
	return nil
}
