package smd

import (
	"errors"
	"fmt"
)

// What can be wrong with a signed mark. Every error of Verify wraps exactly one of these;
// its text says what was found, in words for the one who sent it.
var (
	// ErrMalformed: not a signed mark, or one that no validator would have made.
	ErrMalformed = errors.New("malformed signed mark")
	// ErrSignature: the signature does not fit what is signed, or is of a kind we do not accept.
	ErrSignature = errors.New("invalid signature of the signed mark")
	// ErrNotTrusted: no path, valid at the instant, leads from the validator's certificate to a
	// trust anchor.
	ErrNotTrusted = errors.New("untrusted validator of the signed mark")
	// ErrRevokedCertificate: a certificate of the path is on a revocation list.
	ErrRevokedCertificate = errors.New("revoked certificate of the signed mark")
	// ErrNotYetValid: before the notBefore of the signed mark.
	ErrNotYetValid = errors.New("signed mark is not valid yet")
	// ErrExpired: after the notAfter of the signed mark.
	ErrExpired = errors.New("signed mark has expired")
)

func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrMalformed, fmt.Sprintf(format, args...))
}

func badSignature(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrSignature, fmt.Sprintf(format, args...))
}

func notTrusted(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrNotTrusted, fmt.Sprintf(format, args...))
}
