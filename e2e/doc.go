// Package e2e tests the program from outside: it builds the binary, runs sandboxes
// and servers as processes of their own, and speaks with them as registrars and
// resolvers do, by EPP over TLS and by DNS. Nothing is mocked.
//
// What the tests hold the program to is in RFC 5730 to 5734 (EPP), RFC 3915 (grace
// periods), RFC 9154 (authorization information), RFC 1034, 1035, 2308 and 9471
// (DNS), and in ICANN's registry system tests.
//
// Every frame that a server sends in any test is validated against the IETF
// schemas and the project's own, and a result code 2400 fails the run unless the
// test took the database away.
//
// Flags: -update writes the golden exchanges anew; -crash.rounds sets how often the
// crash test kills; -chaos.operations and -chaos.seed set how much the chaos test does
// and what it chooses; -model.commands and -model.seed the same of the model test,
// and -model.shrink how long it shortens a script that failed;
// -linear.operations sets how much concurrent sessions do; -e2e.binary names a binary to
// test instead of building one.
package e2e
