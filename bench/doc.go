// Command bench measures a registry of its own beside the limits of the machine it runs
// on, and prints each figure as a share of its limit. Absolute rates differ between
// machines and between minutes of one machine; so every limit is measured right before
// the figure it belongs to, with the same number of sessions and, where there is a load
// generator, with the same one.
//
// It builds the program, starts a sandbox in a directory that it removes afterwards, and
// speaks to it as registrars and resolvers do: EPP over TLS (RFC 5730-5734) and DNS over
// UDP (RFC 1035). The load generator sends prepared frames and reads nothing but the
// result code out of the answers, so that what is measured is the server.
//
// What is measured, and against what:
//
//   - domain:check in 32 sessions: a TLS 1.3 server in a process of its own that sends
//     back frames of 700 octets;
//   - domain:create, in 8 and in 32 sessions: pgbench inserting the same rows in
//     transactions of its own into a database of the same cluster with the same schema;
//   - domain:create of a name that is taken, in 32 sessions: pgbench inserting one row
//     again and again with ON CONFLICT DO NOTHING;
//   - the time from the answer to a create until the delegation is in a DNS answer;
//   - the memory of an idle session;
//   - domain:create with pre-approval, at a target registry that asks a whitelist registry
//     over DNS (RFC 8945), in 8 sessions: the same creates of names under no policy;
//   - with -full: domain:check of a registrar while a hundred others, on ten sessions each, create one name after the
//     other as it is purged: the same check while these are silent;
//   - with -full: how rates (beside a registry with few names, in turns), memory, start and DNS answers change when the zone has a
//     million names;
//   - with -full: the rates of applications, of checks and of DNS questions with 100 000
//     whitelist names, how fast these are pruned when they expire, and what others notice
//     of the pruning.
//
// Processor time is that of the processes of the server and of PostgreSQL, from
// /proc; it is not shown where there is no such thing.
package main
