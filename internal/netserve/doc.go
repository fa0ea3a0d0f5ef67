// Package netserve is what servers on a network have in common, whatever protocol they
// speak: certificates in files (RFC 9325), the unit in which peers are counted, and
// limits with defaults.
package netserve
