package rst

import "context"

// rpms01: the claims check tells the lookup key of a label on the list, and of no
// other.
func rpms01(ctx context.Context, r *run) error {
	list, err := readDNL(r.in.Launch.DNL)
	if err != nil {
		return err
	}
	const asked = 5
	for _, c := range list[:min(asked, len(list))] {
		r.judge("%s", c.label)
		r.claimKey(ctx, c)
	}
	r.judge("label without claims")
	got := r.do(ctx, claimsCheck("rst-"+word(18)+"."+r.in.Launch.ClaimsTLD))
	if !r.accept(got, "EPP_UNEXPECTED_COMMAND_FAILURE") {
		return nil
	}
	if key := got.root.value(nsLaunch, "claimKey"); key != "" {
		r.find("RPMS_UNEXPECTED_CLAIMS_KEY", got, "%s", key)
	}
	return nil
}

// claimKey asks for the key of a label on the list, and reports whether it is right.
func (r *run) claimKey(ctx context.Context, c claim) bool {
	got := r.do(ctx, claimsCheck(c.label+"."+r.in.Launch.ClaimsTLD))
	if !r.accept(got, "RPMS_MISSING_CLAIMS_KEY") {
		return false
	}
	switch key := got.root.value(nsLaunch, "claimKey"); key {
	case c.key:
		return true
	case "":
		r.find("RPMS_MISSING_CLAIMS_KEY", got, "none for %s", c.label)
	default:
		r.find("RPMS_INVALID_CLAIMS_KEY", got, "%s, not %s", key, c.key)
	}
	return false
}
