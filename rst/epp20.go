package rst

import (
	"context"
	"slices"
)

// epp20: a transfer that the sponsor rejects leaves the domain where it was.
func epp20(ctx context.Context, r *run) error {
	d, pw, _, err := r.transferable(ctx)
	if err != nil {
		return err
	}
	code, err := r.requestTransfer(ctx, d.name, pw)
	if err != nil || code == 0 {
		return err
	}
	r.judge("reject")
	r.accept(r.do(ctx, transfer("reject", d.name, "", "")), "EPP_TRANSFER_SERVER_PROCESSED_REJECTED_TRANSFER")
	settled := func(info reply) bool {
		return !slices.Contains(info.root.marks(nsDomain, "status", "s"), "pendingTransfer")
	}
	r.judge("not transferred")
	info, ok := r.await(ctx, r.me, d.name, settled)
	if !ok {
		r.find("EPP_TRANSFER_INFO_RESPONSE_MISSING_OR_INVALID_STATUS_CODE", info, "pendingTransfer is still there")
	}
	if have := info.root.first(nsDomain, "infData").value(nsDomain, "clID"); info.passed() && have != r.me.ID {
		r.find("EPP_TRANSFER_SERVER_PROCESSED_REJECTED_TRANSFER", info, "it is %s's", have)
	}
	return nil
}
