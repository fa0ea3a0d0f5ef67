package rst

import (
	"context"
	"slices"
)

// epp21: a deleted domain is gone (1000) or pending delete (1001); when it is gone,
// what it linked to can be deleted.
func epp21(ctx context.Context, r *run) error {
	d, err := r.goodDomain(ctx, r.me, "")
	if err != nil {
		return err
	}
	if r.me.thick { // a contact that nothing else links to
		id, err := r.newContact(ctx, r.me)
		if err != nil {
			return err
		}
		d.ownedBy(id, r.in.RequiredContactTypes)
	}
	if err := r.need(ctx, r.me, d.create()); err != nil {
		return err
	}
	r.judge("delete")
	got := r.do(ctx, ask("delete", nsDomain, d.name))
	if !r.accept(got, "EPP_UNEXPECTED_COMMAND_FAILURE") {
		return nil
	}
	info := r.do(ctx, ask("info", nsDomain, d.name))
	if got.code != 1000 {
		if info.passed() && !slices.Contains(info.root.marks(nsDomain, "status", "s"), "pendingDelete") {
			r.find("EPP_DOMAIN_DELETE_INFO_RESPONSE_OBJECT_NOT_PENDING_DELETE", info, "no pendingDelete")
		}
		return nil
	}
	r.exactly(info, 2303, "EPP_DOMAIN_DELETE_INFO_RESPONSE_OBJECT_STILL_EXISTS")
	for _, s := range d.servers {
		if !s.attr {
			r.judge("host %s", s.name)
			r.deleted(ctx, nsHost, s.name, "EPP_HOST_DELETE_RESPONSE_NOT_1000_OR_1001", "EPP_HOST_DELETE_INFO_RESPONSE_OBJECT_STILL_EXISTS")
		}
	}
	if !d.noRegistrant {
		r.judge("contact")
		r.deleted(ctx, nsContact, d.registrant, "EPP_CONTACT_DELETE_RESPONSE_NOT_1000_OR_1001", "EPP_CONTACT_DELETE_OBJECT_STILL_EXISTS")
	}
	return nil
}
