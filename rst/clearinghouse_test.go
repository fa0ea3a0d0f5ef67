package rst

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"cadastre/epp/smd/smdgen"
)

// writeClearinghouse writes the files of a trademark clearinghouse to test with: its
// root and revocation list, the lists of labels and of revoked marks, and marks that
// are good, broken, revoked, and signed by a certificate that is revoked.
func writeClearinghouse(t *testing.T, dir string) Launch {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	put := func(name string, data []byte) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	now := time.Now()
	house, err := smdgen.NewAuthority(now)
	if err != nil {
		t.Fatal(err)
	}
	number := 0
	mark := func(label string, spoil func(xml []byte) []byte) string {
		number++
		m := smdgen.Mark{
			ID: fmt.Sprintf("%d-65535", number), NotBefore: now.AddDate(0, 0, -1), NotAfter: now.AddDate(1, 0, 0),
			Name: label, Labels: []string{label, label + "-too"},
		}
		xml, err := house.Sign(m)
		if err != nil {
			t.Fatal(err)
		}
		if spoil != nil {
			xml = spoil(xml)
		}
		return put(label+".smd", []byte(smdgen.File(m, xml)))
	}
	l := Launch{RevokedCertSMD: []string{mark("rst-old", nil)}}
	house.Revoke(house.Validator(), now.Add(-time.Minute))
	if err := house.Renew(now); err != nil {
		t.Fatal(err)
	}
	l.SMD = []string{mark("rst-good", nil), mark("rst-fine", nil)}
	l.InvalidSMD = []string{mark("rst-broken", func(xml []byte) []byte {
		return bytes.ReplaceAll(xml, []byte("rst-broken"), []byte("rst-forged"))
	})}
	l.RevokedSMD = []string{mark("rst-revoked", nil)}

	stamp := now.UTC().Truncate(24 * time.Hour).Format("2006-01-02T15:04:05.0Z")
	list := "1," + stamp + "\nDNL,lookup-key,insertion-datetime\n"
	for i := range 6 {
		key := base64.URLEncoding.EncodeToString(octets(18))
		list += fmt.Sprintf("rst-claim-%d,2026010100/0/0/0/%s%010d,%s\n", i, key, i+1, stamp)
	}
	l.DNL = put("dnl.csv", []byte(list))
	put("smdrl.csv", []byte("1,"+stamp+"\nsmd-id,insertion-datetime\n"+fmt.Sprintf("%d-65535,%s\n", number, stamp)))
	crl, err := house.CRL(now, now.AddDate(0, 0, 7))
	if err != nil {
		t.Fatal(err)
	}
	put("crl.pem", crl)
	put("root.pem", house.RootPEM())
	return l
}

// TestClearinghouse reads what a clearinghouse gives, and the notice of RFC 9361,
// Section 6.3.
func TestClearinghouse(t *testing.T) {
	l := writeClearinghouse(t, t.TempDir())
	claims, err := readDNL(l.DNL)
	if err != nil || len(claims) != 6 || claims[2].label != "rst-claim-2" || claims[2].key == "" {
		t.Errorf("list of labels: %v %v", claims, err)
	}
	for file, want := range map[string]string{
		l.SMD[0]: "rst-good", l.InvalidSMD[0]: "rst-forged", l.RevokedSMD[0]: "rst-revoked", l.RevokedCertSMD[0]: "rst-old",
	} {
		s, err := readSMD(file)
		if err != nil || len(s.labels) != 2 || s.labels[0] != want || s.encoded == "" {
			t.Errorf("%s: labels %q, %v", file, s.labels, err)
		}
	}
	if got := noticeChecksum("example-one", time.Unix(1281949200, 0), "9223372036854775807"); got != "370d0b7c" {
		t.Errorf("checksum %s", got)
	}
}
