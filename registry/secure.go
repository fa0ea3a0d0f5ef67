package registry

// Secure is a domain's DNSSEC data (RFC 5910): delegation signer records, or the
// keys they are made of, as the zone's interface has it.
type Secure struct {
	MaxSigLife int        `json:"max_sig_life,omitempty"` // seconds; 0: none given
	DS         []DSRecord `json:"ds,omitempty"`
	Keys       []KeyData  `json:"keys,omitempty"`
}

// DSRecord is a delegation signer record (RFC 4034, Section 5).
type DSRecord struct {
	KeyTag     uint16   `json:"key_tag"`
	Algorithm  uint8    `json:"algorithm"`
	DigestType uint8    `json:"digest_type"`
	Digest     []byte   `json:"digest"`
	Key        *KeyData `json:"key,omitempty"` // the key it was made of, where the client told
}

// KeyData is a public key (RFC 4034, Section 2).
type KeyData struct {
	Flags     uint16 `json:"flags"`
	Protocol  uint8  `json:"protocol"`
	Algorithm uint8  `json:"algorithm"`
	PublicKey []byte `json:"public_key"`
}
