package registry

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"strings"
)

// sha256Digest is the digest of the delegation signer records that the registry makes of
// keys: the one that every validator has to know (RFC 8624, Section 3.3).
const sha256Digest = 2

// Signers are the delegation signer records that DNS shows for name: those given,
// or made of the keys with SHA-256.
func (s *Secure) Signers(name string) []DSRecord {
	if s == nil {
		return nil
	}
	if len(s.Keys) == 0 {
		return s.DS
	}
	out := make([]DSRecord, 0, len(s.Keys))
	for _, k := range s.Keys {
		out = append(out, DSRecord{
			KeyTag: k.KeyTag(), Algorithm: k.Algorithm, DigestType: sha256Digest, Digest: k.digest(name, sha256Digest),
		})
	}
	return out
}

// KeyTag is RFC 4034, Appendix B, for the algorithms that zones are signed with.
func (k KeyData) KeyTag() uint16 {
	var sum uint32
	for i, b := range k.rdata() {
		if i&1 == 0 {
			sum += uint32(b) << 8
		} else {
			sum += uint32(b)
		}
	}
	return uint16(sum + sum>>16)
}

// rdata is the key as a record has it (RFC 4034, Section 2.1).
func (k KeyData) rdata() []byte {
	b := binary.BigEndian.AppendUint16(nil, k.Flags)
	return append(append(b, k.Protocol, k.Algorithm), k.PublicKey...)
}

// digest is that of the key of a canonical name (RFC 4034, Section 5.1.4); nil for
// a digest type that is not computed here.
func (k KeyData) digest(name string, digestType uint8) []byte {
	var data []byte
	for label := range strings.SplitSeq(name, ".") {
		data = append(append(data, byte(len(label))), label...)
	}
	data = append(append(data, 0), k.rdata()...)
	switch digestType {
	case sha256Digest:
		sum := sha256.Sum256(data)
		return sum[:]
	case 4:
		sum := sha512.Sum384(data)
		return sum[:]
	}
	return nil
}
