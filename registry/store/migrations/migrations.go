// Package migrations holds the numbered changes of the database schema, applied
// in order by `cadastre migrate` and by the sandbox.
package migrations

import "embed"

// FS holds the migrations.
//
//go:embed *.sql
var FS embed.FS
