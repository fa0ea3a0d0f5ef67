// Package epp is the vocabulary of the Extensible Provisioning Protocol, shared
// by the server and the client: frames, commands, responses, result codes and
// extensions, with the codecs that turn them into XML and back.
//
// It implements the wire format of
//
//   - RFC 5730, the protocol itself (STD 69)
//   - RFC 5731, domain names
//   - RFC 5732, hosts
//   - RFC 5733, contacts
//   - RFC 5734, section 4, framing over TCP
//   - RFC 3915, registry grace periods and restoring
//   - RFC 5910, DNSSEC data
//   - RFC 8495, allocation tokens
//   - RFC 8748, fees
//   - RFC 8334, launch phases; of the marks of RFC 7848 names and octets alone (Fragment)
//   - RFC 8590, change poll
//   - RFC 8807, login security
//   - RFC 9038, unhandled namespaces (MoveUnhandled)
//   - RFC 9167, maintenance notifications
//   - RFC 9154, section 3, the namespace of secure transfers
//   - RFC 9803, times to live
//   - RFC 9873, additional mail addresses
//   - idn-1.0 (draft-ietf-eppext-idnmap), tables of IDNs
//   - contactKind-1.0 and preapproval-1.0, this project's own extensions (package schemas)
//
// A frame passes a strict scanner (front door) before anything looks at its
// meaning, and a content model that mirrors the IETF schemas. What a schema can
// say is decided here, with the result code that fits; what only a registry can
// know (does the object exist, is the value allowed here) is not.
//
// Where the RFCs' text is narrower than their schemas, the text decides: elements that
// are called empty are empty (hello, logout, domain:null, ...), an acknowledgement names
// its message, dates are in UTC, the element below a command has the command's name, an
// extension element extends the command it is made for (of transfers only the request), and
// occurs once. Markup in a restore report is read, not validated. The other way
// round, xsi attributes but nil are accepted everywhere and not evaluated, and blanks are
// accepted in empty elements.
//
// Everything in this package is plain data and pure functions. Values may be
// used from many goroutines as long as nobody changes them.
package epp
