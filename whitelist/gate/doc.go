// Package gate is the target registry's side of pre-approval: it tells which
// registrations are under control, asks the whitelist registry for their entries,
// and holds the entries against who registers. It asks in one of three ways: in
// this registry's own database, by DNS with TSIG (RFC 8945), or by EPP's
// domain:info (RFC 5731, Section 3.1.2).
//
// It fails closed: what could not be asked, or was answered by somebody else than
// agreed, is refused with 2400, and nothing is written. Registrations under no
// control ask nobody, so an outage does not touch them.
//
// RemoteTargets is the opposite question, for the whitelist registry: which target
// names are registered, asked of target registries by EPP (RFC 5731, Section 3.1).
package gate
