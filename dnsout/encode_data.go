package dnsout

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"slices"
)

const (
	typeTXT = 16

	maxString = 255       // octets of one character-string (RFC 1035, Section 3.3)
	maxTTL    = 1<<31 - 1 // RFC 2181, Section 8
	// maxData is what the RRsets at one name may take in an answer, in octets: far
	// more than anybody needs, and well within one message over TCP.
	maxData = 16 << 10
	// recordHead is what a record takes before its RDATA, its owner a pointer.
	recordHead = 12
)

// encodeData fills encoded with the data of d, whose owner is set. An RRset that is
// not fit for the zone goes to reject.
func (e *encoder) encodeData(d *Delegation, reject func(error)) {
	e.reset()
	var seen []uint16
	room := maxData
	for i := range d.Data {
		set := &d.Data[i]
		rrtype, rdatas, err := encodeSet(set)
		size := 0
		for _, r := range rdatas {
			size += recordHead + len(r)
		}
		switch {
		case err != nil:
		case slices.Contains(seen, rrtype):
			err = errors.New("a second RRset of one type")
		case size > room:
			err = fmt.Errorf("it takes %d octets, and %d are left", size, room)
		default:
			seen = append(seen, rrtype)
			room -= size
			e.sets = appendSet(e.sets, rrtype, set.TTL, rdatas)
			continue
		}
		reject(fmt.Errorf("%.10q data of %q: %w", set.Type, d.Name, err))
	}
}

// encodeSet makes the RDATAs of one RRset, each once (RFC 2181, Section 5).
func encodeSet(set *Data) (rrtype uint16, rdatas [][]byte, err error) {
	if set.TTL > maxTTL {
		return 0, nil, fmt.Errorf("a TTL of %d", set.TTL)
	}
	if len(set.Values) == 0 || len(set.Values) > maxData/recordHead {
		return 0, nil, fmt.Errorf("%d values", len(set.Values))
	}
	for _, value := range set.Values {
		var rdata []byte
		switch set.Type {
		case "TXT":
			rrtype, rdata = typeTXT, textRDATA(value)
		case "A":
			rrtype = typeA
			rdata, err = addressRDATA(value, netip.Addr.Is4)
		case "AAAA":
			rrtype = typeAAAA
			rdata, err = addressRDATA(value, func(a netip.Addr) bool { return a.Is6() && !a.Is4In6() && a.Zone() == "" })
		case "NS":
			rrtype = typeNS
			rdata, err = hostRDATA(value)
		default:
			err = errors.New("not a type this server shows")
		}
		if err != nil {
			return 0, nil, err
		}
		if !slices.ContainsFunc(rdatas, func(r []byte) bool { return string(r) == string(rdata) }) {
			rdatas = append(rdatas, rdata)
		}
	}
	return rrtype, rdatas, nil
}

// textRDATA splits a text into character-strings (RFC 1035, Section 3.3.14); an
// empty one is one empty string.
func textRDATA(text string) (rdata []byte) {
	for first := true; first || text != ""; first = false {
		n := min(len(text), maxString)
		rdata = append(append(rdata, byte(n)), text[:n]...)
		text = text[n:]
	}
	return rdata
}

func addressRDATA(text string, fit func(netip.Addr) bool) ([]byte, error) {
	a, err := netip.ParseAddr(text)
	if err != nil || !fit(a) {
		return nil, fmt.Errorf("%.80q is not such an address", text)
	}
	return a.AsSlice(), nil
}

func hostRDATA(name string) ([]byte, error) {
	labels, err := appendName(nil, name)
	if err != nil {
		return nil, err
	}
	if len(labels) == 0 {
		return nil, errName
	}
	return append(labels, 0), nil
}

// appendSet adds one RRset to the authoritative data of a name (see record).
func appendSet(dst []byte, rrtype uint16, ttl uint32, rdatas [][]byte) []byte {
	dst = binary.BigEndian.AppendUint16(dst, rrtype)
	dst = binary.BigEndian.AppendUint32(dst, ttl)
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(rdatas)))
	for _, r := range rdatas {
		dst = binary.BigEndian.AppendUint16(dst, uint16(len(r)))
		dst = append(dst, r...)
	}
	return dst
}

// rrset is one RRset of a record's sets: count RDATAs, each after two length octets.
type rrset struct {
	rrtype uint16
	ttl    uint32
	count  int
	rdatas []byte
}

// nextSet reads the first RRset of sets and returns the rest.
func nextSet(sets []byte) (s rrset, rest []byte) {
	s.rrtype = binary.BigEndian.Uint16(sets)
	s.ttl = binary.BigEndian.Uint32(sets[2:])
	s.count = int(binary.BigEndian.Uint16(sets[6:]))
	p := 8
	for range s.count {
		p += 2 + int(binary.BigEndian.Uint16(sets[p:]))
	}
	s.rdatas = sets[8:p]
	return s, sets[p:]
}
