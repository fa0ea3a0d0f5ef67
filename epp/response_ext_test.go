package epp

import "time"

// sampleExtensions are responses with extensions of RFC 3915, 5910, 8495, 9803 and 9873 and
// idn-1.0.
func sampleExtensions(add func(string, *Response), day time.Time) {
	seconds := func(n uint32) *uint32 { return &n }
	with := func(r *Response, list ...Extension) *Response {
		r.Extensions = list
		return r
	}
	key := KeyData{257, 3, 16, []byte{1, 3, 201, 255, 255, 255, 225}}
	digest := []byte{0x49, 0xfd, 0x46, 0xe6, 0xc4, 0xb4, 0x5c, 0x55, 0xd4, 0xac}
	life := 604800
	domain := func() *Response {
		return Success(&DomainInfoData{
			Name: "example.example", ROID: "D1-ICANNRST", Statuses: []Status{{Value: "ok"}}, ClID: "registrar-a", CrDate: day,
		})
	}
	add("domain-info-extensions", with(domain(),
		&RGPInfoData{[]Status{{Value: RGPAddPeriod, Text: "endDate=2026-11-26T08:30:15Z"}, {Value: RGPRenewPeriod, Lang: "de", Text: "bis Freitag"}}},
		&SecDNSInfoData{SecDNSData{&life, []DSData{{12345, 13, 2, digest, &key}, {1, 8, 1, digest, nil}}, nil}},
		&TTLInfoData{[]RecordTTL{
			{For: "NS", TTL: seconds(3600), Min: seconds(60), Default: seconds(86400), Max: seconds(172800)},
			{For: "DS", Min: seconds(60), Default: seconds(0), Max: seconds(maxTTL)},
			{For: TTLCustom, Custom: "DELEG", TTL: seconds(300)},
		}},
		&IDNData{"latn", "bücher.example"}, &AllocationToken{"abc123"},
	))
	add("domain-info-keys", with(domain(), &SecDNSInfoData{SecDNSData{Keys: []KeyData{key, {256, 3, 8, key.PubKey}}}}))
	add("domain-update-restore", with(Success(nil), &RGPUpdateData{[]Status{{Value: RGPPendingRestore}}}))
	add("host-info-ttl", with(Success(&HostInfoData{
		Name: "ns1.example.example", ROID: "H1-ICANNRST", Statuses: []Status{{Value: "linked"}}, ClID: "registrar-a", CrID: "registrar-a", CrDate: day,
	}), &TTLInfoData{[]RecordTTL{{For: "A", TTL: seconds(86400)}, {For: "AAAA"}}}))
	add("contact-info-email", with(Success(&ContactInfoData{
		ID: "sh8013", ROID: "C1-ICANNRST", Statuses: []Status{{Value: "ok"}}, PostalInfo: sampleContactCreate().PostalInfo,
		Email: "jdoe@example.com", ClID: "registrar-a", CrID: "registrar-a", CrDate: day,
	}), &AddlEmail{"麥克風@example.example", true}))
	add("contact-transfer", Success(&TransferData{
		NSContact, "sh8013", "clientApproved", "registrar-b", day, "registrar-a", day.AddDate(0, 0, 5), day, // the last is for domains
	}))
}
