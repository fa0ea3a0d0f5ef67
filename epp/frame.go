package epp

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// frameHeader is the length of the prefix of a data unit: the total length as a 32-bit
// big-endian number that counts itself (RFC 5734, section 4).
const frameHeader = 4

// firstChunk is what a frame's body costs before any of it has arrived.
const firstChunk = 2048

// Errors of the framing layer. After either of them the stream has lost its rhythm and can
// only be closed.
var (
	ErrFrameTooLarge = errors.New("epp: frame over the size limit")
	ErrFrameTooShort = errors.New("epp: frame length below the length of its header")
)

// ReadHeader reads the header of the next data unit and gives the length of the XML
// instance that follows. A total length over max is ErrFrameTooLarge, below 4
// ErrFrameTooShort. io.EOF means that the peer closed between two data units.
func ReadHeader(r io.Reader, max int) (int, error) {
	var header [frameHeader]byte
	if _, err := io.ReadFull(r, header[:]); err != nil {
		return 0, err
	}
	total := binary.BigEndian.Uint32(header[:])
	switch {
	case total < frameHeader:
		return 0, ErrFrameTooShort
	case uint64(total) > uint64(max):
		return 0, ErrFrameTooLarge
	}
	return int(total) - frameHeader, nil
}

// ReadBody reads the n octets of an XML instance whose header has been read. It uses the
// memory of buf as far as that goes and takes more only as octets arrive, so that an
// announced length costs the sender as much as the receiver.
func ReadBody(r io.Reader, n int, buf []byte) ([]byte, error) {
	buf = buf[:0]
	for len(buf) < n {
		if len(buf) == cap(buf) {
			grown := make([]byte, len(buf), min(n, max(2*cap(buf), firstChunk)))
			copy(grown, buf)
			buf = grown
		}
		got, err := io.ReadFull(r, buf[len(buf):min(n, cap(buf))])
		buf = buf[:len(buf)+got]
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return nil, fmt.Errorf("epp: frame cut off: %w", err)
		}
	}
	return buf, nil
}

// ReadFrame reads one data unit of at most max octets, header included, and gives its XML
// instance. See ReadHeader for the errors.
func ReadFrame(r io.Reader, max int) ([]byte, error) {
	n, err := ReadHeader(r, max)
	if err != nil {
		return nil, err
	}
	return ReadBody(r, n, nil)
}

// AppendFrame appends the data unit for an XML instance to dst.
func AppendFrame(dst, instance []byte) []byte {
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(instance)+frameHeader))
	return append(dst, instance...)
}

// WriteFrame writes one data unit in a single Write, so that it travels in one TLS record
// where it fits.
func WriteFrame(w io.Writer, instance []byte) error {
	_, err := w.Write(AppendFrame(make([]byte, 0, len(instance)+frameHeader), instance))
	return err
}
