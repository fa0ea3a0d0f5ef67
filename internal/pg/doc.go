// Package pg runs a private PostgreSQL for a server that was given no database
// of its own, and keeps database schemas at the version the program knows.
//
// [Start] makes a cluster below a directory on first use and starts it on every
// use: Unix socket only, one superuser, owned by an unprivileged account even
// when the program runs as root. A cluster is never wiped: a directory that is in
// use, or that another major version of PostgreSQL made, is refused.
//
// [Migrate] and [CheckSchema] work on any PostgreSQL 15 or newer; [DumpSchema]
// prints a schema in a form that is stable between releases.
//
// Layout of the directory:
//
//	lock             held by flock(2) while a server uses the directory
//	data/            the cluster; a half made one is never called data
//	sock/            the Unix socket, for the owner alone (mode 0700)
//	postgresql.conf  settings, written anew at every start
//	postgresql.local.conf  the operator's own settings, if any; read last
//	pg_hba.conf      who may connect: the socket's directory decides
//	postgres.log     PostgreSQL's log, at most two files of 10 MiB
//
// It implements no RFC.
package pg
