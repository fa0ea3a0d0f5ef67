package main

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"cadastre/registry"
	"cadastre/registry/store"
)

// The shape of a load.
const (
	loadNameBits  = 28 // seven hex digits
	maxLoadCount  = 1 << loadNameBits
	loadHostPairs = 5000
	loadOwnHosts  = 20 // one name in so many has name servers of its own
	loadLabelSize = 8  // "d" and the digits
	loadPast      = 365 * registry.Day
)

// loadNames gives the names of a load: a permutation of all that are possible,
// chosen by the seed, so that names never repeat within a load and look random
// all the same. A load of more names of the same seed begins with the same ones.
type loadNames struct{ seed uint64 }

// label is the i-th label, i below maxLoadCount.
func (l loadNames) label(i uint32) string {
	var digits [loadLabelSize]byte
	var octets [4]byte
	binary.BigEndian.PutUint32(octets[:], l.permute(i))
	hex.Encode(digits[:], octets[:])
	digits[0] = 'd' // 28 bits leave it "0"
	return string(digits[:])
}

// permute is a Feistel network of four rounds over two halves of 14 bits, which
// is a bijection whatever the round function.
func (l loadNames) permute(i uint32) uint32 {
	const half = loadNameBits / 2
	const mask = 1<<half - 1
	left, right := i>>half, i&mask
	for round := range uint64(4) {
		left, right = right, left^uint32(mix(l.seed+round<<32+uint64(right)))&mask
	}
	return left<<half | right
}

// mix is the output function of SplitMix64, which is fixed here so that a seed
// means the same names for good.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// dice are the choices made for one name.
type dice struct{ state uint64 }

func (d *dice) below(n uint64) uint64 {
	d.state += 0x9e3779b97f4a7c15
	return mix(d.state) % n
}

// loadOwner is a registrar that gets a share of the names, and its registrant.
type loadOwner struct {
	registrar, contact string
	contactID          int64
}

// loadPlan makes the domains of a load.
type loadPlan struct {
	zone   *registry.Zone
	zones  registry.Zones
	names  loadNames
	now    time.Time
	owners []loadOwner
	pairs  [loadHostPairs]struct {
		names []string
		ids   []int64
	}
}

// externalHosts are the hosts that most names delegate to.
func (p *loadPlan) externalHosts() []store.LoadHost {
	hosts := make([]store.LoadHost, 0, 2*loadHostPairs)
	for i := range p.pairs {
		for n := 1; n <= 2; n++ {
			name := fmt.Sprintf("ns%d.h%04d.load.invalid", n, i+1)
			p.pairs[i].names = append(p.pairs[i].names, name)
			hosts = append(hosts, store.LoadHost{Name: name, Registrar: p.owners[i%len(p.owners)].registrar, Created: p.now.Add(-loadPast)})
		}
	}
	return hosts
}

// know tells the plan the ids of the external hosts.
func (p *loadPlan) know(ids map[string]int64) {
	for i := range p.pairs {
		for _, name := range p.pairs[i].names {
			p.pairs[i].ids = append(p.pairs[i].ids, ids[name])
		}
	}
}

// fill makes the domains from the first-th on; those that nobody may register
// are left out. The result lies in list, whose room is used again.
func (p *loadPlan) fill(list []store.LoadDomain, first, count int) []store.LoadDomain {
	list = list[:0]
	for i := first; i < first+count; i++ {
		name := p.names.label(uint32(i)) + "." + p.zone.Name
		if p.registrable(name) {
			list = append(list, p.domain(name, uint32(i)))
		}
	}
	// In order, so that the database's indexes on names are walked and not jumped about in.
	slices.SortFunc(list, func(a, b store.LoadDomain) int { return strings.Compare(a.Name, b.Name) })
	return list
}

func (p *loadPlan) registrable(name string) bool {
	if p.zone.CheckRegistrable(name) != nil {
		return false
	}
	for _, z := range p.zones {
		if z.Protected(name) {
			return false
		}
	}
	return true
}

func (p *loadPlan) domain(name string, i uint32) store.LoadDomain {
	d := dice{mix(p.names.seed) + uint64(i)<<32}
	owner := &p.owners[d.below(uint64(len(p.owners)))]
	created := p.now.Add(-time.Duration(d.below(uint64(loadPast/time.Microsecond))) * time.Microsecond)
	out := store.LoadDomain{
		Name: name, Registrar: owner.registrar, Registrant: owner.contact, RegistrantID: owner.contactID, Created: created,
		Expires: registry.AddYears(created, p.years(&d)),
	}
	if d.below(loadOwnHosts) > 0 {
		pair := &p.pairs[d.below(loadHostPairs)]
		out.Nameservers, out.HostIDs = pair.names, pair.ids
		return out
	}
	for n := range 2 {
		host := fmt.Sprintf("ns%d.%s", n+1, name)
		out.Nameservers = append(out.Nameservers, host)
		out.Hosts = append(out.Hosts, store.LoadHost{Name: host, Created: created, Addrs: loadAddrs(&d)})
	}
	return out
}

// years is how long a name of the past year is registered: two to nine years, so
// that it expires in one to nine, or as long as the zone allows.
func (p *loadPlan) years(d *dice) int {
	const least, most = 2, 9
	limit := min(most, p.zone.Policy.MaxYears)
	if limit <= least {
		return limit
	}
	return least + int(d.below(uint64(limit-least+1)))
}

// loadAddrs are addresses that belong to nobody: of the network for benchmarks
// (RFC 2544) and of the one for documentation (RFC 3849).
func loadAddrs(d *dice) []netip.Addr {
	n := d.below(1 << 17)
	v6 := [16]byte{0x20, 0x01, 0x0d, 0xb8}
	binary.BigEndian.PutUint64(v6[8:], d.below(1<<48)+1)
	return []netip.Addr{
		netip.AddrFrom4([4]byte{198, 18 + byte(n>>16), byte(n >> 8), byte(n)}), netip.AddrFrom16(v6),
	}
}
