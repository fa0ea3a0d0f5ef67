// Package tmch reads and writes the lists that a registry exchanges with the Trademark
// Database (RFC 9361) and judges claims notices (RFC 8334, section 2.6; RFC 9361, sections 5.3.2
// and 6.5): the list of labels with claims (DNL), the sunrise list (SURL), the list of revoked
// signed marks, and the list of registered names (LORDN) that goes back.
//
// It is pure: no clock, no network, no files. Signed marks themselves are package epp/smd's; the
// PGP signatures of the lists are not looked at here.
package tmch
