package e2e

import (
	"cmp"
	"crypto/rand"
	"encoding/binary"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// What an attacker between the registries can do. Those that hold a key stand for a
// server that is asked in another way, or at another time: the key is the test's.

// truth passes question and answer on.
func truth(x *exchange) {
	if a := x.honest(); a != nil {
		x.reply(a)
	}
}

// silence answers nothing.
func silence(*exchange) {}

// then is several attacks on one question, one after the other.
func then(list ...attack) attack {
	return func(x *exchange) {
		for _, a := range list {
			a(x)
		}
	}
}

// after waits first.
func after(d time.Duration, a attack) attack {
	return func(x *exchange) {
		time.Sleep(d)
		a(x)
	}
}

// overTCP has another attack for questions over TCP.
func overTCP(udp, tcp attack) attack {
	return func(x *exchange) {
		if x.tcp {
			tcp(x)
		} else {
			udp(x)
		}
	}
}

// fromTry is silent before the nth question.
func fromTry(n int, a attack) attack {
	return func(x *exchange) {
		if x.n >= n {
			a(x)
		}
	}
}

// changed passes an answer on that fn has changed.
func changed(fn func(x *exchange, answer []byte) []byte) attack {
	return func(x *exchange) {
		if a := x.honest(); a != nil {
			x.reply(fn(x, a))
		}
	}
}

// answered sends a message that is made from nothing but the question.
func answered(make func(x *exchange) []byte) attack {
	return func(x *exchange) { x.reply(make(x)) }
}

// entryFor is a record that would approve the question's registration.
func (x *exchange) entryFor() string {
	registrant, rest, _ := strings.Cut(x.name, ".")
	registrar, _, _ := strings.Cut(rest, ".")
	return "v=wl1; target=" + x.target + "; registrant=" + registrant + "; registrar=" + registrar + "; until=2099-01-01T00:00:00Z"
}

// forge makes an answer without a signature.
func (x *exchange) forge(rcode dnsmessage.RCode, texts ...string) []byte {
	name := dnsmessage.MustNewName(x.name + ".")
	m := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: binary.BigEndian.Uint16(x.query), Response: true, Authoritative: true, RCode: rcode},
		Questions: []dnsmessage.Question{{Name: name, Type: dnsmessage.TypeTXT, Class: dnsmessage.ClassINET}},
	}
	head := dnsmessage.ResourceHeader{Name: name, Class: dnsmessage.ClassINET, TTL: 60}
	for _, text := range texts {
		m.Answers = append(m.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.TXTResource{TXT: []string{text}}})
	}
	if rcode == dnsmessage.RCodeNameError {
		zone := dnsmessage.MustNewName("valid.zone.")
		head.Name = zone
		m.Authorities = append(m.Authorities, dnsmessage.Resource{Header: head, Body: &dnsmessage.SOAResource{NS: zone, MBox: zone, Serial: 1, MinTTL: 1}})
	}
	wire, err := m.Pack()
	if err != nil {
		panic(err) // names and texts are the test's
	}
	return wire
}

// mac is the question's signature.
func (x *exchange) mac() []byte {
	t, err := tsigOf(x.query)
	if err != nil {
		return nil
	}
	return t.mac
}

// entryForged and denialForged are unsigned answers of the attacker's own.
func entryForged(x *exchange) []byte  { return x.forge(dnsmessage.RCodeSuccess, x.entryFor()) }
func denialForged(x *exchange) []byte { return x.forge(dnsmessage.RCodeNameError) }

// rcode is an unsigned answer that says no more than a code.
func rcode(code dnsmessage.RCode) attack {
	return answered(func(x *exchange) []byte { return x.forge(code) })
}

// signedBy is an entry signed with a key, over the question, as of an instant.
func signedBy(k signer, off time.Duration) attack {
	return answered(func(x *exchange) []byte { return k.sign(entryForged(x), x.mac(), time.Now().Add(off)) })
}

// signedAlone is an entry signed with the right key, but over no question, or over
// another one.
func signedAlone(k signer, asked []byte) attack {
	return answered(func(x *exchange) []byte { return k.sign(entryForged(x), asked, time.Now()) })
}

// signedCode is an error that the server itself says.
func signedCode(k signer, code dnsmessage.RCode) attack {
	return answered(func(x *exchange) []byte { return k.sign(x.forge(code), x.mac(), time.Now()) })
}

// tsigError is an answer whose TSIG record says an error, which nobody signs (RFC
// 8945, Section 5.2).
func tsigError(k signer, code uint16) attack {
	return answered(func(x *exchange) []byte {
		const notAuth = 9
		msg := x.forge(notAuth)
		t := tsig{
			time: binary.BigEndian.AppendUint64(nil, uint64(time.Now().Unix()))[2:], fudge: []byte{1, 44}, id: msg[:2],
			rest: append(binary.BigEndian.AppendUint16(nil, code), 0, 0),
		}
		return k.attach(msg, t)
	})
}

// truncated is an empty answer that sends the client to TCP, as the server would
// sign it (RFC 8945, Section 5.3).
func truncated(k signer) attack {
	return answered(func(x *exchange) []byte {
		return k.sign(setTC(x, x.forge(dnsmessage.RCodeSuccess)), x.mac(), time.Now())
	})
}

func setTC(_ *exchange, msg []byte) []byte {
	msg = slices.Clone(msg)
	msg[2] |= 2
	return msg
}

func cutTSIG(_ *exchange, msg []byte) []byte { return withoutTSIG(msg) }

// asDenial turns an answer into NXDOMAIN under its own signature.
func asDenial(_ *exchange, msg []byte) []byte {
	msg = slices.Clone(msg)
	msg[3] |= 3
	return msg
}

// otherID is the answer to a question that was not asked.
func otherID(_ *exchange, msg []byte) []byte {
	msg = slices.Clone(msg)
	msg[1]++
	return msg
}

// flipText changes a letter of the record, flipMAC a bit of the signature.
func flipText(_ *exchange, msg []byte) []byte {
	msg = slices.Clone(msg)
	if i := strings.Index(string(msg), "registrant="); i > 0 {
		msg[i+len("registrant=")] ^= 1
	}
	return msg
}

func flipMAC(_ *exchange, msg []byte) []byte {
	t, err := tsigOf(msg)
	if err != nil {
		return msg
	}
	at := strings.Index(string(msg), string(t.mac))
	msg = slices.Clone(msg)
	msg[at+7] ^= 0x10
	return msg
}

// noise is octets that are no message.
func noise(*exchange) []byte {
	b := make([]byte, 60)
	rand.Read(b)
	return b
}

// replay sends an answer that was given earlier, to a question about a target name
// or, if that is "", about this one; with the id of the present question or its own.
func replay(target string, fitID bool) attack {
	return func(x *exchange) {
		msg := slices.Clone(x.earlier(cmp.Or(target, x.target)))
		if msg == nil {
			return
		}
		if fitID {
			copy(msg, x.query[:2])
		}
		x.reply(msg)
	}
}

// hangUp closes a connection instead of answering.
func hangUp(x *exchange) { x.cut() }
