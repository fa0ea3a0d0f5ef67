package main

import (
	"bytes"
	"encoding/hex"
	"fmt"

	"cadastre/epp"
)

// zone is where the names go.
const zone = "example"

// prepared is a data unit of one session, of which every sending has another domain name
// and, for a create, another pair of hosts. Values change in place: nothing is encoded
// while something is measured.
type prepared struct {
	unit  []byte
	name  int    // where the label's digits are; 0 if the name stays
	hosts [2]int // where the numbers of the hosts are; 0 if there are none
	sent  uint64
	most  uint64 // names after which the first comes again; 0: none
	seed  uint64
	want  string // the result code that is expected
	bits  [5]byte
}

// labelDigits are the digits of a name that change.
const labelDigits = 10

// mark stands in a template where the digits go.
const mark = "0000000000"

// newPrepared encodes body, in which names hold mark. seed tells sessions and uses apart,
// below 256.
func newPrepared(body epp.Body, seed int, want string, ext ...epp.Extension) *prepared {
	unit := epp.AppendFrame(nil, epp.EncodeCommand(&epp.Command{Body: body, Extensions: ext, ClTRID: "bench-000001"}))
	p := &prepared{unit: unit, seed: uint64(seed), want: want}
	if i := bytes.Index(unit, []byte(mark)); i > 0 {
		p.name = i
	}
	for h, number := range []string{"ns00.", "ns01."} {
		if i := bytes.Index(unit, []byte(number)); i > 0 {
			p.hosts[h] = i + len("ns")
		}
	}
	return p
}

// next is the data unit to send next.
func (p *prepared) next() []byte {
	n := p.sent
	p.sent++
	if p.most > 0 {
		n %= p.most
	}
	if p.name > 0 {
		p.putName(n)
	}
	if p.hosts[0] > 0 {
		pair := int(n % hostPairs)
		put2(p.unit[p.hosts[0]:], 2*pair)
		put2(p.unit[p.hosts[1]:], 2*pair+1)
	}
	return p.unit
}

// putName writes forty bits as digits: a permutation of the sending's number, so that no
// two are the same and those that follow each other do not lie together in an index,
// beside the seed.
func (p *prepared) putName(n uint64) {
	const odd = 0x9e3779b1 // near 2^32 divided by the golden ratio: neighbours go far apart
	v := uint64(uint32(n*odd))<<8 | p.seed&0xff
	for i := range p.bits {
		p.bits[i] = byte(v >> (32 - 8*i))
	}
	hex.Encode(p.unit[p.name:p.name+labelDigits], p.bits[:])
}

// domain is the name in the data unit that next gave last.
func (p *prepared) domain() string {
	return "b" + string(p.unit[p.name:p.name+labelDigits]) + "." + zone
}

func put2(at []byte, n int) { at[0], at[1] = byte('0'+n/10), byte('0'+n%10) }

func checkFrame(seed int) *prepared {
	return newPrepared(&epp.DomainCheck{Names: []string{"c" + mark + "." + zone}}, seed, "1000")
}

// createFrame prepares creates with the contacts of the session's registrar.
func createFrame(seed int, contacts [3]string, ext ...epp.Extension) *prepared {
	return newPrepared(createBody("b"+mark+"."+zone, contacts), seed, "1000", ext...)
}

func createBody(name string, contacts [3]string) *epp.DomainCreate {
	return &epp.DomainCreate{
		Name: name, Period: &epp.Period{Value: 1, Unit: "y"},
		NS:         epp.NameServers{HostObjs: []string{hostName(0), hostName(1)}},
		Registrant: contacts[0],
		Contacts:   []epp.DomainContact{{ID: contacts[1], Type: "admin"}, {ID: contacts[2], Type: "tech"}},
		AuthInfo:   epp.AuthInfo{PW: "xK4mP9qR2sT7vW3yZ8bC6dF1gH5j"},
	}
}

// hostPairs are the pairs of name servers that creates use in turn.
const hostPairs = 20

func hostName(n int) string { return fmt.Sprintf("ns%02d.hosting.test", n) }
