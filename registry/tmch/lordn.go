package tmch

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"
)

// Values of RFC 9361 that stand for an identifier that there is none of.
const (
	// NoSMD is the signed mark of a name of the sunrise list that was registered without one in
	// a Qualified Launch Program (section 5.4.1).
	NoSMD = "99999-99999"
	// RecentInsertion is the notice of a name whose label had been listed for less than 24 hours
	// (section 6.3).
	RecentInsertion = "recent-dnl-insertion"
)

// Registered is a name that was allocated, as the Trademark Database wants to know of it (RFC
// 9361, section 6.3).
type Registered struct {
	ROID        string
	Name        string // A-labels
	Right       string // id of the signed mark in sunrise, of the notice in claims
	RegistrarID string // IANA's
	Created     time.Time
	Accepted    time.Time // of the notice; only in claims, zero with RecentInsertion
	Applied     time.Time // when the application was made, zero if there was none
}

// WriteSunrise writes the LORDN file of a sunrise as of the instant created, which is also what
// the Trademark Database tells one file from another by. Errors are the writer's, or name the
// row that cannot be written, before anything is.
func WriteSunrise(w io.Writer, created time.Time, rows []Registered) error {
	return writeLORDN(w, created, "roid,domain-name,SMD-id,registrar-id,registration-datetime,application-datetime", rows,
		func(Registered) []string { return nil })
}

// WriteClaims writes the LORDN file of a claims period; see WriteSunrise.
func WriteClaims(w io.Writer, created time.Time, rows []Registered) error {
	return writeLORDN(w, created, "roid,domain-name,notice-id,registrar-id,registration-datetime,ack-datetime,application-datetime", rows,
		func(r Registered) []string {
			if r.Right == RecentInsertion {
				return []string{RecentInsertion}
			}
			return []string{instant(r.Accepted)}
		})
}

func writeLORDN(w io.Writer, created time.Time, header string, rows []Registered, more func(Registered) []string) error {
	lines := make([]string, 0, len(rows))
	for i, r := range rows {
		fields := append([]string{r.ROID, r.Name, r.Right, r.RegistrarID, instant(r.Created)}, more(r)...)
		if !r.Applied.IsZero() {
			fields = append(fields, instant(r.Applied))
		}
		for _, f := range fields {
			if f == "" || strings.ContainsAny(f, ",\"\r\n") {
				return fmt.Errorf("row %d, %q: the field %q cannot be written", i+1, r.Name, f)
			}
		}
		lines = append(lines, strings.Join(fields, ","))
	}
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "1,%s,%d\n%s\n", instant(created), len(rows), header)
	for _, line := range lines {
		fmt.Fprintln(out, line)
	}
	return out.Flush()
}

// instant writes a time as the examples have it; a zero one is empty, which no row may hold.
func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(timeFormat)
}
