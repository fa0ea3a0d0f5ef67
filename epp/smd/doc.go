// Package smd reads and verifies signed marks: the proof, signed by a validator of the
// Trademark Clearinghouse, that somebody holds the rights in a mark and in the labels that
// follow from it (RFC 7848; RFC 8334, section 2.6.3; the file format of RFC 9361, section 6.4).
// RFC 9361, section 5.2.2, lists what a registry has to verify; this package does numbers 2 to 6
// of it. The revocation list of signed marks (7) and the match of the label (8) are the caller's.
//
// A signed mark comes from a registrar's client: every octet of it is hostile until the
// signature holds. The order is therefore fixed: limits and well-formedness (scan.go), the exact
// shape of the signature with nothing left to choose (shape.go), the path of the certificates
// and their revocation (chain.go), the signature (verify.go), and only then the contents
// (mark.go), which are read from the octets that the signature covers and from nothing else.
package smd
