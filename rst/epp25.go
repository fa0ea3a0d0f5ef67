package rst

import "context"

// epp25: a host below another registrar's domain is refused with addresses; without
// them it may be made, but belongs to the domain's sponsor.
func epp25(ctx context.Context, r *run) error {
	foreign, err := r.newDomain(ctx, r.other, "")
	if err != nil {
		return err
	}
	r.judge("with addresses")
	r.reject(r.do(ctx, hostCreate("ns1.epp-25.rst."+foreign.name, goodAddresses()...)), "EPP_UNEXPECTED_HOST_CREATE_SUCCESS")
	r.judge("without addresses")
	name := "ns2.epp-25.rst." + foreign.name
	if !r.do(ctx, hostCreate(name)).passed() {
		return nil
	}
	got := r.do(ctx, ask("info", nsHost, name))
	if have := got.root.first(nsHost, "infData").value(nsHost, "clID"); have != r.other.ID {
		r.find("EPP_HOST_CREATE_INCORRECT_CLID", got, "clID %q", have)
	}
	return nil
}
