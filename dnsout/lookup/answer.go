package lookup

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/miekg/dns"
)

// take judges one message. What is not to be trusted is dropped, for anybody can
// have sent it; an error is what the server itself says, signed.
func (l *lookup) take(msg []byte, stream bool) error {
	if len(msg) < headerSize {
		return l.drop(errors.New("it has no whole header"))
	}
	id := binary.BigEndian.Uint16(msg)
	q := l.find(id)
	switch {
	case q == nil:
		return l.drop(errors.New("it answers no question of ours"))
	case q.state != open:
		return nil // the answer to the other try
	case msg[2]>>3 != 0x80>>3: // QR and opcode
		return l.drop(errors.New("it is no answer to a query"))
	}
	var m dns.Msg
	if err := m.Unpack(msg); err != nil {
		return l.drop(fmt.Errorf("it is malformed: %w", err))
	}
	if t := m.IsTsig(); t != nil && t.MACSize == 0 {
		return l.drop(unsignedError(&m, t)) // some servers leave the question out
	}
	if len(m.Question) != 1 || !strings.EqualFold(m.Question[0].Name, q.name) ||
		m.Question[0].Qtype != dns.TypeTXT || m.Question[0].Qclass != dns.ClassINET {
		return l.drop(errors.New("it answers another question"))
	}
	t, err := l.c.key.verify(msg, &m, q.macOf(id))
	if err != nil {
		return l.drop(err)
	}
	// From here on it is the server that speaks.
	return l.conclude(q, &m, t, stream)
}

// drop notes why a message is not regarded.
func (l *lookup) drop(why error) error {
	l.dropped = why
	return nil
}

func (q *question) macOf(id uint16) string {
	for _, s := range q.sent {
		if s.id == id {
			return s.mac
		}
	}
	return ""
}

// conclude takes what a signed answer says.
func (l *lookup) conclude(q *question, m *dns.Msg, t *dns.TSIG, stream bool) error {
	switch {
	case t.Error == dns.RcodeBadTime:
		return fmt.Errorf("%w: NOTAUTH, BADTIME: the clocks differ%s", ErrRefused, serverTime(t))
	case t.Error != 0:
		return fmt.Errorf("%w: %s, TSIG error %d", ErrRefused, rcodeName(m.Rcode), t.Error)
	case m.Rcode != dns.RcodeSuccess && m.Rcode != dns.RcodeNameError:
		return fmt.Errorf("%w: %s", ErrRefused, rcodeName(m.Rcode))
	case m.Truncated && stream:
		return fmt.Errorf("%w: it is truncated over TCP", ErrUntrusted)
	case m.Truncated:
		q.state = large
		return nil
	case !m.Authoritative:
		return fmt.Errorf("%w: it is not authoritative", ErrUntrusted)
	}
	a := &l.answers[q.at]
	var err error
	switch {
	case m.Rcode == dns.RcodeSuccess && len(m.Answer) > 0:
		err = a.positive(q.name, m.Answer)
	case len(m.Answer) == 0:
		err = a.negative(q.name, m.Ns)
	default:
		err = errors.New("NXDOMAIN with records")
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUntrusted, err)
	}
	q.state = answered
	return nil
}

// positive takes TXT records at the name, and wants no others.
func (a *Answer) positive(name string, records []dns.RR) error {
	a.Exists, a.TTL = true, records[0].Header().Ttl
	for _, rr := range records {
		txt, ok := rr.(*dns.TXT)
		if !ok || txt.Hdr.Class != dns.ClassINET || !strings.EqualFold(txt.Hdr.Name, name) {
			return errors.New("there are other records than asked for")
		}
		a.TTL = min(a.TTL, txt.Hdr.Ttl)
		a.Texts = append(a.Texts, joined(txt.Txt))
	}
	return nil
}

// negative wants the SOA of a zone that the name is in (RFC 2308, Sections 2 and 5).
func (a *Answer) negative(name string, authority []dns.RR) error {
	for _, rr := range authority {
		if soa, ok := rr.(*dns.SOA); ok && soa.Hdr.Class == dns.ClassINET && dns.IsSubDomain(soa.Hdr.Name, name) {
			a.TTL = min(soa.Hdr.Ttl, soa.Minttl)
			return nil
		}
	}
	return errors.New("it denies without the zone's SOA")
}

// joined is the octets of a TXT record. The library writes its strings with escapes.
func joined(list []string) string {
	var b strings.Builder
	for _, s := range list {
		for i := 0; i < len(s); i++ {
			switch {
			case s[i] != '\\' || i+1 == len(s):
				b.WriteByte(s[i])
			case i+3 < len(s) && '0' <= s[i+1] && s[i+1] <= '9':
				b.WriteByte((s[i+1]-'0')*100 + (s[i+2]-'0')*10 + s[i+3] - '0')
				i += 3
			default:
				b.WriteByte(s[i+1])
				i++
			}
		}
	}
	return b.String()
}

func rcodeName(rcode int) string {
	if rcode == dns.RcodeBadVers { // the library calls it BADSIG, which is TSIG's
		return "BADVERS"
	}
	if name := dns.RcodeToString[rcode]; name != "" {
		return name
	}
	return fmt.Sprintf("response code %d", rcode)
}

// serverTime is the other side's clock as a BADTIME answer shows it (RFC 8945,
// Section 5.2.3).
func serverTime(t *dns.TSIG) string {
	var seconds int64
	if n, err := fmt.Sscanf(t.OtherData, "%x", &seconds); n != 1 || err != nil || len(t.OtherData) != 12 {
		return ""
	}
	return ", it is " + time.Unix(seconds, 0).UTC().Format(time.RFC3339) + " there"
}
