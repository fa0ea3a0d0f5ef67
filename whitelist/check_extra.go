package whitelist

import (
	"net/netip"
	"slices"
	"strings"

	"cadastre/registry"
)

// Limits of a policy's key and extra records.
const (
	minKey     = 16 // octets
	maxKey     = 256
	maxRecords = 16
)

func (p *Policy) checkHash() error {
	keyed := slices.Contains([]string{p.Hash.Registrant, p.Hash.Registrar, p.Hash.Domain, p.Hash.Whole}, HashHMAC)
	switch {
	case keyed && len(p.Key) == 0:
		return registry.Errorf(registry.KindMissing, "key", "", "hmac-sha256 needs a key (base64, at least 16 octets)")
	case !keyed && len(p.Key) > 0:
		return wrong("key", "", "no component is hashed with hmac-sha256, so a key serves nothing")
	case keyed && (len(p.Key) < minKey || len(p.Key) > maxKey):
		return wrong("key", "", "a key has 16 to 256 octets")
	}
	return nil
}

func (p *Policy) checkFees() error {
	for _, f := range []struct{ key, amount string }{{"fees.grant", p.Fees.Grant}, {"fees.name", p.Fees.Name}} {
		whole, fraction, point := strings.Cut(f.amount, ".")
		if f.amount == "" {
			continue
		}
		if whole == "" || len(whole) > 9 || point && fraction == "" || len(fraction) > 2 || strings.Trim(whole+fraction, "0123456789") != "" {
			return wrong(f.key, cut(f.amount), "an amount is written like 25.00")
		}
	}
	return nil
}

func (p *Policy) checkRecords() error {
	if len(p.Records) > maxRecords {
		return wrong("records", "", "at most 16 records")
	}
	for i := range p.Records {
		path := index("records", i)
		if err := p.Records[i].check(path); err != nil {
			return err
		}
		if slices.Contains(p.Records[:i], p.Records[i]) {
			return wrong(path, p.Records[i].Value, "the record is given twice")
		}
	}
	return nil
}

// check refuses a record that DNS could not show and makes its value canonical.
func (e *ExtraData) check(path string) error {
	if e.Value == "" {
		return missing(path + ".value")
	}
	path += ".value"
	switch e.Type {
	case "A", "AAAA":
		addr, err := netip.ParseAddr(e.Value)
		if err != nil || addr.Zone() != "" || addr.Is4() != (e.Type == "A") || addr.Is4In6() {
			return wrong(path, cut(e.Value), "not an address of type "+e.Type)
		}
		e.Value = addr.String()
		return nil
	case "NS":
		name, err := asciiName(path, e.Value)
		e.Value = name
		return err
	}
	return unknownWord(strings.TrimSuffix(path, "value")+"type", cut(e.Type), []string{"A", "AAAA", "NS"})
}
