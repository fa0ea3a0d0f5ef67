// Package client is a small EPP client: one connection, one command at a time, no
// reconnecting and no hidden retries. The command line's epp verb, the tests and the load
// generator speak through it, to this server and to others.
//
// It implements the client's side of
//
//   - RFC 5730: greeting, hello, login, logout, and the exchange of commands and responses
//     with client transaction identifiers
//   - RFC 5734: transport over TLS with client certificates, and its framing
//
// with what RFC 9325 says about TLS versions. What the commands and the responses mean is
// in package epp.
package client
