package epp

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// What the golden commands with registered extensions mean.
func TestDecodeRegisteredExtensions(t *testing.T) {
	golden := goldenFrames(t, "commands")
	key := KeyData{257, 3, 16, []byte{1, 3, 201, 255, 255, 255, 225}}
	plain := DSData{12345, 13, 2, []byte{0x49, 0xfd, 0x46, 0xe6, 0xc4, 0xb4, 0x5c, 0x55, 0xd4, 0xac}, nil}
	withKey, other, first := plain, plain, 1
	withKey.Key, other.KeyTag = &key, 65535
	week, most := 604800, 1<<31-1
	seconds := func(n uint32) *uint32 { return &n }
	for name, want := range map[string][]Extension{
		"domain-create-ds": {&SecDNSCreate{SecDNSData{
			MaxSigLife: &week, DS: []DSData{withKey, {KeyTag: 0, Alg: 13, DigestType: 2}},
		}}},
		"domain-create-key": {&SecDNSCreate{SecDNSData{Keys: []KeyData{key}}}},
		"domain-update-ds": {&SecDNSUpdate{
			Urgent: true, RemDS: []DSData{plain}, AddDS: []DSData{other}, AddMaxSigLife: &first, ChgMaxSigLife: &most,
		}},
		"domain-update-key": {&SecDNSUpdate{
			RemKeys: []KeyData{key}, AddKeys: []KeyData{key, {0, 3, 16, key.PubKey}},
		}},
		"domain-update-ds-all":     {&SecDNSUpdate{RemAll: true}},
		"domain-update-ds-nothing": {&SecDNSUpdate{}},
		"domain-update-restore":    {&RGPUpdate{Op: RGPRequest}},
		"domain-update-restore-report": {&RGPUpdate{Op: RGPReport, Report: &RestoreReport{
			PreData:    "Before the delete:\nrecord kind=full\nname: example.example\nns",
			DelTime:    time.Date(2026, 7, 10, 22, 0, 0, 0, time.UTC),
			ResTime:    time.Date(2026, 7, 20, 22, 0, 0, 123_000_000, time.UTC),
			ResReason:  RestoreText{"Versehen des Registrars.", "de"},
			Statements: []RestoreText{{"The name was not restored to use or sell it.", ""}, {"The report is true.", "en"}},
			Other:      "Supporting <information>\n            of two lines.",
		}}},
		"domain-create-idn": {&IDNData{"latn", "bücher.example"}},
		"domain-create-ttl": {&TTLCreate{[]RecordTTL{
			{For: "NS", TTL: seconds(172800)}, {For: "DS"}, {For: TTLCustom, Custom: "DELEG", TTL: seconds(300)},
		}}},
		"domain-update-ttl":      {&TTLUpdate{[]RecordTTL{{For: "NS", TTL: seconds(0)}, {For: "DS", TTL: seconds(maxTTL)}}}},
		"domain-info-ttl-policy": {&TTLInfo{Policy: true}},
		"host-create-ttl":        {&TTLCreate{[]RecordTTL{{For: "A", TTL: seconds(86400)}}}},
		"host-update-ttl":        {&TTLUpdate{[]RecordTTL{{For: "AAAA"}}}},
		"host-info-ttl":          {&TTLInfo{}},
		"contact-create-email":   {&AddlEmail{"麥克風@example.example", true}},
		"contact-update-email":   {&AddlEmail{}},
		"domain-check-token":     {&AllocationToken{"abc123"}},
		"domain-create-token":    {&AllocationToken{"abc123"}},
		"domain-transfer-token":  {&AllocationToken{"abc123"}},
		"domain-info-token":      {&AllocationTokenInfo{}},
		"domain-create-everything": {
			&SecDNSCreate{SecDNSData{DS: []DSData{plain}}}, &TTLCreate{[]RecordTTL{{For: "NS", TTL: seconds(3600)}}},
			&IDNData{Table: "latn"}, &AllocationToken{"abc123"},
		},
	} {
		cmd, err := DecodeCommand(golden[name+".xml"])
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(want, cmd.Extensions); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// Values that the schema allows and only a registry can judge reach it.
func TestDNSSECPolicyIsNotDecidedHere(t *testing.T) {
	golden := goldenFrames(t, "commands")
	for _, c := range []struct{ golden, old, new string }{
		{"domain-create-ds", `<secDNS:alg>13`, `<secDNS:alg>123`},
		{"domain-create-ds", `<secDNS:digestType>2`, `<secDNS:digestType>255`},
		{"domain-create-ds", `49fd46E6C4B45C55D4AC`, ``},
		{"domain-create-key", `257`, `1`},
		{"domain-create-key", `257`, `256`},
		{"domain-create-key", `<secDNS:protocol>3`, `<secDNS:protocol>1`},
		{"domain-create-key", `<secDNS:alg>16`, `<secDNS:alg>123`},
	} {
		frame := strings.Replace(string(golden[c.golden+".xml"]), c.old, c.new, 1)
		if _, err := DecodeCommand([]byte(frame)); err != nil {
			t.Errorf("%s with %q: %v", c.golden, c.new, err)
		}
	}
}

// A client refuses DNSSEC data of a server that cannot be what it says, and takes TTLs and
// statuses as far as they can be read.
func TestDecodeOddExtensionData(t *testing.T) {
	frame := func(extension string) []byte {
		return []byte(`<epp xmlns="` + NSEPP + `"><response><result code="1000"><msg>OK</msg></result><extension>` + extension +
			`</extension><trID><svTRID>1</svTRID></trID></response></epp>`)
	}
	for _, bad := range []string{
		`<dsData><keyTag>65536</keyTag></dsData>`, `<dsData><alg/></dsData>`, `<dsData><digestType>-1</digestType></dsData>`,
		`<dsData><digest>4</digest></dsData>`, `<keyData><flags>A</flags></keyData>`, `<keyData><pubKey>?</pubKey></keyData>`,
		`<maxSigLife>soon</maxSigLife>`, `<dsData><keyData><alg>256</alg></keyData></dsData>`,
	} {
		if r, err := DecodeResponse(frame(`<infData xmlns="` + NSSecDNS + `">` + bad + `</infData>`)); err == nil {
			t.Errorf("%s: %+v", bad, r.Extensions)
		}
	}
	for odd, want := range map[string]Extension{
		`<infData xmlns="` + NSTTL + `"><ttl for="NS" min="-1" max="4294967296">long</ttl><x/></infData>`: &TTLInfoData{[]RecordTTL{{For: "NS"}}},
		`<infData xmlns="` + NSRGP + `"><x/><rgpStatus/></infData>`:                                       &RGPInfoData{[]Status{{}}},
		`<infData xmlns="` + NSSecDNS + `"><keyData><pubKey/></keyData></infData>`:                        &SecDNSInfoData{SecDNSData{Keys: []KeyData{{}}}},
		`<data xmlns="` + NSIDN + `"/>`:                                                                   &IDNData{},
		`<addlEmail xmlns="` + NSAddlEmail + `"/>`:                                                        &AddlEmail{},
	} {
		r, err := DecodeResponse(frame(odd))
		if err != nil {
			t.Errorf("%s: %v", odd, err)
			continue
		}
		if diff := cmp.Diff([]Extension{want}, r.Extensions); diff != "" {
			t.Errorf("%s: %s", odd, diff)
		}
	}
}

// A decoder takes what its server announces, whatever else this package knows.
func TestOnlyAnnouncedExtensions(t *testing.T) {
	frame := goldenFrames(t, "commands")["domain-create-everything.xml"]
	d := Decoder{Extensions: []string{NSSecDNS, NSTTL, NSIDN}}
	_, err := d.DecodeCommand(frame)
	if err == nil || err.Code != CodeUnimplementedExtension || err.Element != (Name{NSAllocationToken, "allocationToken"}) {
		t.Errorf("%v, want 2103", err)
	}
	d.Extensions = append(d.Extensions, NSAllocationToken)
	if _, err := d.DecodeCommand(frame); err != nil {
		t.Error(err)
	}
	for _, uri := range KnownExtensions() {
		if extensionOf(uri) == nil {
			t.Errorf("%s has no codec", uri)
		}
	}
}
