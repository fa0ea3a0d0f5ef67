// Package rest is the HTTPS front end: verifiers announce direct applications, decide
// what waits for them and look at both, as JSON under /api/v1. The description of the
// interface is at /api/v1/openapi.json.
//
// A handler decodes, calls one use case of the desk and encodes; rules and storage are
// the desk's. Accounts show a bearer token. Every request is one line of the log,
// without bodies and tokens.
//
// It implements HTTP (RFC 9110, RFC 9112, RFC 9113) over TLS 1.2 and 1.3 as RFC 9325
// recommends, problem details (RFC 9457), bearer tokens in the header (RFC 6750,
// Section 2.1), strict transport security (RFC 6797) and JSON (RFC 8259, with names
// that must be unique).
package rest
