// Package dnsout shows the registry's zones on DNS: it keeps every zone in
// memory, follows the dirty names the store collects, and answers
// authoritatively over UDP and TCP. A name is either delegated or, in whitelist
// zones, carries data of its own; a zone may be closed to all but the addresses and
// keys on its access list. Package lookup, below this one, is the client that asks
// such a zone.
//
// Data flows one way. A transaction in the store marks names dirty; the
// publisher turns them into one serial step of the zone's journal, re-reads the
// current delegation of each changed name and writes it into memory; the
// answering side reads memory without taking a lock. Any number of processes
// may do this on one database: each reads the same journal, so all show the
// same serial.
//
// Implemented: RFC 1034 (Section 4.3.2, the answering algorithm), RFC 1035 (wire
// and zone-file format), RFC 1982 (serial arithmetic), RFC 2181, RFC 2308
// (negative answers), RFC 3597 (unknown types), RFC 4035 (Sections 3.1.4 and
// 3.1.4.1, DS at the parent; the zones are unsigned), RFC 4343 (names compare
// without case, the query's case is echoed), RFC 6891 (EDNS), RFC 7766 and RFC
// 9210 (DNS over TCP), RFC 8020 (empty non-terminals exist), RFC 8482 (small
// answers to ANY), RFC 8945 (TSIG: signed queries get signed answers; the latest
// time signed is not remembered, as Section 5.2.3 would like, since queries are no
// commands and packets overtake each other) and RFC 9471 (all in-domain glue, or
// TC).
//
// # Names with data
//
// A name with data (store.Delegation.Data) shows its TXT, A, AAAA and NS records,
// and the zone is authoritative for all of them. NS records among them are data like
// the rest and no zone cut: they are answered with AA, there is no referral, and
// names below do not exist unless they have data themselves. Other servers that are
// given the exported zone take such NS records for a cut. An RRset that is not fit
// is left out, with an alarm, and the name's others are shown; a delegation that is
// not fit stays as it was.
//
// # The zone in memory
//
// A zone is shaped for ten million names. One name is one record of bytes in
// one of 256 segments; a segment is an append-only slab and an open-addressing
// table of offsets into it, so the garbage collector sees two pointers per
// segment and none per name. Host names outside the delegated domain are kept
// once per distinct set. A record never changes once a reader can reach it: an
// update appends a new record and swaps one table entry atomically, so a reader
// sees a name entirely before or entirely after a change, and waits for nobody.
// A full slab is rewritten without its garbage and swapped in whole.
package dnsout
