package dnsout

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"time"

	"go.uber.org/zap"
	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

const (
	udpBatch = 32
	// maxUDPQuery bounds what is read of one packet. A longer one is cut, and then
	// malformed. Queries with EDNS options and TSIG stay well below it.
	maxUDPQuery = 2048
	oobSize     = 128
)

// batchConn reads and writes several packets with one system call on Linux, and
// one at a time elsewhere. ipv4.Message and ipv6.Message are the same type.
type batchConn interface {
	ReadBatch(ms []ipv4.Message, flags int) (int, error)
	WriteBatch(ms []ipv4.Message, flags int) (int, error)
}

// udpSocket is one of the sockets that share an address. Its goroutine reads a
// batch, answers it, and writes the answers.
type udpSocket struct {
	conn  *net.UDPConn
	batch batchConn
	v6    bool
	// anyAddr: bound to the unspecified address, so each answer must be told which
	// local address to leave from.
	anyAddr bool

	r     responder
	tally *tally
	log   *zap.Logger
	in    []ipv4.Message
	out   []ipv4.Message
	bufs  [][]byte // answer buffers
}

// listenUDP opens count sockets on addr, between which the kernel spreads the
// packets.
func listenUDP(ctx context.Context, addr netip.AddrPort, count int) ([]*udpSocket, error) {
	network := "udp4"
	if addr.Addr().Is6() {
		network = "udp6"
	}
	lc := net.ListenConfig{Control: reusePort}
	var sockets []*udpSocket
	for range count {
		pc, err := lc.ListenPacket(ctx, network, addr.String())
		if err != nil {
			for _, s := range sockets {
				s.conn.Close()
			}
			return nil, err
		}
		conn := pc.(*net.UDPConn)
		sockets = append(sockets, newUDPSocket(conn, addr.Addr()))
	}
	return sockets, nil
}

func newUDPSocket(conn *net.UDPConn, addr netip.Addr) *udpSocket {
	s := &udpSocket{conn: conn, v6: addr.Is6(), anyAddr: addr.IsUnspecified()}
	// Best effort: the kernel caps it, and a small buffer only drops more of a burst.
	_ = conn.SetReadBuffer(4 << 20)
	if s.v6 {
		pc := ipv6.NewPacketConn(conn)
		if s.anyAddr {
			_ = pc.SetControlMessage(ipv6.FlagDst|ipv6.FlagInterface, true)
		}
		s.batch = pc
	} else {
		pc := ipv4.NewPacketConn(conn)
		if s.anyAddr {
			_ = pc.SetControlMessage(ipv4.FlagDst|ipv4.FlagInterface, true)
		}
		s.batch = pc
	}
	s.in = make([]ipv4.Message, udpBatch)
	s.out = make([]ipv4.Message, udpBatch)
	s.bufs = make([][]byte, udpBatch)
	for i := range s.in {
		s.in[i].Buffers = [][]byte{make([]byte, maxUDPQuery)}
		s.out[i].Buffers = [][]byte{nil}
		s.bufs[i] = make([]byte, 0, 2*maxUDP)
		if s.anyAddr {
			s.in[i].OOB = make([]byte, oobSize)
		}
	}
	return s
}

// stop lets serve return after the batch in hand.
func (s *udpSocket) stop() { _ = s.conn.SetReadDeadline(time.Now()) }

// serve answers until stop.
func (s *udpSocket) serve() {
	for {
		n, err := s.batch.ReadBatch(s.in, 0)
		if errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			s.log.Warn("reading UDP queries failed", zap.Error(err))
			time.Sleep(10 * time.Millisecond)
			continue
		}
		s.write(s.answer(n))
		s.tally.flush(&s.r.seen)
	}
}

// answer prepares the answers to the first n packets read and returns how many
// there are.
func (s *udpSocket) answer(n int) (answers int) {
	for i := range n {
		m := &s.in[i]
		s.r.from = m.Addr
		answer, rcode := s.r.respond(s.bufs[answers], m.Buffers[0][:m.N], true)
		if answer == nil {
			s.tally.dropped++
			continue
		}
		s.tally.answers[rcode]++
		out := &s.out[answers]
		s.bufs[answers] = answer[:0]
		out.Buffers[0] = answer
		out.Addr = m.Addr
		if s.anyAddr {
			out.OOB = s.source(m.OOB[:m.NN])
		}
		answers++
	}
	return answers
}

// write sends the first n answers. One that cannot be sent is dropped, as the
// network might have done.
func (s *udpSocket) write(n int) {
	for out := s.out[:n]; len(out) > 0; {
		sent, err := s.batch.WriteBatch(out, 0)
		if err != nil || sent <= 0 {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			s.tally.dropped++
			sent = 1
		}
		out = out[sent:]
	}
}

// source makes the control message that lets an answer leave from the address the
// query came to.
func (s *udpSocket) source(oob []byte) []byte {
	if s.v6 {
		var cm ipv6.ControlMessage
		if cm.Parse(oob) != nil || cm.Dst == nil {
			return nil
		}
		return (&ipv6.ControlMessage{Src: cm.Dst, IfIndex: cm.IfIndex}).Marshal()
	}
	var cm ipv4.ControlMessage
	if cm.Parse(oob) != nil || cm.Dst == nil {
		return nil
	}
	return (&ipv4.ControlMessage{Src: cm.Dst}).Marshal()
}
