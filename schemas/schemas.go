// Package schemas holds the XML schemas of this project's own EPP extensions. They import
// the IETF schemas of RFC 5730 and RFC 5733 (eppcom-1.0.xsd, contact-1.0.xsd), which are
// not part of the project: put both side by side to validate.
package schemas

import "embed"

// FS holds one file per extension, named after its namespace: contactKind-1.0.xsd,
// preapproval-1.0.xsd.
//
//go:embed *.xsd
var FS embed.FS
