// Package store keeps the registry in PostgreSQL: literal SQL beside its scan,
// one file per subject. Every write goes through Transact: one transaction, one
// instant, retried when the database asks for it; writes are queued and sent
// with the commit in one round trip, so that hot rows are locked briefly.
//
// Lock order: domains, hosts, contacts (each by ascending name or handle), then
// the registrar's account last of all.
//
// Every SQL text is a constant whose name begins with "sql"; a test prepares
// each against the migrated schema.
package store
