package rst

import "slices"

// What is still open on every zone, by what has to be built. A list that has become
// empty goes, together with its uses.
var (
	openServices = []string{"epp-02 EPP_GREETING_MISSING_EXTURI"} // secDNS and launch
	openDNSSEC   = []string{
		"epp-14 EPP_UNEXPECTED_COMMAND_FAILURE",
		"epp-16 EPP_UNEXPECTED_COMMAND_FAILURE",
	}
	openAttributes = []string{ // no domain can be made with a name server
		"epp-14 EPP_UNEXPECTED_COMMAND_FAILURE",
		"epp-16 EPP_UNEXPECTED_COMMAND_FAILURE",
		"epp-17 EPP_UNEXPECTED_COMMAND_FAILURE",
		"epp-18 EPP_UNEXPECTED_COMMAND_FAILURE",
		"epp-19 EPP_UNEXPECTED_COMMAND_FAILURE",
		"epp-20 EPP_UNEXPECTED_COMMAND_FAILURE",
		"epp-21 EPP_UNEXPECTED_COMMAND_FAILURE",
	}
	openLaunch = []string{
		"minimumRPMs-01 EPP_UNEXPECTED_COMMAND_FAILURE",
		"minimumRPMs-01 RPMS_MISSING_CLAIMS_KEY",
		"minimumRPMs-02 RPMS_SUNRISE_CREATE_UNEXPECTED_FAILURE_USING_VALID_SMD",
		"minimumRPMs-03 RPMS_MISSING_CLAIMS_KEY",
		"minimumRPMs-03 RPMS_TRADEMARK_CREATE_UNEXPECTED_FAILURE_USING_VALID_CLAIM_KEY",
	}
	openThin = []string{"epp-14 EPP_DOMAIN_CREATE_SERVER_ACCEPTS_REGISTRANT_FOR_THIN_REGISTRY"}
)

// claimsZone and those of sunriseZones are in these phases for ever.
const claimsZone = "zz--claims-1234"

func sunriseZones() map[string]string {
	return map[string]string{StartDate: "zz--sunrise-1234", EndDate: "zz--apply-1234"}
}

// launchZones are these zones, with their flags of `cadastre zone add`.
func launchZones() map[string][]string {
	return map[string][]string{claimsZone: nil, sunriseZones()[StartDate]: nil, sunriseZones()[EndDate]: nil}
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
			declare:  func(in *Inputs) { in.IDN = greek("allblockvar") },
			expected: slices.Concat(openServices, openDNSSEC, openLaunch),
		},
		{
			name: "zz--thin-1234", flags: []string{"--registrant-required=false", "--idn", "Grek", "--idn-variants", "allocate"},
			declare: func(in *Inputs) {
				thin(in)
				in.IDN = greek("mayallocatevar")
				in.SecDNS, in.GluePolicy = KeyData, Wide
			},
			expected: slices.Concat(openServices, openDNSSEC, openThin),
		},
		{
			name:     "zz--attr-1234",
			declare:  func(in *Inputs) { in.HostModel = Attributes },
			expected: slices.Concat(openServices, openAttributes, []string{"epp-15 EPP_UNEXPECTED_COMMAND_FAILURE"}),
		},
		{
			name: "zz--bare-1234", flags: []string{"--registrant-required=false"},
			declare: func(in *Inputs) {
				thin(in)
				in.HostModel, in.SecDNS = Attributes, KeyData
			},
			expected: slices.Concat(openServices, openAttributes),
		},
		{
			name: "zz--both-1234", flags: []string{"--registrant-required=false"},
			declare: func(in *Inputs) {
				in.DataModel = PerRegistrar
				in.CLID01.DataModel, in.CLID02.DataModel = Maximum, Minimum
			},
			expected: slices.Concat(openServices, openDNSSEC, openThin,
				[]string{"epp-14 EPP_DOMAIN_CREATE_SERVER_ACCEPTS_MISSING_REGISTRANT"}),
		},
		{
			name: "zz--idn-1234", launch: EndDate, flags: []string{"--idn", "Latn"},
			declare: func(in *Inputs) {
				in.RequiredContactTypes = []string{"admin", "tech"}
				in.IDN = &IDN{
					Tag: "Latn", Extension: idnData,
					Valid:   []string{"bücher", "éxample", "ñandú2", "plain"},
					Invalid: []string{"δοκιμή", "bücher-", "-bücher", "bü--cher", "пример", "aπ", "xn--9"},
				}
			},
			expected: slices.Concat(openServices, openDNSSEC, openLaunch),
		},
		{
			name: "zz--only-1234", flags: []string{"--idn", "Latn", "--idn-only"},
			declare: func(in *Inputs) {
				in.IDN = &IDN{Tag: "Latn", Only: true, CodePoints: "àáâãäåæçèéêëìíîïñòóôõöøùúûü", Valid: []string{"größe", "übung"}, Invalid: []string{"aπ"}}
			},
			expected: slices.Concat(openServices, openDNSSEC),
		},
	}
}
