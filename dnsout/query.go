package dnsout

import "encoding/binary"

const headerSize = 12

// Response codes (RFC 1035, Section 4.1.1; RFC 6891, Section 9).
const (
	rcodeNoError  = 0
	rcodeFormErr  = 1
	rcodeNXDomain = 3
	rcodeNotImp   = 4
	rcodeRefused  = 5
	rcodeNotAuth  = 9
	rcodeBadVers  = 16
)

// query is one parsed question with what its header and OPT record say.
type query struct {
	id     uint16
	opcode uint8
	rd     bool

	asked  bool   // there is one well-formed question
	raw    []byte // the question as sent: name, type, class
	lower  [maxName]byte
	end    int        // length of lower
	starts [128]uint8 // where each label begins
	labels int
	qtype  uint16
	qclass uint16

	edns    bool
	size    uint16 // the client's UDP payload size
	version uint8
	do      bool

	tsigAt int // where the TSIG record begins, the last of the message; 0: none
}

// parse reads a query of at least a header. It returns rcodeFormErr when the
// message is malformed; what was read until then stays in q for the answer.
func (q *query) parse(msg []byte) (rcode uint16) {
	q.id = binary.BigEndian.Uint16(msg)
	q.opcode = msg[2] >> 3 & 15
	q.rd = msg[2]&1 != 0
	q.asked, q.edns, q.raw, q.labels, q.end = false, false, nil, 0, 0
	q.size, q.version, q.do, q.tsigAt = 0, 0, false, 0

	if binary.BigEndian.Uint16(msg[4:]) != 1 {
		return rcodeFormErr
	}
	p, ok := q.question(msg)
	if !ok {
		return rcodeFormErr
	}
	q.asked = true
	skip := int(binary.BigEndian.Uint16(msg[6:])) + int(binary.BigEndian.Uint16(msg[8:]))
	for range skip {
		var rrtype uint16
		if rrtype, _, p, ok = resourceRecord(msg, p); !ok || rrtype == typeTSIG {
			return rcodeFormErr
		}
	}
	if !q.additional(msg, p, int(binary.BigEndian.Uint16(msg[10:]))) {
		return rcodeFormErr
	}
	return rcodeNoError
}

// question reads the question at the header's end. Its name cannot be compressed:
// nothing stands before it.
func (q *query) question(msg []byte) (next int, ok bool) {
	p := headerSize
	for {
		if p >= len(msg) {
			return 0, false
		}
		n := int(msg[p])
		if n == 0 {
			break
		}
		if n > maxLabel || p+1+n > len(msg) || q.end+1+n > maxName {
			return 0, false
		}
		q.starts[q.labels] = uint8(q.end)
		q.labels++
		q.lower[q.end] = byte(n)
		for i, c := range msg[p+1 : p+1+n] {
			q.lower[q.end+1+i] = lowerByte(c)
		}
		q.end += 1 + n
		p += 1 + n
	}
	p++
	if p+4 > len(msg) {
		return 0, false
	}
	q.qtype = binary.BigEndian.Uint16(msg[p:])
	q.qclass = binary.BigEndian.Uint16(msg[p+2:])
	q.raw = msg[headerSize : p+4]
	return p + 4, true
}

// additional reads the additional section for its OPT and TSIG records and wants
// the message to end there. More than one OPT is a format error (RFC 6891, Section
// 6.1.1), and so is a TSIG that is not the last record (RFC 8945, Section 5.2).
func (q *query) additional(msg []byte, p, count int) bool {
	for range count {
		rrtype, rr, next, ok := resourceRecord(msg, p)
		if !ok || q.tsigAt != 0 {
			return false
		}
		if rrtype == typeTSIG {
			q.tsigAt = p
		}
		if rrtype == typeOPT {
			// The owner is the root: one octet, then the fixed part of ten.
			if q.edns || msg[p] != 0 || !wellFormedOptions(msg[p+11:next]) {
				q.edns = false
				return false
			}
			q.edns = true
			q.size = binary.BigEndian.Uint16(rr[2:])
			q.version = rr[5]
			q.do = rr[6]&0x80 != 0
		}
		p = next
	}
	return p == len(msg)
}

// wellFormedOptions checks the {code, length, data} triples of an OPT record;
// options themselves are ignored (RFC 6891, Section 6.1.2).
func wellFormedOptions(b []byte) bool {
	for len(b) > 0 {
		if len(b) < 4 {
			return false
		}
		n := 4 + int(binary.BigEndian.Uint16(b[2:]))
		if n > len(b) {
			return false
		}
		b = b[n:]
	}
	return true
}

// resourceRecord reads the record at p: its type, the octets from the type on,
// and where the next one begins.
func resourceRecord(msg []byte, p int) (rrtype uint16, fixed []byte, next int, ok bool) {
	for {
		if p >= len(msg) {
			return 0, nil, 0, false
		}
		n := int(msg[p])
		if n >= 0xC0 { // a pointer ends the name; where it leads does not matter here
			p += 2
			break
		}
		if n > maxLabel {
			return 0, nil, 0, false
		}
		p += 1 + n
		if n == 0 {
			break
		}
	}
	if p+10 > len(msg) {
		return 0, nil, 0, false
	}
	next = p + 10 + int(binary.BigEndian.Uint16(msg[p+8:]))
	if next > len(msg) {
		return 0, nil, 0, false
	}
	return binary.BigEndian.Uint16(msg[p:]), msg[p:next], next, true
}
