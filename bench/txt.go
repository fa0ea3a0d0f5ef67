package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/miekg/dns"
)

// questions asks a whitelist registry for TXT records with signed queries (RFC 8945).
type questions struct {
	addr, key, algorithm string
	secret               string // base64
	names                []string
	cpu                  func() cpu
}

// questions prepares questions for entries that are there.
func (s *sandbox) questions(names []string) (q *questions, err error) {
	if len(s.info.TSIG) == 0 || len(names) == 0 {
		return nil, errors.New("no key, or no names, to ask with")
	}
	k := s.info.TSIG[0]
	if _, err := base64.StdEncoding.DecodeString(k.Secret); err != nil {
		return nil, fmt.Errorf("key %s: %w", k.Name, err)
	}
	return &questions{
		addr: s.info.DNS.Addr, key: dns.Fqdn(k.Name), algorithm: dns.Fqdn(k.Algorithm), secret: k.Secret, names: names, cpu: s.cpu,
	}, nil
}

// run asks for d from several sockets, each with one question at a time.
func (q *questions) run(ctx context.Context, d time.Duration) (outcome, error) {
	lists := make([][]time.Duration, askers)
	errs := make([]error, askers)
	begun, before := time.Now(), q.cpu()
	end := begun.Add(d)
	var wg sync.WaitGroup
	for i := range askers {
		wg.Go(func() { lists[i], errs[i] = q.ask(ctx, i, end) })
	}
	wg.Wait()
	o := outcome{took: time.Since(begun), cpu: q.cpu().since(before)}
	if err := errors.Join(errs...); err != nil {
		return o, err
	}
	o.latencies = slices.Concat(lists...)
	slices.Sort(o.latencies)
	if o.ops = len(o.latencies); o.ops == 0 {
		return o, errors.New("nothing was answered")
	}
	return o, nil
}

// verifyEvery is how often an answer's signature is verified: the load generator is to
// leave the processors to the server, which signs every one.
const verifyEvery = 32

// ask asks from one socket, for every eighth name.
func (q *questions) ask(ctx context.Context, first int, end time.Time) (latencies []time.Duration, err error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, "udp", q.addr)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	c.SetDeadline(end.Add(exchangeTimeout)) //nolint:errcheck // the exchange fails as well
	var buf [4096]byte
	for n := first % len(q.names); time.Now().Before(end) && ctx.Err() == nil; n = (n + askers) % len(q.names) {
		m := new(dns.Msg).SetQuestion(q.names[n]+".", dns.TypeTXT)
		m.SetEdns0(1232, false)
		m.SetTsig(q.key, q.algorithm, 300, time.Now().Unix())
		packed, mac, err := dns.TsigGenerate(m, q.secret, "", false)
		if err != nil {
			return nil, err
		}
		sent := time.Now()
		if _, err := c.Write(packed); err != nil {
			return nil, err
		}
		size, err := c.Read(buf[:])
		if err != nil {
			return nil, err
		}
		latencies = append(latencies, time.Since(sent))
		if err := q.judge(buf[:size], m.Id, mac, len(latencies)%verifyEvery == 1); err != nil {
			return nil, fmt.Errorf("%s: %w", q.names[n], err)
		}
	}
	return latencies, ctx.Err()
}

// judge looks at the header of an answer: one TXT record, and with it, at least, the
// signature. With verify it looks at that, too.
func (q *questions) judge(answer []byte, id uint16, mac string, verify bool) error {
	const header = 12
	if len(answer) < header {
		return fmt.Errorf("an answer of %d octets", len(answer))
	}
	got, rcode, answers, others := uint16(answer[0])<<8|uint16(answer[1]), answer[3]&0xf, answer[7], answer[11]
	if got != id || rcode != dns.RcodeSuccess || answers != 1 || others == 0 {
		return fmt.Errorf("identifier %d, response code %d, %d answers, %d additional", got, rcode, answers, others)
	}
	if verify {
		return dns.TsigVerify(slices.Clone(answer), q.secret, mac, false)
	}
	return nil
}
