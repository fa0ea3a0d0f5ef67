package rst

import "context"

// wideObjects skips registries without wide glue.
func wideObjects(r *run) string {
	if r.in.HostModel != Objects || r.in.GluePolicy != Wide {
		return "no wide glue of host objects"
	}
	return ""
}

// epp26: nobody gives glue to a host below another registrar's domain.
func epp26(ctx context.Context, r *run) error {
	foreign, err := r.newDomain(ctx, r.other, "")
	if err != nil {
		return err
	}
	for _, list := range [][]address{{goodV4()}, {goodV6()}, goodAddresses()} {
		r.judge("%v", list)
		r.reject(r.do(ctx, hostCreate("ns1.epp-26.rst."+foreign.name, list...)), "EPP_SERVER_ACCEPTS_INTERNAL_HOST_WITH_GLUE")
	}
	return nil
}
