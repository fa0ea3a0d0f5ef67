package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"cadastre/registry"
)

// modelOptions are the flags about data models, DNSSEC data and times to live.
type modelOptions struct {
	hosts, contacts, postal, secure          string
	contactTypes, elements, requiredElements []string
	maxRecords                               int
	maxSigLife                               uint32
	ttlRanges                                []string
}

func (m *modelOptions) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&m.hosts, "host-model", string(registry.HostObjects), "`model` of name servers: objects, or attributes of their domain")
	f.StringVar(&m.contacts, "data-model", string(registry.MaximumContacts), "`model` of people: maximum (registrant and contacts), minimum (nobody), or per-registrar (as the account of each name's sponsor says)")
	f.StringSliceVar(&m.contactTypes, "contact-types", nil, "`type` of contact that every domain needs: admin, tech, billing; repeat it")
	f.StringSliceVar(&m.elements, "contact-elements", nil, "`element` that contacts may have: org, street, sp, pc, voice, voice:ext, fax, fax:ext; repeat it (default all)")
	f.StringSliceVar(&m.requiredElements, "required-elements", nil, "`element` that contacts need, of the same; repeat it")
	f.StringVar(&m.postal, "postal-info", "both", "`form` of the address that contacts may have: int, loc or both")
	f.StringVar(&m.secure, "secdns", string(registry.DSDataInterface), "`interface` for DNSSEC data: dsData, or keyData, of which the registry makes DS records")
	f.IntVar(&m.maxRecords, "max-ds", registry.SecurePolicy{}.Most(), "most DNSSEC `records` of one domain")
	f.Var(secondsFlag{&m.maxSigLife}, "max-sig-life", "`length` of time that a domain may ask its signatures to last, at most (default: it may not ask)")
	f.StringSliceVar(&m.ttlRanges, "ttl-range", nil, "`TYPE=MIN-MAX`: times to live in seconds that registrars may set for NS, DS, A or AAAA records, or TYPE=none; repeat it (default 300-172800 for each)")
}

func (o *zoneAddOptions) applyModel(z *registry.Zone) error {
	m, changed := &o.model, o.changed
	if changed("host-model") {
		z.Model.Hosts = registry.HostModel(m.hosts)
	}
	if changed("data-model") {
		z.Model.Contacts = registry.ContactModel(m.contacts)
	}
	if changed("contact-types") {
		z.Model.ContactTypes = unique(m.contactTypes)
	}
	if changed("contact-elements") {
		z.Model.Elements = unique(m.elements)
	}
	if changed("required-elements") {
		z.Model.RequiredElements = unique(m.requiredElements)
	}
	if changed("postal-info") {
		z.Model.Postal = m.postal
	}
	if changed("secdns") {
		z.DNSSEC.Interface = registry.SecureInterface(m.secure)
	}
	if changed("max-ds") {
		if m.maxRecords < 1 {
			return registry.Errorf(registry.KindRange, "--max-ds", strconv.Itoa(m.maxRecords), "one or more")
		}
		z.DNSSEC.MaxRecords = m.maxRecords
	}
	if changed("max-sig-life") {
		z.DNSSEC.MaxSigLife = int(m.maxSigLife)
	}
	for _, text := range m.ttlRanges {
		if err := applyTTLRange(&z.TTLLimits, text); err != nil {
			return err
		}
	}
	return nil
}

// applyTTLRange reads TYPE=MIN-MAX or TYPE=none.
func applyTTLRange(l *registry.TTLLimits, text string) error {
	bad := registry.Errorf(registry.KindValue, "--ttl-range", text, "write TYPE=MIN-MAX in seconds, such as NS=300-172800, or TYPE=none; TYPE is NS, DS, A or AAAA")
	rrtype, value, _ := strings.Cut(text, "=")
	to := map[string]**registry.TTLRange{"NS": &l.NS, "DS": &l.DS, "A": &l.A, "AAAA": &l.AAAA}[strings.ToUpper(rrtype)]
	if to == nil {
		return bad
	}
	if value == "none" {
		*to = nil
		return nil
	}
	low, high, _ := strings.Cut(value, "-")
	least, err := strconv.ParseUint(low, 10, 31)
	if err != nil {
		return bad
	}
	most, err := strconv.ParseUint(high, 10, 31)
	if err != nil || most > math.MaxUint32 {
		return bad
	}
	*to = &registry.TTLRange{Min: uint32(least), Max: uint32(most)}
	return nil
}

// modelPairs prints the data models in the words of ICANN's registry system tests.
func modelPairs(z *registry.Zone) pairs {
	m := z.Model
	secure := string(z.DNSSEC.Form()) + fmt.Sprintf(", at most %d records", z.DNSSEC.Most())
	if z.DNSSEC.MaxSigLife > 0 {
		secure += ", signatures for up to " + periodText(time.Duration(z.DNSSEC.MaxSigLife)*time.Second)
	}
	if z.DNSSEC.AnyDigestLength {
		secure += ", digests of any length"
	}
	lines := []string{
		"registryDataModel " + string(m.ContactForm()),
		"hostModel " + string(m.HostForm()),
		"gluePolicy narrow",
		"secDNSInterfaces " + secure,
	}
	if m.ContactForm() != registry.MinimumContacts {
		lines = append(lines,
			"requiredContactTypes "+orNone(m.ContactTypes),
			"supportedContactElements "+strings.Join(m.Supported(), ", "),
			"requiredContactElements "+orNone(m.RequiredElements),
			"supportedContactPostalInfoTypes "+m.PostalForms())
	}
	var ranges []string
	for _, t := range []string{"NS", "DS", "A", "AAAA"} {
		if z.TTLLimits.Of(t) != nil {
			r := z.TTLRange(t)
			ranges = append(ranges, fmt.Sprintf("%s %s to %s", t, periodText(time.Duration(r.Min)*time.Second), periodText(time.Duration(r.Max)*time.Second)))
		}
	}
	return pairs{{"models", list(lines)}, {"ttl ranges", list(ranges)}}
}

func orNone(items []string) string {
	if len(items) == 0 {
		return "none"
	}
	return strings.Join(items, ", ")
}
