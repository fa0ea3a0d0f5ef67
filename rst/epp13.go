package rst

import (
	"context"
	"slices"
)

// epp13: addresses and statuses of a host inside the TLD.
func epp13(ctx context.Context, r *run) error {
	parent, err := r.newDomain(ctx, r.me, "")
	if err != nil {
		return err
	}
	first := goodV4()
	name, err := r.newHost(ctx, r.me, "ns1.epp-13.rst."+parent.name, first)
	if err != nil {
		return err
	}
	r.hostAddressRows(ctx, name, first)

	r.statuses(ctx, nsHost, name, "EPP_HOST_UPDATE_SERVER_ACCEPTS_INVALID_STATUS_CODE", objectStatuses())
	r.judge("statuses left")
	if got, left := r.left(ctx, nsHost, name); got.passed() && !slices.Equal(left, []string{"ok"}) {
		r.find("EPP_HOST_UPDATE_INFO_RESPONSE_MISSING_OBJECT_PROPERTIES", got, "statuses %q, not ok alone", left)
	}
	return nil
}

func (r *run) hostAddressRows(ctx context.Context, name string, first address) {
	shows := func(list ...address) {
		got := r.do(ctx, ask("info", nsHost, name))
		if r.exactly(got, 1000, "EPP_HOST_UPDATE_INFO_RESPONSE_OBJECT_DOES_NOT_EXIST"); got.code == 1000 {
			r.hostShows(got, name, list, "EPP_HOST_UPDATE_INFO_RESPONSE_MISSING_OBJECT_PROPERTIES")
		}
	}
	second := goodV4()
	for second == first {
		second = goodV4()
	}
	for _, good := range []address{second, goodV6()} {
		r.judge("add %s", good.text)
		if !r.accept(r.do(ctx, hostAddress(name, "add", good)), "EPP_UNEXPECTED_COMMAND_FAILURE") {
			continue
		}
		shows(first, good)
		r.judge("rem %s", good.text)
		r.accept(r.do(ctx, hostAddress(name, "rem", good)), "EPP_UNEXPECTED_COMMAND_FAILURE")
		shows(first)
		r.judge("rem %s again", good.text)
		r.reject(r.do(ctx, hostAddress(name, "rem", good)), "EPP_UNEXPECTED_COMMAND_SUCCESS")
	}
	for _, bad := range badAddresses() {
		r.judge("add ip=%s %q", bad.ip, bad.text)
		r.reject(r.do(ctx, hostAddress(name, "add", bad)), "EPP_HOST_UPDATE_SERVER_ACCEPTS_INVALID_"+addressKind(bad))
	}
}
