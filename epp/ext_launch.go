package epp

import "time"

// The launch phase extension of RFC 8334.

// Launch phases (RFC 8334, section 2.3).
const (
	PhaseSunrise  = "sunrise"
	PhaseLandrush = "landrush"
	PhaseClaims   = "claims"
	PhaseOpen     = "open"
	PhaseCustom   = "custom" // see LaunchPhase.Name
)

// Forms of a launch check (RFC 8334, section 3.1).
const (
	LaunchCheckClaims    = "claims"
	LaunchCheckAvail     = "avail"
	LaunchCheckTrademark = "trademark"
)

// What a launch create makes (RFC 8334, section 3.3).
const (
	LaunchApplication  = "application"
	LaunchRegistration = "registration"
)

// States of a launch object (RFC 8334, section 2.4).
const (
	LaunchPendingValidation = "pendingValidation"
	LaunchValidated         = "validated"
	LaunchInvalid           = "invalid"
	LaunchPendingAllocation = "pendingAllocation"
	LaunchAllocated         = "allocated"
	LaunchRejected          = "rejected"
	LaunchCustom            = "custom" // see LaunchStatus.Name
)

// LaunchPhase is a phase with its optional subphase or custom name.
type LaunchPhase struct {
	Value string // PhaseSunrise, ..., PhaseCustom; "" where a phase may be absent and is
	Name  string // "" if absent
}

// LaunchCheck extends DomainCheck (RFC 8334, section 3.1).
type LaunchCheck struct {
	Type  string // LaunchCheckClaims (the default), LaunchCheckAvail or LaunchCheckTrademark
	Phase LaunchPhase
}

// LaunchInfo extends DomainInfo (RFC 8334, section 3.2).
type LaunchInfo struct {
	Phase         LaunchPhase
	ApplicationID string // "" if absent
	IncludeMark   bool
}

// LaunchCreate extends DomainCreate (RFC 8334, section 3.3). At most one of the three
// kinds of marks is there.
type LaunchCreate struct {
	Type               string // LaunchApplication, LaunchRegistration or "" if not said
	Phase              LaunchPhase
	CodeMarks          []LaunchCodeMark
	SignedMarks        []Fragment // <smd:signedMark>; nothing in them has been looked at
	EncodedSignedMarks []string   // base64 in one piece, as encoding/base64 reads it
	Notices            []LaunchNotice
}

// LaunchCodeMark is a mark with the code that proves it (RFC 8334, section 2.6.1).
type LaunchCodeMark struct {
	Code        string // "" if absent
	ValidatorID string // of the code, "" if absent
	Mark        Fragment
}

// LaunchNotice says that a claims notice was shown and accepted (RFC 8334, section 3.3.2).
type LaunchNotice struct {
	ID          string
	ValidatorID string // "" if absent, which stands for "tmch" (RFC 8334, section 2.2)
	NotAfter    time.Time
	Accepted    time.Time
}

// LaunchUpdate extends DomainUpdate of an application (RFC 8334, section 3.4).
type LaunchUpdate struct {
	Phase         LaunchPhase
	ApplicationID string
}

// LaunchDelete extends DomainDelete of an application (RFC 8334, section 3.5).
type LaunchDelete struct {
	Phase         LaunchPhase
	ApplicationID string
}

// LaunchCheckData answers a claims or a trademark check; with it comes no DomainCheckData
// (RFC 8334, sections 3.1.1 and 3.1.3).
type LaunchCheckData struct {
	Phase   LaunchPhase
	Results []LaunchCheckResult // at least one
}

// LaunchCheckResult says whether marks match a name.
type LaunchCheckResult struct {
	Name   string
	Exists bool
	Keys   []LaunchClaimKey
}

// LaunchClaimKey finds a claims notice at its validator.
type LaunchClaimKey struct {
	Key         string
	ValidatorID string // "" if absent, which stands for "tmch"
}

// LaunchCreateData extends DomainCreateData of an application (RFC 8334, section 3.3.5).
type LaunchCreateData struct {
	Phase         LaunchPhase
	ApplicationID string
}

// LaunchInfoData extends DomainInfoData, and PanData where an application has been decided
// (RFC 8334, sections 2.5 and 3.2).
type LaunchInfoData struct {
	Phase         LaunchPhase
	ApplicationID string        // "" if absent
	Status        *LaunchStatus // nil if absent
	Marks         []Fragment    // <mark:mark>
}

// LaunchStatus is the state of a launch object.
type LaunchStatus struct {
	Value string // LaunchPendingValidation, ..., LaunchCustom
	Name  string // of a custom status, "" if absent
	Lang  string // of Text, "" for "en"
	Text  string // an explanation, "" if none
}

// ExtensionURI is NSLaunch.
func (*LaunchCheck) ExtensionURI() string { return NSLaunch }

// ExtensionURI is NSLaunch.
func (*LaunchInfo) ExtensionURI() string { return NSLaunch }

// ExtensionURI is NSLaunch.
func (*LaunchCreate) ExtensionURI() string { return NSLaunch }

// ExtensionURI is NSLaunch.
func (*LaunchUpdate) ExtensionURI() string { return NSLaunch }

// ExtensionURI is NSLaunch.
func (*LaunchDelete) ExtensionURI() string { return NSLaunch }

// ExtensionURI is NSLaunch.
func (*LaunchCheckData) ExtensionURI() string { return NSLaunch }

// ExtensionURI is NSLaunch.
func (*LaunchCreateData) ExtensionURI() string { return NSLaunch }

// ExtensionURI is NSLaunch.
func (*LaunchInfoData) ExtensionURI() string { return NSLaunch }

var (
	launchPhase = simple(&simpleType{enum: []string{
		PhaseSunrise, PhaseLandrush, PhaseClaims, PhaseOpen, PhaseCustom,
	}}, implied("name", typeToken))

	launchCheckType = &elementType{
		attrs:   []attribute{implied("type", &simpleType{enum: []string{LaunchCheckClaims, LaunchCheckAvail, LaunchCheckTrademark}})},
		content: []particle{optional("phase", launchPhase)},
	}

	launchInfoType = &elementType{
		attrs:   []attribute{implied("includeMark", typeBoolean)},
		content: []particle{one("phase", launchPhase), optional("applicationID", simple(typeToken))},
	}

	launchIDType = sequence(one("phase", launchPhase), one("applicationID", simple(typeToken)))

	launchCreateType = &elementType{
		attrs: []attribute{implied("type", &simpleType{enum: []string{LaunchApplication, LaunchRegistration}})},
		content: []particle{
			one("phase", launchPhase),
			{choice: []particle{
				many("codeMark", sequence(
					optional("code", simple(typeMinToken, implied("validatorID", typeMinToken))),
					optional("mark", opaqueType).in(nsMark),
				)),
				many("signedMark", opaqueType).in(nsSignedMark),
				many("encodedSignedMark", simple(typeSignedMark, implied("encoding", typeBase64Name))).in(nsSignedMark),
			}, max: 1},
			anyNumber("notice", sequence(
				one("noticeID", simple(typeMinToken, implied("validatorID", typeMinToken))),
				one("notAfter", simple(typeDateTime)),
				one("acceptedDate", simple(typeDateTime)),
			)),
		},
	}
)
