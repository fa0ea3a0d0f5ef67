package rst

// kinds are zones of each data model, with names as ICANN gives its test TLDs.
func kinds() []kind {
	return []kind{
		{
			name: "zz--main-1234", declare: func(*Inputs) {},
			expected: []string{},
		},
		{
			name: "zz--thin-1234", flags: []string{"--registrant-required=false"},
			declare: func(in *Inputs) {
				in.DataModel, in.SecDNS, in.GluePolicy = Minimum, KeyData, Wide
				in.RegisteredContacts, in.SupportedElements, in.PostalInfoTypes = nil, nil, ""
			},
			expected: []string{},
		},
		{
			name:     "zz--attr-1234",
			declare:  func(in *Inputs) { in.HostModel = Attributes },
			expected: []string{},
		},
		{
			name: "zz--bare-1234", flags: []string{"--registrant-required=false"},
			declare: func(in *Inputs) {
				in.HostModel, in.DataModel, in.SecDNS = Attributes, Minimum, KeyData
				in.RegisteredContacts, in.SupportedElements, in.PostalInfoTypes = nil, nil, ""
			},
			expected: []string{},
		},
		{
			name: "zz--both-1234", flags: []string{"--registrant-required=false"},
			declare: func(in *Inputs) {
				in.DataModel, in.RequiredContactTypes = PerRegistrar, nil
				in.CLID01.DataModel, in.CLID02.DataModel = Maximum, Minimum
			},
			expected: []string{},
		},
		{
			name: "zz--idn-1234", flags: []string{"--idn", "Latn"},
			declare: func(in *Inputs) {
				in.RequiredContactTypes = []string{"admin", "tech"}
				in.IDN = &IDN{
					Tag:     "Latn",
					Valid:   []string{"bücher", "éxample", "ñandú2", "plain"},
					Invalid: []string{"δοκιμή", "bücher-", "-bücher", "bü--cher", "пример", "aπ", "xn--9"},
				}
			},
			expected: []string{},
		},
	}
}
