package rst

import (
	"context"
	"slices"
	"strconv"
	"time"
)

// epp19: a domain that was just created goes to the other registrar, who knows its
// authorisation information, when the sponsor approves.
func epp19(ctx context.Context, r *run) error {
	d, pw, expires, err := r.transferable(ctx)
	if err != nil {
		return err
	}
	code, err := r.requestTransfer(ctx, d.name, pw)
	if err != nil || code == 0 {
		return err
	}
	if code == 1001 {
		r.judge("approve")
		r.accept(r.do(ctx, transfer("approve", d.name, "", "")), "EPP_TRANSFER_NOT_PROCESSED")
	}
	r.judge("transferred")
	moved := func(info reply) bool {
		data := info.root.first(nsDomain, "infData")
		return data.value(nsDomain, "clID") == r.other.ID && !slices.Contains(data.marks(nsDomain, "status", "s"), "pendingTransfer")
	}
	info, ok := r.await(ctx, r.other, d.name, moved)
	if !ok {
		r.find("EPP_TRANSFER_NOT_PROCESSED", info, "it is not the gaining registrar's")
		return nil
	}
	if shown := info.root.marks(nsRGP, "rgpStatus", "s"); !slices.Contains(shown, "transferPeriod") {
		r.find("EPP_TRANSFER_INFO_RESPONSE_MISSING_OR_INVALID_RGP_STATUS", info, "%q, without transferPeriod", shown)
	}
	now, err := time.Parse(time.RFC3339Nano, info.root.value(nsDomain, "exDate"))
	if err != nil || !yearsLater(expires, now, r.transferYears()) {
		r.find("EPP_TRANSFER_INFO_RESPONSE_UNEXPECTED_EXPIRY_DATE", info, "%v, not %d years after %v", now, r.transferYears(), expires)
	}
	if r.announces(nsSecureAuth) {
		r.judge("authorisation information after the transfer")
		if info.root.value(nsDomain, "pw") == pw {
			r.find("EPP_TRANSFER_INFO_RESPONSE_AUTHINFO_NOT_RESET", info, "it is as before")
		}
		r.reject(r.do(ctx, domainInfoWith(d.name, pw)), "EPP_TRANSFER_INFO_RESPONSE_AUTHINFO_NOT_RESET")
	}
	return nil
}

func (r *run) transferYears() int {
	if r.in.TransferYears != nil {
		return *r.in.TransferYears
	}
	return 1
}

// transferable makes a domain of the main client with authorisation information, and
// says when it expires. Weak information is tried first where it must be refused
// (RFC 9154, Section 4.1).
func (r *run) transferable(ctx context.Context) (d domain, pw string, expires time.Time, err error) {
	if d, err = r.newDomain(ctx, r.me, ""); err != nil {
		return d, "", expires, err
	}
	if r.announces(nsSecureAuth) {
		for _, weak := range []string{"2fooBAR", "abc12345", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"} {
			r.judge("weak authorisation information %s", weak)
			r.reject(r.do(ctx, pwChange(d.name, weak)), "EPP_TRANSFER_SERVER_ACCEPTS_INSECURE_AUTHINFO")
		}
	}
	r.judge("good authorisation information")
	pw = secret()
	r.accept(r.do(ctx, pwChange(d.name, pw)), "EPP_TRANSFER_SERVER_REJECTS_SECURE_AUTHINFO")
	_, expires = r.expiry(ctx, r.me, d.name)
	return d, pw, expires, nil
}

// requestTransfer asks for a domain as the other registrar: in vain first. It returns
// the code of the good request, 0 when that failed.
func (r *run) requestTransfer(ctx context.Context, name, pw string) (int, error) {
	r.judge("wrong authorisation information")
	r.reject(r.as(ctx, r.other, transfer("request", name, "1", secret())), "EPP_TRANSFER_SERVER_ACCEPTS_INCORRECT_AUTHINFO")
	r.judge("no authorisation information")
	r.reject(r.as(ctx, r.other, transfer("request", name, "1", "")), "EPP_TRANSFER_SERVER_ACCEPTS_INCORRECT_AUTHINFO")
	r.judge("10 years")
	r.reject(r.as(ctx, r.other, transfer("request", name, "10", pw)), "EPP_TRANSFER_SERVER_ACCEPTS_INVALID_PERIOD")
	r.judge("good request")
	period := strconv.Itoa(r.transferYears())
	if period == "0" {
		period = ""
	}
	got := r.as(ctx, r.other, transfer("request", name, period, pw))
	if !r.accept(got, "EPP_DOMAIN_TRANSFER_REQUEST_FAILED") {
		return 0, nil
	}
	if got.code == 1001 {
		r.judge("pending")
		pending := func(info reply) bool {
			return slices.Contains(info.root.marks(nsDomain, "status", "s"), "pendingTransfer")
		}
		if info, ok := r.await(ctx, r.me, name, pending); !ok {
			r.find("EPP_TRANSFER_INFO_RESPONSE_MISSING_OR_INVALID_STATUS_CODE", info, "no pendingTransfer")
		}
	}
	return got.code, ctx.Err()
}

// await asks for a domain until it is as wanted, or patience ends.
func (r *run) await(ctx context.Context, a *actor, name string, wanted func(reply) bool) (reply, bool) {
	deadline := time.Now().Add(r.in.patience())
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
		got := r.as(ctx, a, ask("info", nsDomain, name))
		if got.passed() && wanted(got) {
			return got, true
		}
		if got.code == 0 || time.Now().After(deadline) {
			return got, false
		}
		select {
		case <-ctx.Done():
			return got, false
		case <-time.After(wait):
		}
	}
}
