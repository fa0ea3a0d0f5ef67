package dnsout

import "encoding/binary"

// atApex answers for the zone's own name.
func (r *responder) atApex(p *place, f *flags) {
	switch r.q.qtype {
	case typeSOA, typeANY: // one small RRset for ANY (RFC 8482, Section 4.1)
		r.put(f, func() { r.soa(p, secAnswer, p.a.ttl) })
	case typeNS:
		r.put(f, func() {
			for _, host := range p.a.ns {
				r.nameRecord(p, secAnswer, host)
			}
		})
		if !f.tc {
			r.apexAddresses(p)
		}
	default:
		var rec record
		if !p.c.find(nil, &rec) {
			rec = record{}
		}
		r.data(p, &rec, f)
	}
}

// data answers from the authoritative data at a name that exists: the RRset asked
// for, the first one for ANY, or none (RFC 2308, Section 2.2).
func (r *responder) data(p *place, rec *record, f *flags) {
	for sets := rec.sets; len(sets) > 0; {
		var s rrset
		s, sets = nextSet(sets)
		if s.rrtype != r.q.qtype && r.q.qtype != typeANY {
			continue
		}
		r.put(f, func() { r.set(p.ownerAt, secAnswer, &s) })
		return
	}
	r.negative(p, f)
}

// negative adds the SOA to an answer without data.
func (r *responder) negative(p *place, f *flags) {
	r.put(f, func() { r.soa(p, secAuthority, p.a.negative) })
}

// ds answers for the DS of a delegated name, for which the parent side of the cut
// is authoritative (RFC 4035, Section 3.1.4.1).
func (r *responder) ds(p *place, rec *record, f *flags) {
	f.aa = true
	if len(rec.ds) == 0 {
		r.negative(p, f)
		return
	}
	r.put(f, func() { r.dsSet(p, rec) })
}

// referral points to the name servers of the delegation at or above the queried
// name. All glue it has is in-domain, so it goes in or TC is set (RFC 9471). DS
// records go into the referrals of signed zones alone, whatever the DO bit says
// (RFC 4035, Section 3.1): these zones are not signed.
func (r *responder) referral(p *place, rec *record, f *flags) {
	var hostAt [256]uint16 // where each host name was written, for the glue
	r.put(f, func() {
		i, ttl := 0, rec.ttl(ttlNS, p.a.ttl)
		for ns := rec.ns; len(ns) > 0; i++ {
			var host []byte
			host, ns = nextHost(ns, p.owner, p.c.labels, r.host[:0])
			r.m.pointer(p.ownerAt)
			at := r.m.record(secAuthority, typeNS, ttl)
			hostAt[i] = uint16(at)
			r.m.name(host)
			r.m.endRecord(at)
		}
	})
	for glue, i := rec.glue, ttlGlue; len(glue) > 0 && !f.tc; i += 2 {
		h := glueHost{at: int(hostAt[glue[0]])}
		if h.at > maxPointer {
			h.name = r.nthHost(p, rec.ns, int(glue[0]))
		}
		n4, n6 := int(glue[1]), int(glue[2])
		v4, v6 := glue[3:3+4*n4], glue[3+4*n4:3+4*n4+16*n6]
		glue = glue[3+4*n4+16*n6:]
		r.put(f, func() {
			r.addresses(&h, rec.ttl(i, p.a.ttl), typeA, v4)
			r.addresses(&h, rec.ttl(i+1, p.a.ttl), typeAAAA, v6)
		})
	}
}

// glueHost is the owner of glue: where it was written, or, when that is too far
// into the message for a pointer, its labels.
type glueHost struct {
	at   int
	name []byte
}

func (r *responder) nthHost(p *place, ns []byte, n int) (host []byte) {
	for range n + 1 {
		host, ns = nextHost(ns, p.owner, p.c.labels, r.host[:0])
	}
	return host
}

// addresses adds the address records of one host.
func (r *responder) addresses(h *glueHost, ttl uint32, rrtype uint16, addrs []byte) {
	size := 4
	if rrtype == typeAAAA {
		size = 16
	}
	for ; len(addrs) > 0; addrs = addrs[size:] {
		if h.name == nil {
			r.m.pointer(h.at)
		} else {
			r.m.name(h.name)
		}
		rdata := r.m.record(secAdditional, rrtype, ttl)
		r.m.buf = append(r.m.buf, addrs[:size]...)
		r.m.endRecord(rdata)
	}
}

// apexAddresses adds the addresses of the zone's own name servers that are in the
// zone. They are a convenience: what does not fit is left out.
func (r *responder) apexAddresses(p *place) {
	var ignored flags
	for i := range p.a.hosts {
		h := &p.a.hosts[i]
		r.put(&ignored, func() {
			for _, addr := range h.v4 {
				r.hostAddress(h, typeA, p.a.ttl, addr)
			}
			for _, addr := range h.v6 {
				r.hostAddress(h, typeAAAA, p.a.ttl, addr)
			}
		})
	}
}

func (r *responder) hostAddress(h *apexHost, rrtype uint16, ttl uint32, addr []byte) {
	r.m.name(h.name)
	rdata := r.m.record(secAdditional, rrtype, ttl)
	r.m.buf = append(r.m.buf, addr...)
	r.m.endRecord(rdata)
}

// soa adds the zone's SOA.
func (r *responder) soa(p *place, section int, ttl uint32) {
	r.m.pointer(p.apexAt)
	rdata := r.m.record(section, typeSOA, ttl)
	r.m.name(p.a.mname)
	r.m.name(p.a.rname)
	r.m.buf = p.a.appendSOANumbers(r.m.buf)
	r.m.endRecord(rdata)
}

// nameRecord adds one NS record of the zone's apex.
func (r *responder) nameRecord(p *place, section int, host []byte) {
	r.m.pointer(p.apexAt)
	rdata := r.m.record(section, typeNS, p.a.ttl)
	r.m.name(host)
	r.m.endRecord(rdata)
}

// dsSet adds the DS records of a delegation.
func (r *responder) dsSet(p *place, rec *record) {
	ttl := rec.ttl(ttlDS, p.a.ttl)
	for ds := rec.ds; len(ds) > 0; {
		n := 1 + int(ds[0])
		r.m.pointer(p.ownerAt)
		rdata := r.m.record(secAnswer, typeDS, ttl)
		r.m.buf = append(r.m.buf, ds[1:n]...)
		r.m.endRecord(rdata)
		ds = ds[n:]
	}
}

// set adds one RRset of a record, its owner written at offset ownerAt.
func (r *responder) set(ownerAt, section int, s *rrset) {
	for d := s.rdatas; len(d) > 0; {
		n := 2 + int(binary.BigEndian.Uint16(d))
		r.m.pointer(ownerAt)
		rdata := r.m.record(section, s.rrtype, s.ttl)
		r.m.buf = append(r.m.buf, d[2:n]...)
		r.m.endRecord(rdata)
		d = d[n:]
	}
}
