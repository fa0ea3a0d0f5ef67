package dnsout

import "encoding/binary"

// A record is all that is known of one name, in bytes:
//
//	octet   what
//	0       flags: which of the following parts are there
//	1       length of the key
//	2…      key: the name's labels up to the apex
//	4       number of existing names directly below (hasChildren; writer only)
//	4       number of the shared host-name set (hasNS without nsInline), or
//	2+n     host names (hasNS and nsInline)
//	2+n     glue (hasGlue)
//	2+n     DS (hasDS)
//	2+n     times to live (hasTTLs)
//	2+n     other RRsets (hasSets)
//
// Host names are labels closed by one octet that tells what follows them: the
// root, the apex, or the record's own name. Glue is, per host: its index among
// the host names, the number of IPv4 and of IPv6 addresses, and these. DS is one
// length octet and RDATA per record. Times to live are four octets each, 0 for the
// zone's: of NS, of DS, and of the A and the AAAA records of each glue. Other RRsets are type, TTL, count, and RDATA
// with two length octets each.
const (
	hasNS       = 1 << iota // the name is delegated
	nsInline                // its host names are in the record, not in the shared table
	hasGlue                 //
	hasDS                   //
	hasSets                 // the zone is authoritative for data at the name
	hasChildren             // names below it exist
	ownSets                 // that data is the name's own, not that of a name server of the zone
	hasTTLs                 // some of the delegation's records have a TTL of their own

	recordKeyLenAt = 1
	recordKeyAt    = 2
	maxBlock       = 65535
)

const (
	endRoot  = 0x00 // closes a host name: nothing follows
	endApex  = 0xC0 // the zone's name follows
	endOwner = 0xC1 // the delegated name follows
)

// record is a parsed record; its slices are those of the segment.
type record struct {
	flags      uint8
	key        []byte
	childrenAt int    // offset of the child count in the record
	setID      uint32 // shared set of host names
	ns         []byte // host names
	glue       []byte
	ds         []byte
	ttls       []byte
	sets       []byte
	size       int
}

// Where times to live are, see record; those of glue follow, two for each.
const (
	ttlNS = iota
	ttlDS
	ttlGlue
)

// ttl is the time to live at index, or the zone's.
func (r *record) ttl(index int, zone uint32) uint32 {
	if len(r.ttls) == 0 {
		return zone
	}
	if own := binary.BigEndian.Uint32(r.ttls[4*index:]); own != 0 {
		return own
	}
	return zone
}

func (r *record) delegated() bool { return r.flags&hasNS != 0 }

// parse reads the record that begins at data. It does not touch the child count.
func (r *record) parse(data []byte) {
	r.flags = data[0]
	p := recordKeyAt + int(data[recordKeyLenAt])
	r.key = data[recordKeyAt:p]
	r.ns, r.glue, r.ds, r.ttls, r.sets, r.childrenAt, r.setID = nil, nil, nil, nil, nil, 0, 0
	if r.flags&hasChildren != 0 {
		r.childrenAt = p
		p += 4
	}
	if r.flags&(hasNS|nsInline) == hasNS {
		r.setID = binary.BigEndian.Uint32(data[p:])
		p += 4
	}
	if r.flags&nsInline != 0 {
		r.ns, p = block(data, p)
	}
	if r.flags&hasGlue != 0 {
		r.glue, p = block(data, p)
	}
	if r.flags&hasDS != 0 {
		r.ds, p = block(data, p)
	}
	if r.flags&hasTTLs != 0 {
		r.ttls, p = block(data, p)
	}
	if r.flags&hasSets != 0 {
		r.sets, p = block(data, p)
	}
	r.size = p
}

func block(data []byte, p int) ([]byte, int) {
	end := p + 2 + int(binary.BigEndian.Uint16(data[p:]))
	return data[p+2 : end], end
}

// appendTo writes the record, with children as its child count when it has any.
func (r *record) appendTo(dst []byte, children uint32) []byte {
	dst = append(dst, r.flags, byte(len(r.key)))
	dst = append(dst, r.key...)
	if r.flags&hasChildren != 0 {
		dst = binary.BigEndian.AppendUint32(dst, children)
	}
	if r.flags&(hasNS|nsInline) == hasNS {
		dst = binary.BigEndian.AppendUint32(dst, r.setID)
	}
	for _, part := range [...]struct {
		flag uint8
		data []byte
	}{{nsInline, r.ns}, {hasGlue, r.glue}, {hasDS, r.ds}, {hasTTLs, r.ttls}, {hasSets, r.sets}} {
		if r.flags&part.flag != 0 {
			dst = binary.BigEndian.AppendUint16(dst, uint16(len(part.data)))
			dst = append(dst, part.data...)
		}
	}
	return dst
}

// recordSize is the length of the record that begins at data.
func recordSize(data []byte) int {
	var r record
	r.parse(data)
	return r.size
}
