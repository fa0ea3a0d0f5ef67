// Package dnsout shows the registry's zones on DNS: it keeps every zone in
// memory, follows the dirty names the store collects, and answers
// authoritatively over UDP and TCP.
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
// answers to ANY) and RFC 9471 (all in-domain glue, or TC).
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
