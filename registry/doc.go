// Package registry is the domain language of the shared registry system and its
// pure rules: domains, hosts, contacts, registrars, zones, their statuses and
// lifecycle. Nothing here reads a clock, a database or a wire: every rule is a
// function of values and of the one instant of the command.
//
// It implements the object rules of RFC 5731 (domains), RFC 5732 (hosts) and
// RFC 5733 (contacts), the grace periods of RFC 3915, authorization information
// after RFC 9154, names after RFC 1035, RFC 5890 to 5892, and the contact kinds
// of contactKind-1.0.
package registry
