package epp

// Namespace URIs of the protocol, its object mappings and the extensions this
// package can read and write.
const (
	NSEPP         = "urn:ietf:params:xml:ns:epp-1.0"
	NSDomain      = "urn:ietf:params:xml:ns:domain-1.0"
	NSHost        = "urn:ietf:params:xml:ns:host-1.0"
	NSContact     = "urn:ietf:params:xml:ns:contact-1.0"
	NSContactKind = "urn:cadastre:params:xml:ns:epp:contactKind-1.0"
	NSPreapproval = "urn:cadastre:params:xml:ns:epp:preapproval-1.0"

	NSFee                 = "urn:ietf:params:xml:ns:epp:fee-1.0"
	NSLaunch              = "urn:ietf:params:xml:ns:launch-1.0"
	NSLoginSec            = "urn:ietf:params:xml:ns:epp:loginSec-1.0"
	NSChangePoll          = "urn:ietf:params:xml:ns:changePoll-1.0"
	NSUnhandledNamespaces = "urn:ietf:params:xml:ns:epp:unhandled-namespaces-1.0"
	NSMaintenance         = "urn:ietf:params:xml:ns:epp:maintenance-1.0"

	NSRGP             = "urn:ietf:params:xml:ns:rgp-1.0"                          // RFC 3915
	NSSecDNS          = "urn:ietf:params:xml:ns:secDNS-1.1"                       // RFC 5910
	NSIDN             = "urn:ietf:params:xml:ns:idn-1.0"                          // draft-ietf-eppext-idnmap
	NSTTL             = "urn:ietf:params:xml:ns:epp:ttl-1.0"                      // RFC 9803
	NSAddlEmail       = "urn:ietf:params:xml:ns:epp:addlEmail-1.0"                // RFC 9873
	NSAllocationToken = "urn:ietf:params:xml:ns:allocationToken-1.0"              // RFC 8495
	NSSecureAuthInfo  = "urn:ietf:params:xml:ns:epp:secure-authinfo-transfer-1.0" // RFC 9154; it has no elements
)

// NSMark is the namespace of marks (RFC 7848, section 2), which occur inside of extensions.
const NSMark = nsMark

// namespaces of elements that only occur inside of extensions.
const (
	nsMark       = "urn:ietf:params:xml:ns:mark-1.0"
	nsSignedMark = "urn:ietf:params:xml:ns:signedMark-1.0"
)

// namespaces that XML itself defines and no frame has to declare or may redefine.
const (
	nsXML   = "http://www.w3.org/XML/1998/namespace"
	nsXMLNS = "http://www.w3.org/2000/xmlns/"
	nsXSI   = "http://www.w3.org/2001/XMLSchema-instance"
)

// Name is an expanded XML name: what counts is the namespace URI, never the
// prefix that a frame happens to use.
type Name struct {
	Space string // namespace URI, "" for none
	Local string
}

// String writes the name with the prefix customary for its namespace, as in
// "domain:name", for messages and logs.
func (n Name) String() string {
	if p := prefixOf(n.Space); p != "" {
		return p + ":" + n.Local
	}
	return n.Local
}

// prefixOf gives the prefix this package writes for a namespace it knows, else "".
// The EPP namespace itself is always the default one and has no prefix.
func prefixOf(uri string) string {
	switch uri {
	case NSDomain:
		return "domain"
	case NSHost:
		return "host"
	case NSContact:
		return "contact"
	case NSContactKind:
		return "kind"
	case NSPreapproval:
		return "preapproval"
	case NSFee:
		return "fee"
	case NSLaunch:
		return "launch"
	case NSLoginSec:
		return "loginSec"
	case NSChangePoll:
		return "changePoll"
	case NSMaintenance:
		return "maint"
	case nsMark:
		return "mark"
	case nsSignedMark:
		return "smd"
	case NSRGP:
		return "rgp"
	case NSSecDNS:
		return "secDNS"
	case NSIDN:
		return "idn"
	case NSTTL:
		return "ttl"
	case NSAddlEmail:
		return "addlEmail"
	case NSAllocationToken:
		return "allocationToken"
	case nsXML: // which no other prefix may have, nor may it be the default one
		return "xml"
	}
	return ""
}
