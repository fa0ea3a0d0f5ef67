package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"cadastre/epp"
)

// createPrice is the price of a create in a zone, for the fee that a create agrees to.
const createPrice = `SELECT settings->'prices'->>'currency', (settings->'prices'->>'create')::bigint FROM zones WHERE name = $1`

// createExtensions are the extensions that creates carry: DNSSEC data (RFC 5910), the fee
// agreed to (RFC 8748) and a time to live (RFC 9803), as far as the server announces them.
// What else it announces is chosen in the login, so that the server has it to look after.
func (s *sandbox) createExtensions(ctx context.Context) (list []epp.Extension, err error) {
	if slices.Contains(s.extensions, epp.NSSecDNS) {
		list = append(list, &epp.SecDNSCreate{SecDNSData: epp.SecDNSData{
			DS: []epp.DSData{{KeyTag: 12345, Alg: 13, DigestType: 2, Digest: []byte("0123456789abcdef0123456789abcdef")}},
		}})
	}
	if slices.Contains(s.extensions, epp.NSFee) {
		conn, err := pgx.Connect(ctx, s.info.Database.DSN)
		if err != nil {
			return nil, err
		}
		defer conn.Close(ctx) //nolint:errcheck // nothing is lost
		var currency string
		var cents int64
		if err := conn.QueryRow(ctx, createPrice, zone).Scan(&currency, &cents); err != nil {
			return nil, fmt.Errorf("price of a create: %w", err)
		}
		list = append(list, &epp.FeeTransform{
			Verb: epp.VerbCreate, Currency: currency, Fees: []epp.Fee{{Amount: fmt.Sprintf("%d.%02d", cents/100, cents%100)}},
		})
	}
	if slices.Contains(s.extensions, epp.NSTTL) {
		ttl := uint32(3600)
		list = append(list, &epp.TTLCreate{TTLs: []epp.RecordTTL{{For: "NS", TTL: &ttl}}})
	}
	return list, nil
}

// extended names the extensions of a create, for the report.
func extended(list []epp.Extension) string {
	if len(list) == 0 {
		return ""
	}
	var names []string
	for _, x := range list {
		uri := x.ExtensionURI()
		names = append(names, uri[strings.LastIndexByte(uri, ':')+1:])
	}
	return " with " + strings.Join(names, ", ")
}

// announced reads the extensions out of a greeting.
func announced(greeting []byte) ([]string, error) {
	g, err := epp.DecodeGreeting(greeting)
	if err != nil {
		return nil, fmt.Errorf("greeting: %w", err)
	}
	return g.ExtURIs, nil
}
