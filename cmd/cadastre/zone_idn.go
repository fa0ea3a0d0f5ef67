package main

import (
	"strings"

	"cadastre/registry"
)

// maxTableFile bounds the file of a table, in octets: as the settings do.
const maxTableFile = 1 << 20

// applyIDN sets how the zone takes internationalised names.
func (o *zoneAddOptions) applyIDN(z *registry.Zone) error {
	if o.changed("idn") {
		z.IDNTables = unique(o.idn)
	}
	if o.changed("idn-variants") {
		z.IDN.Variants = registry.VariantPolicy(o.idnVariants)
	}
	if o.changed("idn-only") {
		z.IDN.Only = o.idnOnly
	}
	if o.changed("idn-table") {
		z.IDN.Tables = nil
	}
	for _, text := range o.idnTables {
		name, file, ok := strings.Cut(text, "=")
		if !ok {
			return registry.Errorf(registry.KindValue, "--idn-table", text, "NAME=FILE is wanted")
		}
		xml, err := readCapped(file, maxTableFile)
		if err != nil {
			return err
		}
		z.IDN.Tables = append(z.IDN.Tables, registry.IDNTable{Name: name, XML: string(xml)})
	}
	return nil
}

// idnText tells how a zone takes internationalised names.
func idnText(z *registry.Zone) string {
	names := append([]string(nil), z.IDNTables...)
	for _, t := range z.IDN.Tables {
		names = append(names, t.Name+" (own)")
	}
	if len(names) == 0 {
		return ""
	}
	text := strings.Join(names, ", ")
	if z.IDN.Variants == registry.AllocateVariants {
		text += "; variants to the same registrant"
	} else {
		text += "; variants blocked"
	}
	if z.IDN.Only {
		text += "; no ASCII labels"
	}
	return text
}
