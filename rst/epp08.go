package rst

import "context"

// epp08: nobody but its sponsor may see or change a contact.
func epp08(ctx context.Context, r *run) error {
	id, err := r.newContact(ctx, r.me)
	if err != nil {
		return err
	}
	r.judge("info")
	r.reject(r.as(ctx, r.other, ask("info", nsContact, id)), "EPP_CONTACT_INFO_RESPONSE_NOT_REJECTED")
	r.judge("update")
	r.reject(r.as(ctx, r.other, contactChange(id, el("contact:email", "other@example.com"))), "EPP_CONTACT_UPDATE_RESPONSE_NOT_REJECTED")
	return nil
}
