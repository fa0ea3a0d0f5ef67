// Package lookup asks a whitelist zone for TXT records and believes nothing but
// signed answers. It is how a target registry finds out, over the network, whether
// a registration has been pre-approved.
//
// Whoever can write to the network between the two registries can delay an answer
// or keep it away, but not make one: every answer must be signed with the shared
// key over the MAC of the question it is for (TSIG), carry the question's id and
// name, and be authoritative. Whatever else arrives is dropped, and waiting goes on
// until the time is out. That a name does not exist is believed as little as that
// it does: only with the signature, and with the zone's SOA.
//
// Implemented: RFC 1035 (UDP and TCP), RFC 2308 (negative answers), RFC 5452
// (unpredictable ids and ports), RFC 6891 (EDNS, 1232 octets), RFC 7766 (questions
// pipelined, connections kept) and RFC 8945 (TSIG, Section 5.4 for the client).
package lookup
