package dnsout

import (
	"encoding/binary"
	"fmt"
	"net/netip"
)

// encoded is a delegation in the parts of a record.
type encoded struct {
	inline bool // ns has names at or below the owner, so it is this record's own
	ns     []byte
	glue   []byte
	ds     []byte
}

// encoder turns a delegation into a key and the parts of a record. Its buffers
// are used again by the next call.
type encoder struct {
	apex []byte

	owner []byte
	host  []byte
	key   []byte
	encoded
}

// encode fills key and encoded from d. A delegation that is not below the apex,
// or not well-formed, is an error: the publisher then leaves the name as it was.
func (e *encoder) encode(d *Delegation) error {
	if err := e.setOwner(d.Name); err != nil {
		return err
	}
	e.inline, e.ns, e.glue, e.ds = false, e.ns[:0], e.glue[:0], e.ds[:0]
	if len(d.NS) == 0 || len(d.NS) > 255 {
		return fmt.Errorf("delegation of %q has %d name servers", d.Name, len(d.NS))
	}
	for i, host := range d.NS {
		below, err := e.appendHost(host)
		if err != nil {
			return fmt.Errorf("delegation of %q: %w", d.Name, err)
		}
		if below {
			e.inline = true
			e.appendGlue(i, host, d.Glue)
		}
	}
	for _, ds := range d.DS {
		n := 4 + len(ds.Digest)
		if n > 255 {
			return fmt.Errorf("delegation of %q: DS digest of %d octets", d.Name, len(ds.Digest))
		}
		e.ds = append(e.ds, byte(n))
		e.ds = binary.BigEndian.AppendUint16(e.ds, ds.KeyTag)
		e.ds = append(e.ds, ds.Algorithm, ds.DigestType)
		e.ds = append(e.ds, ds.Digest...)
	}
	if len(e.ns) > maxBlock || len(e.glue) > maxBlock || len(e.ds) > maxBlock {
		return fmt.Errorf("delegation of %q is too large", d.Name)
	}
	return nil
}

// setOwner sets key from a name of the zone.
func (e *encoder) setOwner(name string) (err error) {
	if e.owner, err = appendName(e.owner[:0], name); err != nil {
		return err
	}
	key, ok := cutSuffix(e.owner, e.apex)
	if !ok || len(key) == 0 {
		return fmt.Errorf("%q is not below the zone's apex", name)
	}
	e.key = key
	return nil
}

// appendHost adds one host name to ns and says whether it is at or below owner.
func (e *encoder) appendHost(host string) (below bool, err error) {
	if e.host, err = appendName(e.host[:0], host); err != nil {
		return false, err
	}
	if rel, ok := cutSuffix(e.host, e.owner); ok {
		e.ns = append(append(e.ns, rel...), endOwner)
		return true, nil
	}
	if rel, ok := cutSuffix(e.host, e.apex); ok {
		e.ns = append(append(e.ns, rel...), endApex)
		return false, nil
	}
	e.ns = append(append(e.ns, e.host...), endRoot)
	return false, nil
}

// appendGlue adds the addresses of the index-th host.
func (e *encoder) appendGlue(index int, host string, glue []Glue) {
	for i := range glue {
		if glue[i].Host != host || len(glue[i].Addrs) == 0 {
			continue
		}
		head := len(e.glue)
		e.glue = append(e.glue, byte(index), 0, 0)
		for _, v6 := range [...]bool{false, true} {
			for _, a := range glue[i].Addrs {
				count := head + 1
				if v6 {
					count++
				}
				if is6(a) == v6 && a.IsValid() && e.glue[count] < 255 {
					e.glue = append(e.glue, a.Unmap().AsSlice()...)
					e.glue[count]++
				}
			}
		}
		return
	}
}

func is6(a netip.Addr) bool { return a.Unmap().Is6() }

// nextHost decodes the first of the host names in ns into buf, as full labels,
// and returns the rest of ns.
func nextHost(ns, owner, apex, buf []byte) (name, rest []byte) {
	i := 0
	for ns[i] != endRoot && ns[i] < endApex {
		i += 1 + int(ns[i])
	}
	name = append(buf[:0], ns[:i]...)
	switch ns[i] {
	case endApex:
		name = append(name, apex...)
	case endOwner:
		name = append(name, owner...)
	}
	return name, ns[i+1:]
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
