package registry

import (
	"slices"
)

// ZoneDemand is what a zone's new settings ask of the names that it has already.
type ZoneDemand string

// The demands, as an error tells them before the names.
const (
	NoHostObjects    ZoneDemand = "name servers are to be attributes, and host objects are in use"
	NoHostAttributes ZoneDemand = "name servers are to be host objects, and attributes are in use"
	NoDSData         ZoneDemand = "DNSSEC data are to be keys, and DS data are in use"
	NoKeyData        ZoneDemand = "DNSSEC data are to be DS data, and keys are in use"
	NoContacts       ZoneDemand = "the zone is to know no contacts, and some are in use"
	Registrants      ZoneDemand = "registrants are to be required, and names have none"
	SameTables       ZoneDemand = "the label tables or the policy for variants are to change, and names are registered whose variants were told by the old ones"
	NoDomains        ZoneDemand = "registrants are to be genuine, and those of registered names were not asked to be"
)

// Demands lists what z asks of existing names and old did not. Errors: settings
// that never change while a zone runs.
func (z *Zone) Demands(old *Zone) ([]ZoneDemand, error) {
	if z.Prices.Currency != old.Prices.Currency {
		return nil, Errorf(KindParamPolicy, "prices.currency", z.Prices.Currency, "the accounts were kept in %s, and stay so", old.Prices.Currency)
	}
	var out []ZoneDemand
	for _, d := range []struct {
		demand    ZoneDemand
		now, then bool
	}{
		{NoHostObjects, z.Model.HostForm() == HostAttributes, old.Model.HostForm() == HostAttributes},
		{NoHostAttributes, z.Model.HostForm() == HostObjects, old.Model.HostForm() == HostObjects},
		{NoDSData, z.DNSSEC.Form() == KeyDataInterface, old.DNSSEC.Form() == KeyDataInterface},
		{NoKeyData, z.DNSSEC.Form() == DSDataInterface, old.DNSSEC.Form() == DSDataInterface},
		{NoContacts, z.Model.ContactForm() == MinimumContacts, old.Model.ContactForm() == MinimumContacts},
		{Registrants, z.NeedsRegistrant(), old.NeedsRegistrant()},
		{SameTables, !slices.Equal(z.IDNTables, old.IDNTables) || !slices.Equal(z.IDN.Tables, old.IDN.Tables) ||
			z.IDN.allocates() != old.IDN.allocates(), false},
		{NoDomains, z.Policy.Registrants == GenuineRegistrants, old.Policy.Registrants == GenuineRegistrants},
	} {
		if d.now && !d.then {
			out = append(out, d.demand)
		}
	}
	return out, nil
}

// NewNames lists the suffixes and name servers that z has and old has not, and the
// suffixes that it has no more: nothing may be registered there.
func (z *Zone) NewNames(old *Zone) (suffixes, servers []string) {
	for _, s := range z.Suffixes {
		if !slices.Contains(old.Suffixes, s) {
			suffixes = append(suffixes, s)
		}
	}
	for _, s := range old.Suffixes {
		if !slices.Contains(z.Suffixes, s) {
			suffixes = append(suffixes, s)
		}
	}
	for _, ns := range z.DNS.Nameservers {
		if !slices.ContainsFunc(old.DNS.Nameservers, func(o ApexServer) bool { return o.Name == ns.Name }) {
			servers = append(servers, ns.Name)
		}
	}
	return suffixes, servers
}
