package rst

import (
	"context"
	"slices"
)

const (
	updateAccepts = "EPP_DOMAIN_UPDATE_SERVER_ACCEPTS_"
	updateShows   = "EPP_DOMAIN_UPDATE_INFO_RESPONSE_"
)

// epp16: changes of a domain's statuses, name servers, registrant and DNSSEC data, by
// its sponsor alone; info shows exactly what was set.
func epp16(ctx context.Context, r *run) error {
	d, err := r.newDomain(ctx, r.me, "")
	if err != nil {
		return err
	}
	r.domainStatuses(ctx, d)
	if err := r.domainServers(ctx, d); err != nil {
		return err
	}
	if err := r.domainRegistrant(ctx, d); err != nil {
		return err
	}
	r.domainDNSSEC(ctx, d)
	foreign, err := r.newDomain(ctx, r.other, "")
	if err != nil {
		return err
	}
	for _, name := range append([]string{foreign.name}, r.in.RegisteredNames...) {
		r.judge("domain of another registrar: %s", name)
		r.exactly(r.do(ctx, statusChange(nsDomain, name, "add", "clientHold")), 2201, "EPP_UNEXPECTED_COMMAND_SUCCESS")
	}
	return nil
}

func (r *run) domainStatuses(ctx context.Context, d domain) {
	const invalid = updateAccepts + "INVALID_STATUS_CODE"
	kept := []string{"clientDeleteProhibited", "clientHold", "clientRenewProhibited", "clientTransferProhibited"}
	r.statuses(ctx, nsDomain, d.name, invalid, each("add", true, append(slices.Clone(kept), "clientUpdateProhibited")...))
	r.judge("add clientHold while clientUpdateProhibited")
	r.reject(r.do(ctx, statusChange(nsDomain, d.name, "add", "clientHold")), "EPP_UNEXPECTED_COMMAND_SUCCESS")
	r.statuses(ctx, nsDomain, d.name, invalid, slices.Concat(
		each("rem", true, "clientUpdateProhibited"),
		each("add", false, "linked", "ok", "pendingCreate", "pendingDelete", "pendingRenew", "pendingTransfer", "pendingUpdate",
			"serverDeleteProhibited", "serverHold", "serverRenewProhibited", "serverTransferProhibited", "serverUpdateProhibited", "rstUnknown"),
	))
	r.judge("statuses shown")
	got, shown := r.left(ctx, nsDomain, d.name)
	for _, s := range shown {
		if !slices.Contains(kept, s) {
			r.find(updateShows+"UNEXPECTED_STATUS_CODE", got, "%s", s)
		}
	}
	for _, s := range kept {
		if got.passed() && !slices.Contains(shown, s) {
			r.find(updateShows+"MISSING_STATUS_CODE", got, "%s", s)
		}
	}
	r.statuses(ctx, nsDomain, d.name, invalid, slices.Concat(each("rem", true, kept...), each("rem", false, "rstUnknown")))
	r.judge("statuses left")
	if got, left := r.left(ctx, nsDomain, d.name); got.passed() && !slices.Equal(left, []string{"ok"}) {
		r.find(updateShows+"UNEXPECTED_STATUS_CODE", got, "%q, not ok alone", left)
	}
}

// domainRegistrant changes the registrant, where there is one.
func (r *run) domainRegistrant(ctx context.Context, d domain) error {
	if !r.me.thick {
		return nil
	}
	change := func(id string) string {
		return domainChange(d.name, "<domain:chg>"+el("domain:registrant", id)+"</domain:chg>", "")
	}
	r.judge("unknown registrant")
	r.reject(r.do(ctx, change(newID())), updateAccepts+"NON_EXISTENT_CONTACT_OBJECT")
	id, err := r.newContact(ctx, r.me)
	if err != nil {
		return err
	}
	r.judge("new registrant")
	r.accept(r.do(ctx, change(id)), "EPP_UNEXPECTED_COMMAND_FAILURE")
	got := r.do(ctx, ask("info", nsDomain, d.name))
	switch have := got.root.value(nsDomain, "registrant"); {
	case have == "" && got.passed():
		r.find(updateShows+"MISSING_REGISTRANT", got, "none, not %s", id)
	case have != id && got.passed():
		r.find(updateShows+"UNEXPECTED_REGISTRANT", got, "%s, not %s", have, id)
	}
	return nil
}

// domainDNSSEC adds and removes DNSSEC data.
func (r *run) domainDNSSEC(ctx context.Context, d domain) {
	change := func(op string, rec record) reply { return r.do(ctx, domainChange(d.name, "", secDNSUpdate(op, rec))) }
	shows := func(want ...string) {
		got := r.do(ctx, ask("info", nsDomain, d.name))
		have := records(got.root, r.in.SecDNS)
		for _, w := range want {
			if got.passed() && !slices.Contains(have, w) {
				r.find(updateShows+"MISSING_DNSSEC_DATA", got, "%s", w)
			}
		}
		for _, h := range have {
			if !slices.Contains(want, h) {
				r.find(updateShows+"UNEXPECTED_DNSSEC_DATA", got, "%s", h)
			}
		}
	}
	rows, list := badRecords(r.in.SecDNS)
	for i, rec := range list {
		r.judge("add %s", rows[i])
		r.reject(change("add", rec), updateAccepts+"INVALID_DNSSEC_DATA")
	}
	r.judge("rem %s that was never added", r.in.SecDNS)
	r.reject(change("rem", goodRecord(r.in.SecDNS)), "EPP_UNEXPECTED_COMMAND_SUCCESS")
	good := goodRecord(r.in.SecDNS)
	r.judge("add good %s", r.in.SecDNS)
	if r.accept(change("add", good), "EPP_UNEXPECTED_COMMAND_FAILURE") {
		shows(good.text())
	}
	r.judge("rem %s", r.in.SecDNS)
	if r.accept(change("rem", good), "EPP_UNEXPECTED_COMMAND_FAILURE") {
		shows()
	}
	r.judge("rem %s again", r.in.SecDNS)
	r.reject(change("rem", good), "EPP_UNEXPECTED_COMMAND_SUCCESS")
}
