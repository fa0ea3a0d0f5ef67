package registry

import (
	"errors"
	"fmt"
)

// Kind says what went wrong in the registry's own terms. Each protocol has one
// switch that turns it into its code (EPP: RFC 5730, Section 3).
type Kind uint8

// The kinds, with the EPP result code each stands for.
const (
	KindSyntax             Kind = iota + 1 // 2001: the command as a whole makes no sense
	KindUse                                // 2002: right command, wrong moment
	KindMissing                            // 2003: a required parameter is absent
	KindRange                              // 2004: a value outside the allowed range
	KindValue                              // 2005: a value of the wrong form
	KindUnimplemented                      // 2101: command not built
	KindOption                             // 2102: option not built
	KindExtension                          // 2103: extension not built
	KindBilling                            // 2104: balance or credit exhausted
	KindNotRenewable                       // 2105: object not eligible for renewal
	KindAuthentication                     // 2200: id, password or certificate wrong
	KindAuthorization                      // 2201: object of somebody else
	KindAuthInfo                           // 2202: authorization information wrong or too weak
	KindExists                             // 2302: object exists
	KindNotFound                           // 2303: object does not exist
	KindStatus                             // 2304: a status prohibits the operation
	KindAssociation                        // 2305: an association prohibits the operation
	KindParamPolicy                        // 2306: a parameter value is against policy
	KindService                            // 2307: object service not built
	KindDataPolicy                         // 2308: data management policy violation
	KindUnavailable                        // 2400: the registry cannot do it now; try again
	KindAuthClosing                        // 2501: authentication failed, session ends
	KindSessionLimit                       // 2502: too many sessions
	KindNotTransferable                    // 2106: object not eligible for transfer
	KindPendingTransfer                    // 2300: a transfer is under way
	KindNotPendingTransfer                 // 2301: no transfer is under way
)

// Error is the one typed error of the registry. Field is the offending element
// in EPP's customary notation ("domain:name", "kind:secondaryEmail"), empty when
// there is none; Value is what the client sent; Reason is a sentence a person
// can act on. Anything that is not an *Error is an internal fault whose text
// never reaches a client.
type Error struct {
	Kind   Kind
	Field  string
	Value  string
	Reason string
	// Foreign says of KindExists that the object is another registrar's.
	Foreign bool
}

// Error implements error.
func (e *Error) Error() string {
	switch {
	case e.Field != "" && e.Value != "":
		return fmt.Sprintf("%s %q: %s", e.Field, e.Value, e.Reason)
	case e.Field != "":
		return e.Field + ": " + e.Reason
	default:
		return e.Reason
	}
}

// Errorf makes an *Error of kind k about a field's value.
func Errorf(k Kind, field, value, format string, args ...any) *Error {
	return &Error{Kind: k, Field: field, Value: value, Reason: fmt.Sprintf(format, args...)}
}

// IsKind reports whether err is, or wraps, an *Error of kind k.
func IsKind(err error, k Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == k
}
