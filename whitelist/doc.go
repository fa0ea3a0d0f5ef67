// Package whitelist is the language and the pure rules of the whitelist registry:
// policies, whitelist names and their records, and how a registration is held
// against them. It touches no network, no clock and no database.
//
// A policy says which registrations are under control, how a whitelist name is
// made from target name, registrant and registrar, and who decides. The whitelist
// registry and every target registry make the names by the same rules,
// independently; docs/whitelist-protocol.md is their public description.
//
// Names follow RFC 1035 and RFC 5890, hashes RFC 6234 (SHA-256), RFC 2104 (HMAC)
// and RFC 4648, Section 7 (base32hex), credential hashes RFC 9106 (argon2id).
package whitelist
