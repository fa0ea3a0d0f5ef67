package epp

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
)

func TestFrameRoundTrip(t *testing.T) {
	for _, size := range []int{0, 1, 1000, firstChunk, firstChunk + 1, 3 * firstChunk, MaxCommandFrame - frameHeader} {
		instance := []byte(strings.Repeat("x", size))
		var stream bytes.Buffer
		for range 2 {
			if err := WriteFrame(&stream, instance); err != nil {
				t.Fatal(err)
			}
		}
		for _, r := range []io.Reader{bytes.NewReader(stream.Bytes()), iotest.OneByteReader(bytes.NewReader(stream.Bytes()))} {
			for range 2 {
				got, err := ReadFrame(r, MaxCommandFrame)
				if err != nil || !bytes.Equal(got, instance) {
					t.Fatalf("size %d: %d octets, %v", size, len(got), err)
				}
			}
			if _, err := ReadFrame(r, MaxCommandFrame); err != io.EOF {
				t.Fatalf("after the last frame: %v, want io.EOF", err)
			}
		}
	}
}

func TestReadFrameRefuses(t *testing.T) {
	header := func(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }
	for _, c := range []struct {
		name   string
		stream []byte
		want   error
	}{
		{"nothing", nil, io.EOF},
		{"half a header", header(100)[:2], io.ErrUnexpectedEOF},
		{"length 0", header(0), ErrFrameTooShort},
		{"length 3", header(3), ErrFrameTooShort},
		{"one over", header(MaxCommandFrame + 1), ErrFrameTooLarge},
		{"2 GB", header(1 << 31), ErrFrameTooLarge},
		{"4 GB", header(0xFFFFFFFF), ErrFrameTooLarge},
		{"no body", header(100), io.ErrUnexpectedEOF},
		{"half a body", append(header(8), "ab"...), io.ErrUnexpectedEOF},
	} {
		if _, err := ReadFrame(bytes.NewReader(c.stream), MaxCommandFrame); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	broken := errors.New("broken")
	if _, err := ReadFrame(iotest.ErrReader(broken), MaxCommandFrame); !errors.Is(err, broken) {
		t.Errorf("broken connection: %v", err)
	}
}

// A length that is announced and not sent costs next to nothing, even if a caller allows
// frames of a gigabyte.
func TestReadFrameAllocatesWhatArrives(t *testing.T) {
	stream := append(binary.BigEndian.AppendUint32(nil, 1<<30), make([]byte, 10_000)...)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := ReadFrame(bytes.NewReader(stream), 1<<30); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 200_000 {
		t.Errorf("%d octets allocated for 10 000 received", got)
	}
}

// ReadBody uses the memory it is given.
func TestReadBodyReusesBuffer(t *testing.T) {
	buf := make([]byte, 0, 100)
	got, err := ReadBody(strings.NewReader("hello world"), 5, buf)
	if err != nil || string(got) != "hello" || &got[0] != &buf[:1][0] {
		t.Errorf("%q, %v, or another buffer", got, err)
	}
	got, err = ReadBody(strings.NewReader(strings.Repeat("y", 5000)), 5000, buf)
	if err != nil || len(got) != 5000 {
		t.Errorf("%d octets, %v", len(got), err)
	}
}

type countingWriter struct{ writes int }

func (c *countingWriter) Write(p []byte) (int, error) {
	c.writes++
	return len(p), nil
}

func TestWriteFrameWritesOnce(t *testing.T) {
	w := &countingWriter{}
	if err := WriteFrame(w, make([]byte, 3000)); err != nil || w.writes != 1 {
		t.Errorf("%d writes, %v", w.writes, err)
	}
}
