package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"cadastre/epp/smd"
	"cadastre/epp/smd/smdgen"
	"cadastre/internal/config"
	"cadastre/registry/tmch"
)

// The labels of the sandbox's clearinghouse: claims exist for all of them. The signed
// mark of the last is revoked.
var houseLabels = [...]string{"acme", "globex", "initech"}

// devClearinghouse gives the files of the sandbox's own clearinghouse, made at its first
// start: it is trusted by this sandbox alone, and its marks are for trying sunrises out.
func devClearinghouse(dir string, now time.Time) (config.TMCH, error) {
	dir = filepath.Join(dir, "tmch")
	at := func(name string) string { return filepath.Join(dir, name) }
	cfg := config.TMCH{
		RootFile: at("root.pem"), CRLFile: at("crl.pem"), DNLFile: at("dnl.csv"), SURLFile: at("surl.csv"), SMDRLFile: at("smdrl.csv"),
		CRLGrace: config.Default().TMCH.CRLGrace,
	}
	if _, err := os.Stat(cfg.SMDRLFile); !errors.Is(err, fs.ErrNotExist) {
		if err != nil {
			return cfg, err
		}
		return cfg, renewHouseList(dir, now)
	} // what exists is all there: this file is written last
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return cfg, err
	}
	files, err := houseFiles(now.UTC().Truncate(time.Second))
	if err != nil {
		return cfg, err
	}
	for _, f := range files {
		if err := os.WriteFile(at(f.name), f.data, 0o600); err != nil {
			return cfg, err
		}
	}
	return cfg, nil
}

// renewHouseList replaces a list of revoked certificates that ends soon, as those do that
// sandboxes once made for a week.
func renewHouseList(dir string, now time.Time) error {
	data, err := os.ReadFile(filepath.Join(dir, "crl.pem"))
	if err != nil {
		return err
	}
	if list, err := smd.ParseCRL(data); err != nil || list.NextUpdate.After(now.AddDate(0, 1, 0)) {
		return err
	}
	keys, err := os.ReadFile(filepath.Join(dir, "authority.pem"))
	if err != nil {
		return err
	}
	house, err := smdgen.Load(keys)
	if err != nil {
		return err
	}
	list, err := house.CRL(now, now.AddDate(houseListYears, 0, 0))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "crl.pem"), list, 0o600)
}

// houseListYears is how long the list of revoked certificates is good for: sandboxes live
// through years.
const houseListYears = 20

// houseFile is a file of the sandbox's clearinghouse.
type houseFile struct {
	name string
	data []byte
}

func houseFiles(now time.Time) ([]houseFile, error) {
	house, err := smdgen.NewAuthority(now)
	if err != nil {
		return nil, err
	}
	keys, err := house.Save(now)
	if err != nil {
		return nil, err
	}
	crl, err := house.CRL(now, now.AddDate(houseListYears, 0, 0))
	if err != nil {
		return nil, err
	}
	files := []houseFile{{"authority.pem", keys}, {"root.pem", house.RootPEM()}, {"crl.pem", crl}}
	listed := now.AddDate(0, 0, -2) // long enough ago that notices are needed
	const form = "2006-01-02T15:04:05.0Z"
	head := "1," + listed.Format(form) + "\n"
	dnl, surl := head+"DNL,lookup-key,insertion-datetime\n", head+"DNL,insertion-datetime\n"
	for i, label := range houseLabels {
		m := smdgen.Mark{
			ID: fmt.Sprintf("%d-65535", i+1), NotBefore: now.AddDate(0, 0, -1), NotAfter: now.AddDate(5, 0, 0),
			Name: strings.ToUpper(label[:1]) + label[1:], Labels: []string{label}, Holder: "Holder of " + label,
		}
		xml, err := house.Sign(m)
		if err != nil {
			return nil, err
		}
		end := now.AddDate(1, 0, 0)
		files = append(files, houseFile{label + ".smd", []byte(smdgen.File(m, xml))}, houseFile{label + "-notice.xml", notice(label, end, now, int64(i+1))})
		dnl += fmt.Sprintf("%s,%s00/1/2/3/%s,%s\n", label, now.Format("20060102"), lookupKey(i), listed.Format(form))
		surl += label + "," + listed.Format(form) + "\n"
	}
	revoked := fmt.Sprintf("%ssmd-id,insertion-datetime\n%d-65535,%s\n", head, len(houseLabels), listed.Format(form))
	return append(files, houseFile{"dnl.csv", []byte(dnl)}, houseFile{"surl.csv", []byte(surl)}, houseFile{"smdrl.csv", []byte(revoked)}), nil
}

// lookupKey is the end of the key of a claims notice (RFC 9361, section 6.1).
func lookupKey(i int) string { return fmt.Sprintf("SandboxLabel%02d%010d", i+1, i+1) }

// notice is the extension of a create that accepts the claims notice of a label.
func notice(label string, end, accepted time.Time, n int64) []byte {
	return fmt.Appendf(nil, `<launch:create xmlns:launch="urn:ietf:params:xml:ns:launch-1.0">
  <launch:phase>claims</launch:phase>
  <launch:notice>
    <launch:noticeID>%s</launch:noticeID>
    <launch:notAfter>%s</launch:notAfter>
    <launch:acceptedDate>%s</launch:acceptedDate>
  </launch:notice>
</launch:create>
`, tmch.NewNoticeID(label, end, n), end.Format(time.RFC3339), accepted.Format(time.RFC3339))
}
