// Package interop looks at the product from outside: it runs the program itself, and
// drives it with clients that other people wrote (libnet-epp-perl, github.com/domainr/epp,
// dig, named-checkzone).
//
// What tests of other packages may use of it is the harness: Main, StartSandbox and the
// methods of Sandbox.
package interop
