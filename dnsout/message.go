package dnsout

import "encoding/binary"

// message is an answer being written. Whole RRsets go in or stay out: the caller
// marks the state before an RRset and returns to it when the limit is passed.
type message struct {
	buf    []byte // the message from its first octet
	limit  int    // octets, without what the OPT record will take
	counts [4]uint16
	names  [48]writtenName // names a later one may point to
	n      int
}

// writtenName is a name, or a name's ending, that stands in the message.
type writtenName struct {
	at   uint16 // offset of its first label
	size uint8  // octets of its labels, uncompressed
}

// Sections of a message, as indexes into message.counts.
const (
	secAnswer = 1 + iota
	secAuthority
	secAdditional
)

const maxPointer = 0x3FFF // RFC 1035, Section 4.1.4

// mark is a state of a message to go back to.
type mark struct {
	size, n int
	counts  [4]uint16
}

func (m *message) mark() mark        { return mark{len(m.buf), m.n, m.counts} }
func (m *message) undo(to mark)      { m.buf, m.n, m.counts = m.buf[:to.size], to.n, to.counts }
func (m *message) overflowing() bool { return len(m.buf) > m.limit }

// begin starts an answer to q in buf: an empty header and the question as sent.
func (m *message) begin(buf []byte, q *query, limit int) {
	m.buf = append(buf[:0], make([]byte, headerSize)...)
	m.limit, m.n, m.counts = limit, 0, [4]uint16{}
	if !q.asked {
		return
	}
	m.counts[0] = 1
	m.buf = append(m.buf, q.raw...)
	for i := range q.labels {
		m.remember(headerSize+int(q.starts[i]), q.end-int(q.starts[i]))
	}
}

func (m *message) remember(at, size int) {
	if m.n < len(m.names) && at <= maxPointer {
		m.names[m.n] = writtenName{uint16(at), uint8(size)}
		m.n++
	}
}

// name appends labels as a name, compressed against what stands in the message
// already (RFC 1035, Section 4.1.4). Names match without case, so the ending of
// a name can appear in the case the query had.
func (m *message) name(labels []byte) {
	for len(labels) > 0 {
		for i := range m.names[:m.n] {
			w := m.names[i]
			if int(w.size) == len(labels) && m.equal(int(w.at), labels) {
				m.buf = binary.BigEndian.AppendUint16(m.buf, 0xC000|w.at)
				return
			}
		}
		m.remember(len(m.buf), len(labels))
		n := 1 + int(labels[0])
		m.buf = append(m.buf, labels[:n]...)
		labels = labels[n:]
	}
	m.buf = append(m.buf, 0)
}

// equal compares the name written at p, which this message's own writer wrote, so
// that every pointer in it leads backwards, with labels of the same size.
func (m *message) equal(p int, labels []byte) bool {
	for len(labels) > 0 {
		for m.buf[p] >= 0xC0 {
			p = int(binary.BigEndian.Uint16(m.buf[p:]) & maxPointer)
		}
		n := 1 + int(labels[0])
		if m.buf[p] != labels[0] {
			return false
		}
		for i := 1; i < n; i++ {
			if lowerByte(m.buf[p+i]) != labels[i] {
				return false
			}
		}
		p, labels = p+n, labels[n:]
	}
	return true
}

// pointer appends a reference to the name at offset at.
func (m *message) pointer(at int) {
	m.buf = binary.BigEndian.AppendUint16(m.buf, 0xC000|uint16(at))
}

// record appends what follows a record's owner up to its RDATA, and returns where
// the RDATA begins, for endRecord.
func (m *message) record(section int, rrtype uint16, ttl uint32) int {
	m.counts[section]++
	m.buf = binary.BigEndian.AppendUint16(m.buf, rrtype)
	m.buf = binary.BigEndian.AppendUint16(m.buf, classIN)
	m.buf = binary.BigEndian.AppendUint32(m.buf, ttl)
	m.buf = append(m.buf, 0, 0)
	return len(m.buf)
}

func (m *message) endRecord(rdata int) {
	binary.BigEndian.PutUint16(m.buf[rdata-2:], uint16(len(m.buf)-rdata))
}

// flags is what an answer's header says besides id, opcode and RD.
type flags struct {
	rcode uint16
	aa    bool
	tc    bool
}

// finish writes the header, and the OPT record when the query had one (RFC 6891,
// Section 6.1.1). RA, AD and CD stay clear (RFC 4035, Section 3.1.6).
func (m *message) finish(q *query, f flags) []byte {
	if q.edns {
		m.counts[secAdditional]++
		do := byte(0)
		if q.do {
			do = 0x80
		}
		m.buf = append(m.buf, 0, 0, typeOPT, maxUDP>>8, maxUDP&0xFF, byte(f.rcode>>4), 0, do, 0, 0, 0)
	}
	h := m.buf[:headerSize]
	binary.BigEndian.PutUint16(h, q.id)
	h[2] = 0x80 | q.opcode<<3
	if f.aa {
		h[2] |= 4
	}
	if f.tc {
		h[2] |= 2
	}
	if q.rd {
		h[2] |= 1
	}
	h[3] = byte(f.rcode & 15)
	for i, n := range m.counts {
		binary.BigEndian.PutUint16(h[4+2*i:], n)
	}
	return m.buf
}
