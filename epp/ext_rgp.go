package epp

import "time"

// The rgp-1.0 extension (RFC 3915): grace periods after which a change costs what it
// costs, and the restoring of names that were deleted.

// Operations of RGPUpdate.
const (
	RGPRequest = "request"
	RGPReport  = "report"
)

// Statuses of a domain in a grace period (RFC 3915, section 3.1).
const (
	RGPAddPeriod        = "addPeriod"
	RGPAutoRenewPeriod  = "autoRenewPeriod"
	RGPRenewPeriod      = "renewPeriod"
	RGPTransferPeriod   = "transferPeriod"
	RGPPendingDelete    = "pendingDelete"
	RGPPendingRestore   = "pendingRestore"
	RGPRedemptionPeriod = "redemptionPeriod"
)

// RGPUpdate extends DomainUpdate: it restores a deleted name, or reports why (RFC 3915,
// section 4.2.5). That a report comes with RGPReport, and only with it, is not checked.
type RGPUpdate struct {
	Op     string // RGPRequest or RGPReport
	Report *RestoreReport
}

// RestoreReport says why a name was restored. PreData, PostData and Other may hold text and
// markup on the wire. Here they are text, trimmed: first the text that stands outside of
// elements, then a line for each element with its local name, its attributes and its text.
type RestoreReport struct {
	PreData    string // registration data before the delete
	PostData   string // registration data now
	DelTime    time.Time
	ResTime    time.Time
	ResReason  RestoreText
	Statements []RestoreText // 1 or 2
	Other      string        // "" if absent or empty
}

// RestoreText is a statement of a report.
type RestoreText struct {
	Text string
	Lang string // "" for "en"
}

// RGPInfoData extends DomainInfoData: the grace periods the name is in.
type RGPInfoData struct{ Statuses []Status } // at least one; values RGPAddPeriod, ...

// RGPUpdateData extends the answer to RGPUpdate.
type RGPUpdateData struct{ Statuses []Status } // at least one; RGPPendingRestore

// ExtensionURI is NSRGP.
func (*RGPUpdate) ExtensionURI() string { return NSRGP }

// ExtensionURI is NSRGP.
func (*RGPInfoData) ExtensionURI() string { return NSRGP }

// ExtensionURI is NSRGP.
func (*RGPUpdateData) ExtensionURI() string { return NSRGP }

var (
	rgpMixed = &elementType{mixed: true}
	rgpText  = &elementType{mixed: true, attrs: []attribute{implied("lang", typeLang)}}

	rgpReport = sequence(
		one("preData", rgpMixed),
		one("postData", rgpMixed),
		one("delTime", simple(typeDateTime)),
		one("resTime", simple(typeDateTime)),
		one("resReason", rgpText),
		times(1, 2, "statement", rgpText),
		optional("other", rgpMixed),
	)

	rgpUpdateType = sequence(one("restore", &elementType{
		attrs:   []attribute{required("op", &simpleType{enum: []string{RGPRequest, RGPReport}})},
		content: []particle{optional("report", rgpReport)},
	}))
)
