package e2e

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

// attackLengths announces impossible frames: 2001, and the connection is closed,
// for the stream can be followed no further.
func attackLengths(t *testing.T, box *sandbox) {
	deep := strings.Repeat("<a>", 100_000)
	for _, tt := range []struct {
		length uint32
		body   string
	}{
		{0, ""},
		{1, ""},
		{2, ""},
		{3, ""},
		{1 << 31, "<epp"},
		{1<<31 - 1, "<epp"},
		{1<<32 - 1, "<epp"},
		{65537, strings.Repeat(" ", 65533)},
		{uint32(len(deep) + 4), deep}, // 100 000 elements deep
	} {
		s := box.connect(t, "registrar-b")
		unit := append(binary.BigEndian.AppendUint32(nil, tt.length), tt.body...)
		s.conn.SetWriteDeadline(time.Now().Add(answerLimit))
		if _, err := s.conn.Write(unit); err != nil && !isReset(err) {
			t.Errorf("length %d: %v", tt.length, err)
		}
		frame, err := s.receive()
		if err != nil || !bytes.Contains(frame, []byte(`code="2001"`)) {
			t.Errorf("length %d: %v %s", tt.length, err, frame)
			continue
		}
		s.closed(t)
	}
}

// attackEndlessFrame announces two gigabytes and sends as much as it can.
func attackEndlessFrame(t *testing.T, box *sandbox) {
	s := box.connect(t, "registrar-b")
	s.conn.SetWriteDeadline(time.Now().Add(answerLimit))
	if _, err := s.conn.Write(binary.BigEndian.AppendUint32(nil, 1<<31)); err != nil {
		t.Fatal(err)
	}
	block := bytes.Repeat([]byte("x"), 1<<16)
	sent := 0
	for sent < 256<<20 {
		n, err := s.conn.Write(block)
		sent += n
		if err != nil {
			return // cut off, as it should be
		}
	}
	t.Errorf("the server took %d MB of a frame that it had refused", sent>>20)
}

// attackSlowly sends frames an octet a second, on many connections. A frame has
// 30 seconds from its first octet to its last; then the connection is closed.
func attackSlowly(t *testing.T, box *sandbox) {
	const many = 50
	frame := []byte(domainCheck("taken.example"))
	unit := append(binary.BigEndian.AppendUint32(nil, uint32(len(frame)+4)), frame...)
	ends := make(chan string, many)
	for range many {
		s := box.connect(t, "registrar-b")
		go func() {
			began := time.Now()
			gone := make(chan error, 1)
			go func() {
				_, err := s.receive()
				gone <- err
			}()
			for i := range unit {
				s.conn.SetWriteDeadline(time.Now().Add(answerLimit))
				s.conn.Write(unit[i : i+1]) //nolint:errcheck // the reader tells when it is over
				select {
				case err := <-gone:
					if took := time.Since(began); err == nil || took < 20*time.Second || took > 60*time.Second {
						ends <- fmt.Sprintf("closed after %v (%v), want about 30 s", took, err)
						return
					}
					ends <- ""
					return
				case <-time.After(time.Second):
				}
			}
			ends <- "a frame of one octet a second was read to its end"
		}()
	}
	for range many {
		if why := <-ends; why != "" {
			t.Error(why)
		}
	}
}

// attackPipelined sends 10 000 frames without waiting for answers: every one is
// answered, in order.
func attackPipelined(t *testing.T, box *sandbox) {
	const many = 10_000
	s := box.login(t, "registrar-b")
	sent := make(chan error, 1)
	go func() {
		var units []byte
		for i := range many {
			frame := fmt.Sprintf(`%s<epp xmlns="%s"><command>%s<clTRID>PIPE-%05d</clTRID></command></epp>`,
				header, nsEPP, object("check", "host", el("host:name", "ns1.taken.example")), i)
			units = binary.BigEndian.AppendUint32(units, uint32(len(frame)+4))
			units = append(units, frame...)
		}
		s.conn.SetWriteDeadline(time.Now().Add(2 * answerLimit))
		_, err := s.conn.Write(units)
		sent <- err
	}()
	for i := range many {
		s.conn.SetReadDeadline(time.Now().Add(answerLimit))
		frame, err := readFrame(s.conn)
		if err != nil {
			t.Fatalf("answer %d: %v", i, err)
		}
		if !bytes.Contains(frame, fmt.Appendf(nil, "<clTRID>PIPE-%05d</clTRID>", i)) || !bytes.Contains(frame, []byte(`code="1000"`)) {
			t.Fatalf("answer %d: %s", i, frame)
		}
	}
	if err := <-sent; err != nil {
		t.Error(err)
	}
}

// attackDeaf asks for large answers and never reads any: the server gives up after
// its time for writing, and keeps no more than the system's buffers meanwhile.
func attackDeaf(t *testing.T, box *sandbox) {
	const many = 8
	var names []string
	for range 100 {
		names = append(names, randomLabel(60)+"."+randomLabel(60)+"."+randomLabel(60)+".example")
	}
	frame := []byte(domainCheck(names...))
	unit := append(binary.BigEndian.AppendUint32(nil, uint32(len(frame)+4)), frame...)
	ends := make(chan error, many)
	for range many {
		s := box.login(t, "registrar-c")
		go func() {
			for {
				s.conn.SetWriteDeadline(time.Now().Add(2 * answerLimit))
				if _, err := s.conn.Write(unit); err != nil {
					ends <- err
					return
				}
			}
		}()
	}
	for range many {
		if err := <-ends; !isReset(err) {
			t.Errorf("a client that never reads: %v, want the connection cut", err)
		}
	}
}

// drained reads until the peer closes, and says how long that took.
func drained(conn io.Reader) time.Duration {
	began := time.Now()
	io.Copy(io.Discard, conn) //nolint:errcheck // only its end matters
	return time.Since(began)
}
