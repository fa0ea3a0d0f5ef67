package epp

import "strconv"

// Code is a result code of RFC 5730, section 3. Codes below 2000 are successes.
type Code int

// All result codes of RFC 5730, section 3.
const (
	CodeOK                     Code = 1000
	CodeOKPending              Code = 1001
	CodeOKNoMessages           Code = 1300
	CodeOKAckToDequeue         Code = 1301
	CodeOKEndingSession        Code = 1500
	CodeUnknownCommand         Code = 2000
	CodeSyntaxError            Code = 2001
	CodeUseError               Code = 2002
	CodeMissingParameter       Code = 2003
	CodeRangeError             Code = 2004
	CodeValueSyntaxError       Code = 2005
	CodeUnimplementedVersion   Code = 2100
	CodeUnimplementedCommand   Code = 2101
	CodeUnimplementedOption    Code = 2102
	CodeUnimplementedExtension Code = 2103
	CodeBillingFailure         Code = 2104
	CodeNotEligibleForRenewal  Code = 2105
	CodeNotEligibleForTransfer Code = 2106
	CodeAuthenticationError    Code = 2200
	CodeAuthorizationError     Code = 2201
	CodeInvalidAuthInfo        Code = 2202
	CodePendingTransfer        Code = 2300
	CodeNotPendingTransfer     Code = 2301
	CodeObjectExists           Code = 2302
	CodeObjectDoesNotExist     Code = 2303
	CodeStatusProhibits        Code = 2304
	CodeAssociationProhibits   Code = 2305
	CodePolicyError            Code = 2306
	CodeUnimplementedService   Code = 2307
	CodePolicyViolation        Code = 2308
	CodeCommandFailed          Code = 2400
	CodeFailedClosing          Code = 2500
	CodeAuthenticationClosing  Code = 2501
	CodeSessionLimitClosing    Code = 2502
)

// Success reports whether the command succeeded (RFC 5730, section 3: 1xxx).
func (c Code) Success() bool { return c >= 1000 && c < 2000 }

// Closing reports whether the server ends the connection after this answer.
func (c Code) Closing() bool { return c == CodeOKEndingSession || c >= 2500 }

// String is the code's digits.
func (c Code) String() string { return strconv.Itoa(int(c)) }

// Text is the English response text of RFC 5730, section 3, "" for other codes.
func (c Code) Text() string {
	switch c {
	case CodeOK:
		return "Command completed successfully"
	case CodeOKPending:
		return "Command completed successfully; action pending"
	case CodeOKNoMessages:
		return "Command completed successfully; no messages"
	case CodeOKAckToDequeue:
		return "Command completed successfully; ack to dequeue"
	case CodeOKEndingSession:
		return "Command completed successfully; ending session"
	case CodeUnknownCommand:
		return "Unknown command"
	case CodeSyntaxError:
		return "Command syntax error"
	case CodeUseError:
		return "Command use error"
	case CodeMissingParameter:
		return "Required parameter missing"
	case CodeRangeError:
		return "Parameter value range error"
	case CodeValueSyntaxError:
		return "Parameter value syntax error"
	case CodeUnimplementedVersion:
		return "Unimplemented protocol version"
	case CodeUnimplementedCommand:
		return "Unimplemented command"
	case CodeUnimplementedOption:
		return "Unimplemented option"
	case CodeUnimplementedExtension:
		return "Unimplemented extension"
	case CodeBillingFailure:
		return "Billing failure"
	case CodeNotEligibleForRenewal:
		return "Object is not eligible for renewal"
	case CodeNotEligibleForTransfer:
		return "Object is not eligible for transfer"
	case CodeAuthenticationError:
		return "Authentication error"
	case CodeAuthorizationError:
		return "Authorization error"
	case CodeInvalidAuthInfo:
		return "Invalid authorization information"
	case CodePendingTransfer:
		return "Object pending transfer"
	case CodeNotPendingTransfer:
		return "Object not pending transfer"
	case CodeObjectExists:
		return "Object exists"
	case CodeObjectDoesNotExist:
		return "Object does not exist"
	case CodeStatusProhibits:
		return "Object status prohibits operation"
	case CodeAssociationProhibits:
		return "Object association prohibits operation"
	case CodePolicyError:
		return "Parameter value policy error"
	case CodeUnimplementedService:
		return "Unimplemented object service"
	case CodePolicyViolation:
		return "Data management policy violation"
	case CodeCommandFailed:
		return "Command failed"
	case CodeFailedClosing:
		return "Command failed; server closing connection"
	case CodeAuthenticationClosing:
		return "Authentication error; server closing connection"
	case CodeSessionLimitClosing:
		return "Session limit exceeded; server closing connection"
	}
	return ""
}
