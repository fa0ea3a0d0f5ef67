package dnsout

import (
	"encoding/binary"
	"encoding/hex"
	"time"

	"github.com/miekg/dns"
)

// tsigOutcome is what became of a query with a TSIG record.
type tsigOutcome uint8

const (
	tsigGood tsigOutcome = iota
	tsigMalformed
	tsigBadKey
	tsigBadSig
	tsigBadTime
	tsigBadTrunc
	tsigOutcomes
)

// tsigOutcomeNames are the values of the metric's label.
var tsigOutcomeNames = [tsigOutcomes]string{"good", "formerr", "badkey", "badsig", "badtime", "badtrunc"}

// failure is the number of the record's Error field (RFC 8945, Section 3).
func (o tsigOutcome) failure() uint16 {
	switch o {
	case tsigBadSig:
		return dns.RcodeBadSig
	case tsigBadKey:
		return dns.RcodeBadKey
	case tsigBadTime:
		return dns.RcodeBadTime
	case tsigBadTrunc:
		return dns.RcodeBadTrunc
	}
	return 0
}

// signed answers a well-formed query that has a TSIG record at q.tsigAt (RFC 8945,
// Section 5.2). limit bounds the answer with its OPT and TSIG records.
func (r *responder) signed(buf, msg []byte, limit int) (answer []byte, rcode uint16) {
	now := time.Now() // the clock of the wire, not that of the registry's business
	v := r.keys.check(msg, r.q.tsigAt, now)
	r.seen.tsig[v.outcome]++
	switch v.outcome {
	case tsigGood:
		return r.signedGood(buf, &v, now, limit)
	case tsigMalformed:
		return r.plain(buf, rcodeFormErr, limit)
	}
	t, ok := v.errorRecord(now)
	mac := 0
	if ok && v.signs() {
		mac = v.key.macSize
	}
	if !ok || headerSize+len(r.q.raw)+optSize+t.size(mac) > limit {
		// A name that cannot be, or is too long to be given back to such a client.
		return r.plain(buf, rcodeFormErr, limit)
	}
	answer, rcode = r.plain(buf, rcodeNotAuth, limit)
	var queryMAC []byte
	if mac > 0 {
		queryMAC = macOf(v.record)
	}
	return r.sign(answer, &t, &v, queryMAC), rcode
}

// signedGood answers a query whose signature holds.
func (r *responder) signedGood(buf []byte, v *verdict, now time.Time, limit int) ([]byte, uint16) {
	t := tsigRecord{name: v.key.labels, algorithm: v.key.algorithm, time: uint64(now.Unix()), fudge: fudge}
	limit -= t.size(v.key.macSize)
	r.key = v.key
	f := r.compose(buf, rcodeNoError, limit)
	r.key = nil
	if f.tc {
		// Only the question, and no response code (RFC 8945, Section 5.3).
		r.m.begin(r.m.buf, &r.q, limit)
		f.rcode = rcodeNoError
	}
	answer := r.m.finish(&r.q, f)
	return r.sign(answer, &t, v, macOf(v.record)), f.rcode
}

// plain is an answer without data.
func (r *responder) plain(buf []byte, rcode uint16, limit int) ([]byte, uint16) {
	r.m.begin(buf, &r.q, limit)
	return r.m.finish(&r.q, flags{rcode: rcode}), rcode
}

// sign adds the TSIG record to a finished answer, with a MAC if it is to have one.
func (r *responder) sign(answer []byte, t *tsigRecord, v *verdict, queryMAC []byte) []byte {
	var mac []byte
	if v.signs() {
		mac = t.mac(v.key, queryMAC, answer)
	}
	answer = t.appendTo(answer, mac, r.q.id)
	arcount := answer[10:]
	binary.BigEndian.PutUint16(arcount, binary.BigEndian.Uint16(arcount)+1)
	return answer
}

// signs says whether the answer has a MAC: not when the query's key or MAC is
// wrong (RFC 8945, Section 5.3.2).
func (v *verdict) signs() bool {
	return v.outcome == tsigGood || v.outcome == tsigBadTime || v.outcome == tsigBadTrunc
}

// errorRecord is the TSIG record of an answer that reports an error; ok is false
// when the query's names are none.
func (v *verdict) errorRecord(now time.Time) (t tsigRecord, ok bool) {
	t = tsigRecord{time: uint64(now.Unix()), fudge: fudge, failure: v.outcome.failure()}
	if v.key != nil {
		t.name, t.algorithm = v.key.labels, v.key.algorithm
	} else {
		var err1, err2 error
		t.name, err1 = appendName(nil, v.record.Hdr.Name)
		t.algorithm, err2 = appendName(nil, v.record.Algorithm)
		if err1 != nil || err2 != nil {
			return t, false
		}
	}
	if v.outcome == tsigBadTime {
		// The client's time, so that it can verify the answer, and ours (Section 5.2.3).
		t.time, t.fudge = v.record.TimeSigned, v.record.Fudge
		t.other = append48(nil, uint64(now.Unix()))
	}
	return t, true
}

// macOf is the MAC of a record that has been unpacked.
func macOf(t *dns.TSIG) []byte {
	mac, _ := hex.DecodeString(t.MAC) // the library wrote it in hexadecimal
	return mac
}
