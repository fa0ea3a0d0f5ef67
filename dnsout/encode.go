package dnsout

import (
	"encoding/binary"
	"fmt"
	"net/netip"
)

// encoded is what a name shows in the parts of a record: ns with glue and ds, or
// sets, or nothing.
type encoded struct {
	inline bool // ns has names at or below the owner, so it is this record's own
	ns     []byte
	glue   []byte
	ds     []byte
	sets   []byte

	ownTTLs bool // some of ttls is not the zone's
	ttls    []byte
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

// put makes c show what the store says of one name. What is not fit for the zone
// goes to reject: a delegation then stays as it was, and an RRset of data is left
// out, so that an old one never stays for it.
func (e *encoder) put(c *content, d *Delegation, reject func(error)) {
	if err := e.setOwner(d.Name); err != nil {
		reject(err)
		return
	}
	if len(d.NS) == 0 {
		e.encodeData(d, reject)
	} else {
		if len(d.Data) > 0 {
			reject(bothError(d.Name))
		}
		if err := e.encodeDelegation(d); err != nil {
			reject(err)
			return
		}
	}
	if !c.setName(e.key, &e.encoded) {
		reject(fmt.Errorf("data of %q: the name is one of the zone's own name servers", d.Name))
	}
}

func bothError(name string) error {
	return fmt.Errorf("%q is delegated and has data; the data is left out", name)
}

// delegated says whether c shows a delegation at a name.
func (e *encoder) delegated(c *content, name string) bool {
	var r record
	return e.setOwner(name) == nil && c.find(e.key, &r) && r.delegated()
}

// encodeDelegation fills encoded from d, whose owner is set. A delegation that is
// not well-formed is an error.
func (e *encoder) encodeDelegation(d *Delegation) error {
	e.reset()
	if len(d.NS) == 0 || len(d.NS) > 255 {
		return fmt.Errorf("delegation of %q has %d name servers", d.Name, len(d.NS))
	}
	e.appendTTLs(d.NSTTL, d.DSTTL)
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
	if len(e.ns) > maxBlock || len(e.glue) > maxBlock || len(e.ds) > maxBlock || d.NSTTL > maxTTL || d.DSTTL > maxTTL {
		return fmt.Errorf("delegation of %q is too large", d.Name)
	}
	return nil
}

func (e *encoder) reset() {
	e.inline, e.ns, e.glue, e.ds, e.sets = false, e.ns[:0], e.glue[:0], e.ds[:0], e.sets[:0]
	e.ownTTLs, e.ttls = false, e.ttls[:0]
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

// appendTTLs adds times to live, 0 for the zone's.
func (e *encoder) appendTTLs(ttls ...uint32) {
	for _, ttl := range ttls {
		e.ttls = binary.BigEndian.AppendUint32(e.ttls, ttl)
		e.ownTTLs = e.ownTTLs || ttl != 0
	}
}

// appendGlue adds the addresses of the index-th host.
func (e *encoder) appendGlue(index int, host string, glue []Glue) {
	for i := range glue {
		if glue[i].Host != host || len(glue[i].Addrs) == 0 {
			continue
		}
		e.appendTTLs(glue[i].TTLv4, glue[i].TTLv6)
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
