package rst

import "context"

// linking skips registries whose domains link to no objects.
func linking(r *run) string {
	if r.in.HostModel == Attributes && !r.me.thick {
		return "no linked objects"
	}
	return ""
}

// epp15: what a domain links to cannot be deleted.
func epp15(ctx context.Context, r *run) error {
	d, err := r.newDomain(ctx, r.me, "")
	if err != nil {
		return err
	}
	if r.me.thick {
		r.judge("contact")
		r.reject(r.do(ctx, ask("delete", nsContact, d.registrant)), "EPP_INTEGRITY_SERVER_ACCEPTS_DELETE_FOR_LINKED_CONTACT_OBJECT")
	}
	for _, s := range d.servers {
		if !s.attr {
			r.judge("host %s", s.name)
			r.reject(r.do(ctx, ask("delete", nsHost, s.name)), "EPP_INTEGRITY_SERVER_ACCEPTS_DELETE_FOR_LINKED_HOST_OBJECT")
		}
	}
	return nil
}
