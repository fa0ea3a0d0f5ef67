package rst

import "context"

// epp06 is epp04 for contacts: an id has 3 to 16 characters (RFC 5730, Section 4.2,
// clIDType).
func epp06(ctx context.Context, r *run) error {
	r.checks(ctx, nsContact, "EPP_CONTACT_CHECK_INVALID_CONTACT_ID_INCORRECT_AVAIL", false, []string{"", "ab", pick(lowerAlphabet, 17)})
	r.checks(ctx, nsContact, "EPP_CONTACT_CHECK_REGISTERED_CONTACT_ID_INCORRECT_AVAIL", false, r.in.RegisteredContacts)
	r.checks(ctx, nsContact, "EPP_CONTACT_CHECK_VALID_CONTACT_ID_INCORRECT_AVAIL", true, []string{newID()})
	return nil
}
