// Package server is the registry's EPP front end: TLS sessions, login, and one
// file for each command and object.
//
// It implements
//
//   - RFC 5730, the protocol: greeting, hello, login, logout, check, info, create,
//     update, delete, renew, transfer, poll; the session limits of Sections 2.9.1 and 3
//   - RFC 5731, domains; host objects only (Section 1.1)
//   - RFC 5732, hosts
//   - RFC 5733, contacts
//   - RFC 5734, sessions and data units over TCP, protected by TLS
//   - RFC 8446 and RFC 5246, TLS 1.3 and 1.2, restricted to what RFC 9325 recommends
//   - RFC 9154, secure authorization information for transfers (the rules are in package registry)
//   - contactKind-1.0 and preapproval-1.0, this project's extensions (package schemas)
//
// A handler has four beats: take what the frame said, turn it into the registry's
// terms, call one use case, turn the outcome into an answer. Rules and storage live
// behind the interfaces Registry and, for names in whitelist zones, Whitelist; XML lives in package epp. Exactly one switch turns
// the registry's kinds of error into result codes (codeOf).
//
// A domain command goes to the one registry or the other by the name it is about, and a
// domain:create with op="apply" to the whitelist registry although its name is a target
// name. A verifier's account reaches whitelist names and its messages only (verifierMay).
//
// A session is one goroutine. It reads a data unit, answers it, and only then reads
// the next, so pipelined commands (RFC 5734, Section 3) are answered in order and
// cost no memory here. Every limit is a named member of Limits.
//
// Where the RFCs leave a choice:
//
//   - The handshake completes without a client certificate, so that the client reads
//     a result code instead of a TLS alert; the login then fails with 2200.
//   - A command for an object or with an extension that the greeting announces but the
//     login did not choose is refused with 2307 and 2103.
//   - Host attributes in a domain command are refused with 2102, since host objects are
//     announced (RFC 5731, Section 1.1). So is authInfo in <ext>, and a pw with a roid,
//     which would be another object's.
//   - Hello is answered before the login too.
//   - 2400 leaves the session open and 2500 closes it, as RFC 5730, Section 3 demands;
//     a fault that may have left the session in disorder is 2500.
package server
