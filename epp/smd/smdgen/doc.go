// Package smdgen is a Trademark Clearinghouse to test with: an authority, a validator and its
// revocation list (RFC 9361, section 5.1.1.3), and marks signed as those of the real one are
// (RFC 7848; RFC 9361, section 6.4). It is for sandboxes and tests; nothing it makes is worth
// anything to a registry that does not name its root a trust anchor.
//
// The XML is written in the canonical form at once, so that what is digested is what is written;
// no XML library takes part, and package smd is tested against work that is not its own.
package smdgen
