package rst

import "context"

// epp10: a deleted contact is gone.
func epp10(ctx context.Context, r *run) error {
	id, err := r.newContact(ctx, r.me)
	if err != nil {
		return err
	}
	r.judge("delete")
	r.deleted(ctx, nsContact, id, "EPP_CONTACT_DELETE_RESPONSE_NOT_1000_OR_1001", "EPP_CONTACT_DELETE_OBJECT_STILL_EXISTS")
	return nil
}

// deleted deletes a contact or host; after 1000, info must say 2303.
func (r *run) deleted(ctx context.Context, object, key, refused, exists string) {
	got := r.do(ctx, ask("delete", object, key))
	if got.code != 0 && got.code != 1000 && got.code != 1001 {
		r.find(refused, got, "%d", got.code)
	}
	if got.code == 1000 {
		r.exactly(r.do(ctx, ask("info", object, key)), 2303, exists)
	}
}
