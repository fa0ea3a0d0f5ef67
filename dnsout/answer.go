package dnsout

import "net"

const (
	// maxUDP is the largest UDP answer and the payload size announced in OPT: what
	// fits an unfragmented IPv6 packet of the minimum MTU.
	maxUDP = 1232
	// minUDP is what every client takes (RFC 1035, Section 4.2.1).
	minUDP = 512
	// maxTCP is what the two length octets allow.
	maxTCP  = 65535
	optSize = 11
)

// responder answers queries, one at a time; each goroutine has its own.
type responder struct {
	zones *zones
	keys  tsigKeys
	from  net.Addr // who sent the query in hand
	key   *tsigKey // what it is signed with; nil: nothing

	q    query
	m    message
	host [maxName]byte
	seen outcomes
}

// outcomes counts what few answers have, until a tally takes it.
type outcomes struct {
	tsig   [tsigOutcomes]uint32
	denied uint32 // answers withheld by an access list
}

// respond writes the answer to msg over buf and returns it with its response
// code; the answer is nil when there must be none: msg is no query, or has no
// whole header. The answer is never larger than maxUDP, and over UDP never larger
// than the client says it can take.
func (r *responder) respond(buf, msg []byte, udp bool) (answer []byte, rcode uint16) {
	if len(msg) < headerSize || msg[2]&0x80 != 0 {
		return nil, 0
	}
	q := &r.q
	rcode = q.parse(msg)
	limit := maxTCP
	if udp {
		limit = minUDP
		if q.edns {
			limit = min(max(int(q.size), minUDP), maxUDP)
		}
	}
	if rcode == rcodeNoError && q.tsigAt != 0 {
		return r.signed(buf, msg, limit)
	}
	f := r.compose(buf, rcode, limit)
	return r.m.finish(q, f), f.rcode
}

// compose writes the answer but for its header, OPT and TSIG; rcode is that of
// parsing the query. limit bounds the answer with its OPT record.
func (r *responder) compose(buf []byte, rcode uint16, limit int) flags {
	q := &r.q
	if q.edns {
		limit -= optSize
	}
	r.m.begin(buf, q, limit)
	f := flags{rcode: rcode}
	switch {
	case q.opcode != 0:
		f.rcode = rcodeNotImp
	case rcode != rcodeNoError:
	case q.version != 0:
		f.rcode = rcodeBadVers
	default:
		r.answer(&f)
	}
	return f
}

// answer is the algorithm of RFC 1034, Section 4.3.2, for zones that hold
// delegations and little else.
func (r *responder) answer(f *flags) {
	q := &r.q
	switch q.qtype {
	case typeOPT:
		f.rcode = rcodeFormErr
		return
	case typeMAILA, typeMAILB:
		f.rcode = rcodeNotImp
		return
	case typeAXFR, typeIXFR:
		f.rcode = rcodeRefused
		return
	}
	set := r.zones.set.Load()
	z, at := set.find(q, 0)
	if z == nil || q.qclass != classIN {
		f.rcode = rcodeRefused
		return
	}
	if at == 0 && q.qtype == typeDS {
		// The DS of a zone's apex is the parent's to give (RFC 4035, Section 3.1.4.1).
		if above, i := set.find(q, 1); above != nil {
			z, at = above, i
		}
	}
	r.inZone(z, at, f)
}

// inZone answers from z, whose apex begins at label at of the queried name.
func (r *responder) inZone(z *zone, at int, f *flags) {
	q := &r.q
	c := z.content.Load()
	a := c.apex.Load() // before any name: see content
	if a.access != nil && !a.access.allows(r.from, r.key) {
		f.rcode = rcodeRefused
		r.seen.denied++
		return
	}
	here := place{c: c, a: a, apexAt: headerSize + q.end - len(c.labels)}
	rel := q.lower[:q.end-len(c.labels)]
	var rec record
	for i := at - 1; i >= 0; i-- {
		if !c.find(rel[q.starts[i]:], &rec) {
			f.aa, f.rcode = true, rcodeNXDomain
			r.negative(&here, f)
			return
		}
		if rec.delegated() {
			here.owner, here.ownerAt = q.lower[q.starts[i]:q.end], headerSize+int(q.starts[i])
			if i == 0 && q.qtype == typeDS {
				r.ds(&here, &rec, f)
				return
			}
			r.referral(&here, &rec, f)
			return
		}
	}
	here.owner, here.ownerAt = q.lower[:q.end], headerSize
	f.aa = true
	if at == 0 {
		r.atApex(&here, f)
		return
	}
	r.data(&here, &rec, f)
}

// place is where in a zone an answer comes from. Offsets are those in the
// question, so owner names are pointers to it and keep its case.
type place struct {
	c       *content
	a       *apex
	apexAt  int
	owner   []byte // labels
	ownerAt int
}

// put keeps what write adds when it fits, and sets TC when it does not.
func (r *responder) put(f *flags, write func()) {
	before := r.m.mark()
	write()
	if r.m.overflowing() {
		r.m.undo(before)
		f.tc = true
	}
}
