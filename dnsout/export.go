package dnsout

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strconv"
)

// ErrNoZone is returned by Export for a zone the source does not have.
var ErrNoZone = errors.New("no such zone")

// Export writes the zone as a zone file (RFC 1035, Section 5): one record per line
// with a fully qualified owner and its TTL, the SOA first, then names in the order
// of RFC 4034, Section 6.1, so that two exports of one state are equal. It reads
// one snapshot of src. Data that is not fit for the zone is an error: a zone file
// must not lack names silently.
func Export(ctx context.Context, src Source, zoneID int64, w io.Writer) error {
	list, err := src.PublishedZones(ctx)
	if err != nil {
		return fmt.Errorf("reading the zone's settings: %w", err)
	}
	at := slices.IndexFunc(list, func(z PublishedZone) bool { return z.ID == zoneID })
	if at < 0 {
		return fmt.Errorf("%w: id %d", ErrNoZone, zoneID)
	}
	var unfit error
	c, err := readContent(ctx, src, &list[at], func(err error) {
		if unfit == nil {
			unfit = err
		}
	})
	if err = errors.Join(err, unfit); err != nil {
		return err
	}
	out := &zoneWriter{w: bufio.NewWriterSize(w, 1<<16), c: c, a: c.apex.Load()}
	out.apex()
	var rec record
	for _, ref := range sortedNames(c) {
		if out.err != nil {
			break
		}
		c.read(ref, &rec)
		out.record(&rec)
	}
	return errors.Join(out.err, out.w.Flush())
}

// sortedNames lists the records that have data, by name.
func sortedNames(c *content) []recordRef {
	list := make([]recordRef, 0, c.names)
	c.each(func(ref recordRef, r *record) {
		if r.flags&(hasNS|hasSets) != 0 {
			list = append(list, ref)
		}
	})
	slices.SortFunc(list, func(a, b recordRef) int { return compareNames(c.key(a), c.key(b)) })
	return list
}

// zoneWriter writes records as text; the first error stays.
type zoneWriter struct {
	w     *bufio.Writer
	c     *content
	a     *apex
	line  []byte
	owner []byte
	err   error
}

func (z *zoneWriter) apex() {
	a := z.a
	z.begin(z.c.labels, a.ttl, "SOA")
	z.name(a.mname)
	z.line = append(z.line, ' ')
	z.name(a.rname)
	for _, n := range append([]uint32{a.serial}, a.timers[:]...) {
		z.line = append(z.line, ' ')
		z.line = strconv.AppendUint(z.line, uint64(n), 10)
	}
	z.end()
	for _, host := range a.ns {
		z.begin(z.c.labels, a.ttl, "NS")
		z.name(host)
		z.end()
	}
}

// record writes all records at one name, and the glue below it.
func (z *zoneWriter) record(r *record) {
	z.owner = append(append(z.owner[:0], r.key...), z.c.labels...)
	var hosts [][]byte
	for ns := r.ns; len(ns) > 0; {
		var host []byte
		host, ns = nextHost(ns, z.owner, z.c.labels, nil)
		hosts = append(hosts, host)
		z.begin(z.owner, r.ttl(ttlNS, z.a.ttl), "NS")
		z.name(host)
		z.end()
	}
	for ds := r.ds; len(ds) > 0; {
		n := 1 + int(ds[0])
		z.begin(z.owner, r.ttl(ttlDS, z.a.ttl), "DS")
		z.line = fmt.Appendf(z.line, "%d %d %d ", binary.BigEndian.Uint16(ds[1:]), ds[3], ds[4])
		z.line = hex.AppendEncode(z.line, ds[5:n])
		z.end()
		ds = ds[n:]
	}
	for sets := r.sets; len(sets) > 0; {
		var s rrset
		s, sets = nextSet(sets)
		z.set(&s)
	}
	for glue, i := r.glue, ttlGlue; len(glue) > 0; i += 2 {
		host, n4, n6 := hosts[glue[0]], int(glue[1]), int(glue[2])
		glue = glue[3:]
		for range n4 {
			z.address(host, r.ttl(i, z.a.ttl), glue[:4])
			glue = glue[4:]
		}
		for range n6 {
			z.address(host, r.ttl(i+1, z.a.ttl), glue[:16])
			glue = glue[16:]
		}
	}
}

func (z *zoneWriter) set(s *rrset) {
	for d := s.rdatas; len(d) > 0; {
		n := 2 + int(binary.BigEndian.Uint16(d))
		switch rdata := d[2:n]; s.rrtype {
		case typeTXT:
			z.begin(z.owner, s.ttl, "TXT")
			z.strings(rdata)
			z.end()
		case typeNS:
			z.begin(z.owner, s.ttl, "NS")
			z.name(rdata[:len(rdata)-1])
			z.end()
		default:
			z.address(z.owner, s.ttl, rdata)
		}
		d = d[n:]
	}
}

// strings writes character-strings, each in quotes (RFC 1035, Section 5.1).
func (z *zoneWriter) strings(rdata []byte) {
	for i := 0; i < len(rdata); {
		n := int(rdata[i])
		if i > 0 {
			z.line = append(z.line, ' ')
		}
		z.line = append(z.line, '"')
		for _, c := range rdata[i+1 : i+1+n] {
			switch {
			case c == '"' || c == '\\':
				z.line = append(z.line, '\\', c)
			case c < ' ' || c > '~':
				z.line = append(z.line, '\\', '0'+c/100, '0'+c/10%10, '0'+c%10)
			default:
				z.line = append(z.line, c)
			}
		}
		z.line = append(z.line, '"')
		i += 1 + n
	}
}

func (z *zoneWriter) address(owner []byte, ttl uint32, octets []byte) {
	addr, _ := netip.AddrFromSlice(octets)
	rrtype := "A"
	if addr.Is6() {
		rrtype = "AAAA"
	}
	z.begin(owner, ttl, rrtype)
	z.line = addr.AppendTo(z.line)
	z.end()
}

func (z *zoneWriter) begin(owner []byte, ttl uint32, rrtype string) {
	z.line = appendText(z.line[:0], owner)
	z.line = append(z.line, '\t')
	z.line = strconv.AppendUint(z.line, uint64(ttl), 10)
	z.line = append(z.line, "\tIN\t"...)
	z.line = append(z.line, rrtype...)
	z.line = append(z.line, '\t')
}

func (z *zoneWriter) name(labels []byte) { z.line = appendText(z.line, labels) }

func (z *zoneWriter) end() {
	z.line = append(z.line, '\n')
	if z.err == nil {
		_, z.err = z.w.Write(z.line)
	}
}
