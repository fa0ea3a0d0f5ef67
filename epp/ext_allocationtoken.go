package epp

// The allocationToken-1.0 extension (RFC 8495): a token is credit for the allocation of a
// name that is not for everyone.

// AllocationToken extends DomainCheck, DomainCreate and the request of DomainTransfer
// (RFC 8495, sections 3.1.1, 3.2.1 and 3.2.4), and DomainInfoData (section 3.1.2).
type AllocationToken struct {
	Token string // at least one character; who knows it may use it
}

// AllocationTokenInfo extends DomainInfo: it asks for the token of the name (RFC 8495,
// section 3.1.2).
type AllocationTokenInfo struct{}

// ExtensionURI is NSAllocationToken.
func (*AllocationToken) ExtensionURI() string { return NSAllocationToken }

// ExtensionURI is NSAllocationToken.
func (*AllocationTokenInfo) ExtensionURI() string { return NSAllocationToken }

var allocationTokenType = simple(&simpleType{min: 1, secret: true})

var allocationTokenExtension = &extensionCodec{
	commands: map[string]extensionCommand{
		"allocationToken": {extending(NSDomain, VerbCheck, VerbCreate, VerbTransfer), allocationTokenType, decodeAllocationToken},
		"info":            {extending(NSDomain, VerbInfo), emptyType, func(*element) Extension { return &AllocationTokenInfo{} }},
	},
	responses: map[string]func(*responseDecoder, *element) Extension{
		"allocationToken": func(_ *responseDecoder, el *element) Extension { return decodeAllocationToken(el) },
	},
}

func decodeAllocationToken(el *element) Extension { return &AllocationToken{Token: content(el)} }

func (a *AllocationToken) encode(w *writer) {
	const tag = "allocationToken:allocationToken"
	w.startNS("allocationToken", "allocationToken", NSAllocationToken)
	w.rest(tag, a.Token)
}

func (*AllocationTokenInfo) encode(w *writer) {
	w.startNS("allocationToken", "info", NSAllocationToken)
	w.empty()
}
