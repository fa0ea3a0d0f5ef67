// Package lgr reads label generation rulesets (RFC 7940): which code points a
// label of a zone may hold, in which contexts, and which labels are variants of
// one another. It also has the contextual rules of IDNA2008 (RFC 5892, Appendix
// A) and a few built-in tables.
//
// What it does not do, and refuses with an error that says so: null variants
// (RFC 7940, Section 5.3.3), the property InSC (Section 6.2.3), and tables whose
// variant mappings are not symmetric and transitive (Section 5.3.1) or leave
// open whether labels collide (see checkVariants). Properties
// are those of the Unicode version of the Go release; a table that names a newer
// one is refused when it uses properties.
//
// Every input may be hostile: documents have limits of size, depth and count;
// matching a rule takes time polynomial in the label whatever the rule says; and
// variants are produced up to a limit, never all at once. A Table and a Set do
// not change once made and may be used by many goroutines.
package lgr
