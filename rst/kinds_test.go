package rst

// claimsZone and sunriseZone are in these phases for ever.
const (
	claimsZone  = "zz--claims-1234"
	sunriseZone = "zz--sunrise-1234"
)

// launchZones are these zones, with their flags of `cadastre zone add`.
func launchZones() map[string][]string {
	return map[string][]string{claimsZone: {"--phase", "claims"}, sunriseZone: {"--phase", "sunrise"}}
}

// idnData is the extension of a create (idn-1.0).
const idnData = `<idn:data xmlns:idn="urn:ietf:params:xml:ns:idn-1.0"><idn:table><!-- tag --></idn:table></idn:data>`

// greek declares a table with variants.
func greek(policy string) *IDN {
	return &IDN{
		Tag: "und-Grek", Extension: idnData, Policy: policy,
		Valid: []string{"δοκιμη", "σπαρτη2"}, Invalid: []string{"пример", "δοκιμηa"},
		Variants: []Pair{{"αθηνα", "αθήνα"}, {"λογος", "λογοσ"}},
	}
}

// kinds are zones of each data model, with names as ICANN gives its test TLDs.
func kinds() []kind {
	thin := func(in *Inputs) {
		in.DataModel, in.RegisteredContacts, in.SupportedElements, in.PostalInfoTypes = Minimum, nil, nil, ""
	}
	return []kind{
		{
			name: "zz--main-1234", launch: StartDate, flags: []string{"--idn", "Grek"},
			declare: func(in *Inputs) { in.IDN = greek("allblockvar") },
		},
		{
			name: "zz--thin-1234", flags: []string{"--data-model", "minimum", "--secdns", "keyData", "--idn", "Grek", "--idn-variants", "allocate"},
			declare: func(in *Inputs) {
				thin(in)
				in.IDN = greek("mayallocatevar")
				in.SecDNS, in.GluePolicy = KeyData, Wide
			},
		},
		{
			name: "zz--attr-1234", flags: []string{"--host-model", "attributes"},
			declare: func(in *Inputs) { in.HostModel = Attributes },
		},
		{
			name: "zz--bare-1234", flags: []string{"--host-model", "attributes", "--data-model", "minimum", "--secdns", "keyData"},
			declare: func(in *Inputs) {
				thin(in)
				in.HostModel, in.SecDNS = Attributes, KeyData
			},
		},
		{
			name: "zz--both-1234", flags: []string{"--data-model", "per-registrar"},
			declare: func(in *Inputs) {
				in.DataModel = PerRegistrar
				in.CLID01.DataModel, in.CLID02.DataModel = Maximum, Minimum
			},
		},
		{
			name: "zz--idn-1234", launch: StartDate, flags: []string{"--idn", "Latn"},
			declare: func(in *Inputs) {
				in.RequiredContactTypes = []string{"admin", "tech"}
				in.IDN = &IDN{
					Tag: "Latn", Extension: idnData,
					Valid:   []string{"bücher", "éxample", "ñandú2", "plain"},
					Invalid: []string{"δοκιμή", "bücher-", "-bücher", "bü--cher", "пример", "aπ", "xn--9"},
				}
			},
		},
		{
			name: "zz--only-1234", flags: []string{"--idn", "Latn", "--idn-only"},
			declare: func(in *Inputs) {
				in.IDN = &IDN{Tag: "Latn", Only: true, CodePoints: "àáâãäåæçèéêëìíîïñòóôõöøùúûü", Valid: []string{"größe", "übung"}, Invalid: []string{"aπ"}}
			},
		},
	}
}
