package epp

import (
	"testing"
	"time"
)

func benchDecode(b *testing.B, body Body, ext ...Extension) {
	frame := EncodeCommand(&Command{Body: body, Extensions: ext, ClTRID: "ABC-12345"})
	b.SetBytes(int64(len(frame)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := DecodeCommand(frame); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecodeDomainCheck(b *testing.B) {
	benchDecode(b, &DomainCheck{Names: []string{"example.example", "example.net", "example.org"}})
}

func BenchmarkDecodeDomainCreate(b *testing.B) { benchDecode(b, sampleDomainCreate()) }

func BenchmarkDecodeContactCreate(b *testing.B) {
	benchDecode(b, sampleContactCreate(), &ContactKindCreate{Type: KindReal, SecondaryEmail: "alt@example.net"})
}

func BenchmarkEncodeDomainCheckData(b *testing.B) {
	r := Success(&DomainCheckData{Results: []CheckResult{
		{Name: "example.example", Avail: true}, {Name: "example.net", Reason: "In use"}, {Name: "example.org"},
	}})
	r.ClTRID, r.SvTRID = "ABC-12345", "54322-XYZ"
	b.ReportAllocs()
	var buf []byte
	for b.Loop() {
		buf = AppendResponse(buf[:0], r)
	}
}

func BenchmarkEncodeDomainInfoData(b *testing.B) {
	now := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	r := Success(&DomainInfoData{
		Name: "example.example", ROID: "D1-ICANNRST", Statuses: []Status{{Value: "ok"}}, Registrant: "jd1234",
		Contacts: []DomainContact{{"sh8013", "admin"}, {"sh8013", "tech"}},
		NS:       NameServers{HostObjs: []string{"ns1.example.com", "ns1.example.net"}},
		ClID:     "registrar-a", CrID: "registrar-a", CrDate: now, ExDate: now.AddDate(1, 0, 0),
	})
	r.ClTRID, r.SvTRID = "ABC-12345", "54322-XYZ"
	b.ReportAllocs()
	var buf []byte
	for b.Loop() {
		buf = AppendResponse(buf[:0], r)
	}
}

func sampleDomainCreate() *DomainCreate {
	return &DomainCreate{
		Name: "example.example", Period: &Period{2, "y"}, Registrant: "jd1234",
		NS:       NameServers{HostObjs: []string{"ns1.example.net", "ns2.example.net"}},
		Contacts: []DomainContact{{"sh8013", "admin"}, {"sh8013", "tech"}},
		AuthInfo: AuthInfo{PW: "2fooBAR"},
	}
}

func sampleContactCreate() *ContactCreate {
	return &ContactCreate{
		ID: "sh8013", Email: "jdoe@example.com", AuthInfo: AuthInfo{PW: "2fooBAR"},
		PostalInfo: []PostalInfo{{Type: "int", Name: "John Doe", Org: "Example Inc.", Addr: PostalAddress{
			Street: []string{"123 Example Dr.", "Suite 100"}, City: "Dulles", SP: "VA", PC: "20166-6503", CC: "US",
		}}},
		Voice: &Phone{Number: "+1.7035555555", Ext: "1234"}, Fax: &Phone{Number: "+1.7035555556"},
		Disclose: &Disclose{Voice: true, Email: true},
	}
}

// sampleCheck is one check of one name, as sent by nearly every client at a drop.
func sampleCheck() *DomainCheck { return &DomainCheck{Names: []string{"c0123456789.example"}} }

func BenchmarkDecodeOneCheck(b *testing.B) { benchDecode(b, sampleCheck()) }

func BenchmarkDecodeFullCreate(b *testing.B) {
	benchDecode(b, sampleDomainCreate(), sampleCreateExtensions()...)
}

func BenchmarkEncodeOneCheckData(b *testing.B) {
	r := Success(&DomainCheckData{Results: []CheckResult{{Name: "c0123456789.example", Avail: true}}})
	r.ClTRID, r.SvTRID = "bench-000001", "54322-XYZ"
	b.ReportAllocs()
	var buf []byte
	for b.Loop() {
		buf = AppendResponse(buf[:0], r)
	}
}

// sampleCreateExtensions are those that most creates of a registry with all of them carry.
func sampleCreateExtensions() []Extension {
	ttl := uint32(3600)
	return []Extension{
		&SecDNSCreate{SecDNSData{DS: []DSData{{KeyTag: 12345, Alg: 13, DigestType: 2, Digest: make([]byte, 32)}}}},
		&FeeTransform{Verb: VerbCreate, Currency: "USD", Fees: []Fee{{Amount: "10.00"}}},
		&TTLCreate{[]RecordTTL{{For: "NS", TTL: &ttl}}},
	}
}
