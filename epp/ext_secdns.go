package epp

// The secDNS-1.1 extension (RFC 5910): DNSSEC data of a delegation, either DS records (the
// DS data interface) or keys of which the server makes them (the key data interface). The
// schema keeps the two apart; which of them a server has, and which algorithms, digests,
// flags and protocols, is the registry's business.

// DSData is a DS record (RFC 5910, section 4.1; RFC 4034, section 5.1).
type DSData struct {
	KeyTag     uint16
	Alg        uint8
	DigestType uint8
	Digest     []byte   // of any length; nil if empty
	Key        *KeyData // the key it was made of, nil if absent
}

// KeyData is a DNSKEY record (RFC 5910, section 4.2; RFC 4034, section 2.1).
type KeyData struct {
	Flags    uint16
	Protocol uint8
	Alg      uint8
	PubKey   []byte // at least one octet
}

// SecDNSData is what a delegation has: either DS or Keys holds at least one, and the other
// none. It is part of SecDNSCreate and SecDNSInfoData.
type SecDNSData struct {
	MaxSigLife *int // seconds, from 1; nil if absent (RFC 5910, section 3.3)
	DS         []DSData
	Keys       []KeyData
}

// SecDNSCreate extends DomainCreate.
type SecDNSCreate struct{ SecDNSData }

// SecDNSUpdate extends DomainUpdate. What is removed is removed first (RFC 5910, section
// 5.2.5). Nothing at all, which that section forbids, is possible here.
type SecDNSUpdate struct {
	Urgent bool // the client asks for high priority

	RemAll  bool // all DS and key data; then RemDS and RemKeys are empty
	RemDS   []DSData
	RemKeys []KeyData // only if there is no RemDS

	AddDS         []DSData
	AddKeys       []KeyData // only if there is no AddDS
	AddMaxSigLife *int      // seconds, from 1; nil if absent. Only along with AddDS or AddKeys
	ChgMaxSigLife *int      // seconds, from 1; nil if absent
}

// SecDNSInfoData extends DomainInfoData.
type SecDNSInfoData struct{ SecDNSData }

// ExtensionURI is NSSecDNS.
func (*SecDNSCreate) ExtensionURI() string { return NSSecDNS }

// ExtensionURI is NSSecDNS.
func (*SecDNSUpdate) ExtensionURI() string { return NSSecDNS }

// ExtensionURI is NSSecDNS.
func (*SecDNSInfoData) ExtensionURI() string { return NSSecDNS }

var (
	secDNSMaxSigLife = optional("maxSigLife", simple(&simpleType{check: checkInteger(1, 1<<31-1)}))

	secDNSKey = sequence(
		one("flags", simple(typeUnsignedShort)),
		one("protocol", simple(typeUnsignedByte)),
		one("alg", simple(typeUnsignedByte)),
		one("pubKey", simple(typeBase64)),
	)

	secDNSDS = sequence(
		one("keyTag", simple(typeUnsignedShort)),
		one("alg", simple(typeUnsignedByte)),
		one("digestType", simple(typeUnsignedByte)),
		one("digest", simple(typeHex)),
		optional("keyData", secDNSKey),
	)

	secDNSDataType = sequence(
		secDNSMaxSigLife,
		choice(many("dsData", secDNSDS), many("keyData", secDNSKey)),
	)

	secDNSUpdateType = &elementType{
		attrs: []attribute{implied("urgent", typeBoolean)},
		content: []particle{
			optional("rem", sequence(choice(
				one("all", simple(typeBoolean)),
				many("dsData", secDNSDS),
				many("keyData", secDNSKey),
			))),
			optional("add", secDNSDataType),
			optional("chg", sequence(secDNSMaxSigLife)),
		},
	}
)
