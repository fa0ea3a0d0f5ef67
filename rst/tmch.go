package rst

import (
	"encoding/base64"
	"encoding/csv"
	"fmt"
	"hash/crc32"
	"os"
	"strconv"
	"strings"
	"time"
)

func withLaunch(r *run) string {
	if r.in.Launch == nil {
		return "no launch phases"
	}
	return ""
}

// claim is a line of the list of labels (RFC 9361, Section 6.1).
type claim struct{ label, key string }

// readDNL reads the list: a line with version and date, a line of headings, then the
// labels with their lookup keys.
func readDNL(file string) ([]claim, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // only read
	c := csv.NewReader(f)
	c.FieldsPerRecord = -1
	lines, err := c.ReadAll()
	if err != nil {
		return nil, err
	}
	var out []claim
	for i, l := range lines {
		if i >= 2 && len(l) == 3 {
			out = append(out, claim{l[0], l[1]})
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s lists no labels", file)
	}
	return out, nil
}

// noticeID is the identifier of a claims notice: a checksum over label, end and
// number, then the number (RFC 9361, Section 6.3).
func noticeID(label string, notAfter time.Time) string {
	id := fmt.Sprintf("%019d", 1+number(1<<30))
	return noticeChecksum(label, notAfter, id) + id
}

func noticeChecksum(label string, notAfter time.Time, id string) string {
	return fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(label+strconv.FormatInt(notAfter.Unix(), 10)+id)))
}

// notice is the extension of a create that acknowledges a claims notice (RFC 8334,
// Section 3.3.2).
func notice(id string, notAfter, accepted time.Time) string {
	form := func(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.0Z") }
	return `<launch:create xmlns:launch="` + nsLaunch + `"><launch:phase>claims</launch:phase><launch:notice>` +
		`<launch:noticeID validatorID="tmch">` + id + `</launch:noticeID>` +
		el("launch:notAfter", form(notAfter)) + el("launch:acceptedDate", form(accepted)) + `</launch:notice></launch:create>`
}

// claimsCheck asks whether there are claims to a name (RFC 8334, Section 3.1.1).
func claimsCheck(name string) string {
	return command(verb("check", nsDomain, el("domain:name", name)),
		`<launch:check xmlns:launch="`+nsLaunch+`" type="claims"><launch:phase>claims</launch:phase></launch:check>`)
}

// smd is a signed mark as its file holds it (RFC 7848, Section 2.4).
type smd struct {
	encoded string
	labels  []string
}

func readSMD(file string) (smd, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return smd{}, err
	}
	text := string(data)
	if _, after, ok := strings.Cut(text, "-----BEGIN ENCODED SMD-----"); ok {
		text, _, _ = strings.Cut(after, "-----END ENCODED SMD-----")
	} else if strings.HasPrefix(strings.TrimSpace(text), "<") {
		text = base64.StdEncoding.EncodeToString(data)
	}
	s := smd{encoded: strings.Join(strings.Fields(text), "")}
	raw, err := base64.StdEncoding.DecodeString(s.encoded)
	if err != nil {
		return s, fmt.Errorf("%s: %w", file, err)
	}
	root, err := parse(raw)
	if err != nil {
		return s, fmt.Errorf("%s: %w", file, err)
	}
	s.labels = root.values(nsMark, "label")
	if len(s.labels) == 0 {
		return s, fmt.Errorf("%s names no label", file)
	}
	return s, nil
}

// sunrise is the extension of a create in the sunrise (RFC 8334, Section 3.3.1).
func (l *Launch) sunrise(s smd) string {
	kind := "registration"
	if l.SunriseModel == EndDate {
		kind = "application"
	}
	return `<launch:create xmlns:launch="` + nsLaunch + `" type="` + kind + `"><launch:phase>sunrise</launch:phase>` +
		`<smd:encodedSignedMark xmlns:smd="` + nsSMD + `">` + s.encoded + `</smd:encodedSignedMark></launch:create>`
}
