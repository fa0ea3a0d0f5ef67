// Package rst is a black-box runner of ICANN's Registry System Testing, version
// 2.0: the EPP suite (epp-01 to epp-27), the minimum rights protection mechanisms
// (minimumRPMs-01 to -03) and the IDN cases (idn-01, idn-02).
//
// It knows nothing of the server but what a registrar knows: an address, two
// accounts with their certificates, and what a registry declares of itself
// ([Inputs]). It speaks TLS and frames of its own (RFC 5734), writes its commands
// from its own templates (RFC 5730 to 5733, 3915, 5910, 8334, 8807, 9154), and has
// every frame that it receives checked against the schemas by libxml2's xmllint.
//
// [Run] goes through all cases twice, each account being the main client once, and
// returns a [Report] of [Finding]s under the names that ICANN gives its errors. A
// case passes when nothing of level ERROR or CRITICAL was found in it.
package rst
