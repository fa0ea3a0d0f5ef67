package dnsout

import (
	"encoding/binary"
	"fmt"
	"net/netip"
)

// Record types and the one class this package serves.
const (
	typeA     = 1
	typeNS    = 2
	typeSOA   = 6
	typeAAAA  = 28
	typeOPT   = 41
	typeDS    = 43
	typeIXFR  = 251
	typeAXFR  = 252
	typeMAILB = 253
	typeMAILA = 254
	typeANY   = 255

	classIN = 1
)

// apex is what a zone shows at its own name. It is immutable; a new serial or
// changed settings make a new one.
type apex struct {
	serial   uint32
	ttl      uint32
	negative uint32 // TTL of the SOA in negative answers (RFC 2308, Section 3)
	mname    []byte // labels
	rname    []byte
	timers   [4]uint32 // refresh, retry, expire, minimum
	ns       [][]byte  // labels
	hosts    []apexHost
	access   *access // nil: everybody may ask
}

// apexHost is an apex name server inside the zone: the zone is authoritative for
// its addresses (unless its name is below a delegation).
type apexHost struct {
	name []byte // labels
	key  []byte // labels up to the apex
	v4   [][]byte
	v6   [][]byte
}

// newApex checks the settings of a zone: a zone without name servers or SOA names
// would be lost if it were served.
func newApex(z *PublishedZone, labels []byte) (*apex, error) {
	a := &apex{
		serial: z.Serial, ttl: z.TTL, negative: min(z.TTL, z.Minimum),
		timers: [4]uint32{z.Refresh, z.Retry, z.Expire, z.Minimum},
	}
	var err error
	if z.MName == "" || z.RName == "" || len(z.NS) == 0 {
		return nil, fmt.Errorf("zone %q lacks its SOA names or its name servers", z.Name)
	}
	if a.mname, err = appendName(nil, z.MName); err != nil {
		return nil, fmt.Errorf("zone %q: SOA MNAME: %w", z.Name, err)
	}
	if a.rname, err = appendName(nil, z.RName); err != nil {
		return nil, fmt.Errorf("zone %q: SOA RNAME: %w", z.Name, err)
	}
	if a.access, err = newAccess(z); err != nil {
		return nil, err
	}
	for _, host := range z.NS {
		name, err := appendName(nil, host)
		if err != nil {
			return nil, fmt.Errorf("zone %q: NS: %w", z.Name, err)
		}
		a.ns = append(a.ns, name)
		key, inside := cutSuffix(name, labels)
		if !inside {
			continue
		}
		for _, g := range z.NSGlue {
			if g.Host == host {
				a.hosts = append(a.hosts, newApexHost(name, key, g.Addrs))
			}
		}
	}
	return a, nil
}

func newApexHost(name, key []byte, addrs []netip.Addr) apexHost {
	h := apexHost{name: name, key: key}
	for _, addr := range addrs {
		if addr = addr.Unmap(); addr.Is4() {
			h.v4 = append(h.v4, addr.AsSlice())
		} else if addr.Is6() {
			h.v6 = append(h.v6, addr.AsSlice())
		}
	}
	return h
}

// sets is the host's authoritative data in the form of a record.
func (h *apexHost) sets(ttl uint32) (sets []byte) {
	if len(h.v4) > 0 {
		sets = appendSet(sets, typeA, ttl, h.v4)
	}
	if len(h.v6) > 0 {
		sets = appendSet(sets, typeAAAA, ttl, h.v6)
	}
	return sets
}

// withSerial is the apex at another serial.
func (a *apex) withSerial(serial uint32) *apex {
	b := *a
	b.serial = serial
	return &b
}

// setApex shows a new apex: its hosts' addresses first, itself last.
func (c *content) setApex(a *apex) {
	keep := map[string]bool{}
	for i := range a.hosts {
		h := &a.hosts[i]
		keep[string(h.key)] = true
		c.setApexData(h.key, h.sets(a.ttl))
	}
	old := c.apex.Load()
	c.apex.Store(a)
	if old == nil {
		return
	}
	for _, h := range old.hosts {
		if !keep[string(h.key)] {
			c.setApexData(h.key, nil)
		}
	}
}

// appendSOA appends the five numbers of the SOA's RDATA (RFC 1035, Section 3.3.13).
func (a *apex) appendSOANumbers(dst []byte) []byte {
	dst = binary.BigEndian.AppendUint32(dst, a.serial)
	for _, t := range a.timers {
		dst = binary.BigEndian.AppendUint32(dst, t)
	}
	return dst
}
