package server

import (
	"context"
	"errors"
	"strings"

	"cadastre/epp"
	"cadastre/registry"
)

// codeOf is the one switch from the registry's kinds of error to result codes
// (RFC 5730, Section 3).
func codeOf(k registry.Kind) epp.Code {
	switch k {
	case registry.KindSyntax:
		return epp.CodeSyntaxError
	case registry.KindUse:
		return epp.CodeUseError
	case registry.KindMissing:
		return epp.CodeMissingParameter
	case registry.KindRange:
		return epp.CodeRangeError
	case registry.KindValue:
		return epp.CodeValueSyntaxError
	case registry.KindUnimplemented:
		return epp.CodeUnimplementedCommand
	case registry.KindOption:
		return epp.CodeUnimplementedOption
	case registry.KindExtension:
		return epp.CodeUnimplementedExtension
	case registry.KindBilling:
		return epp.CodeBillingFailure
	case registry.KindNotRenewable:
		return epp.CodeNotEligibleForRenewal
	case registry.KindAuthentication:
		return epp.CodeAuthenticationError
	case registry.KindAuthorization:
		return epp.CodeAuthorizationError
	case registry.KindAuthInfo:
		return epp.CodeInvalidAuthInfo
	case registry.KindExists:
		return epp.CodeObjectExists
	case registry.KindNotFound:
		return epp.CodeObjectDoesNotExist
	case registry.KindStatus:
		return epp.CodeStatusProhibits
	case registry.KindAssociation:
		return epp.CodeAssociationProhibits
	case registry.KindParamPolicy:
		return epp.CodePolicyError
	case registry.KindService:
		return epp.CodeUnimplementedService
	case registry.KindDataPolicy:
		return epp.CodePolicyViolation
	case registry.KindUnavailable:
		return epp.CodeCommandFailed
	case registry.KindAuthClosing:
		return epp.CodeAuthenticationClosing
	case registry.KindSessionLimit:
		return epp.CodeSessionLimitClosing
	case registry.KindNotTransferable:
		return epp.CodeNotEligibleForTransfer
	case registry.KindPendingTransfer:
		return epp.CodePendingTransfer
	case registry.KindNotPendingTransfer:
		return epp.CodeNotPendingTransfer
	}
	return epp.CodeCommandFailed
}

// failure is the answer to a command that returned err. If err is not the registry's own
// it is an internal fault: the client is told the transaction id and nothing else, and
// fault is what belongs in the log.
func failure(err error, svTRID string) (resp *epp.Response, fault error) {
	var e *registry.Error
	switch {
	case errors.As(err, &e) && codeOf(e.Kind) == epp.CodeCommandFailed:
		return refusal(e), err // the client may know why, and so must the operator
	case errors.As(err, &e):
		return refusal(e), nil
	case errors.Is(err, context.Canceled):
		// Only the end of the server cancels a command, and then the connection ends too.
		return internalFault(epp.CodeFailedClosing, svTRID), err
	}
	return internalFault(epp.CodeCommandFailed, svTRID), err
}

// internalFault says nothing but the id under which the log has the details.
func internalFault(code epp.Code, svTRID string) *epp.Response {
	return &epp.Response{Results: []epp.Result{{
		Code: code, Msg: code.Text() + " (the registry's reference is " + svTRID + ")",
	}}}
}

// refusal is the answer to a command the registry refused.
func refusal(e *registry.Error) *epp.Response {
	result := epp.Result{Code: codeOf(e.Kind)}
	if e.Field != "" || e.Reason != "" {
		result.Values = []epp.Value{{Element: elementOf(e.Field), Text: e.Value, Reason: e.Reason}}
		if e.Value != "" {
			result.Values[0].Attr = attributeOf(e.Field)
		}
		if isSecret(e.Field) {
			result.Values[0].Text = ""
		}
	}
	return &epp.Response{Results: []epp.Result{result}}
}

// elementOf turns a field in the customary notation ("domain:name") into the element's
// name. A field without a prefix is an element of EPP itself.
func elementOf(field string) epp.Name {
	prefix, local, found := strings.Cut(field, ":")
	if !found {
		return epp.Name{Space: epp.NSEPP, Local: field}
	}
	switch prefix {
	case "domain":
		return epp.Name{Space: epp.NSDomain, Local: local}
	case "host":
		return epp.Name{Space: epp.NSHost, Local: local}
	case "contact":
		return epp.Name{Space: epp.NSContact, Local: local}
	case "kind":
		return epp.Name{Space: epp.NSContactKind, Local: local}
	case "rgp":
		return epp.Name{Space: epp.NSRGP, Local: local}
	case "secDNS":
		return epp.Name{Space: epp.NSSecDNS, Local: local}
	case "ttl":
		return epp.Name{Space: epp.NSTTL, Local: local}
	case "addlEmail":
		return epp.Name{Space: epp.NSAddlEmail, Local: local}
	case "allocationToken":
		return epp.Name{Space: epp.NSAllocationToken, Local: local}
	case "fee":
		return epp.Name{Space: epp.NSFee, Local: local}
	case "preapproval":
		return epp.Name{Space: epp.NSPreapproval, Local: local}
	case "launch":
		return epp.Name{Space: epp.NSLaunch, Local: local}
	case "idn":
		return epp.Name{Space: epp.NSIDN, Local: local}
	}
	return epp.Name{Space: epp.NSEPP, Local: local}
}

// attributeOf names the attribute that holds the value of an element without text.
func attributeOf(field string) string {
	switch field {
	case "preapproval:create", "rgp:restore":
		return "op"
	case "preapproval:registrant", "preapproval:registrar":
		return "id"
	}
	return ""
}

// isSecret guards against a password coming back in an answer or a log.
func isSecret(field string) bool {
	local := field[strings.LastIndexByte(field, ':')+1:]
	return local == "pw" || local == "newPW" || local == "password" || local == "credential"
}
