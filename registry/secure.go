package registry

import (
	"bytes"
	"fmt"
	"slices"
)

// SecureInterface says in which form a zone takes DNSSEC data (RFC 5910, Section 4).
type SecureInterface string

// The interfaces: delegation signer records, or keys of which the registry makes them.
const (
	DSDataInterface  SecureInterface = "dsData"
	KeyDataInterface SecureInterface = "keyData"
)

// SecurePolicy is what a zone takes of DNSSEC data. The zero value takes up to
// eight delegation signer records and no signature lifetimes.
type SecurePolicy struct {
	Interface       SecureInterface `json:"interface,omitempty"`         // empty: dsData
	MaxRecords      int             `json:"max_records,omitempty"`       // of one domain; 0: 8
	MaxSigLife      int             `json:"max_sig_life,omitempty"`      // most seconds a domain may ask for; 0: the zone has no use for it
	AnyDigestLength bool            `json:"any_digest_length,omitempty"` // takes digests of other lengths than their type's
}

// maxSecureRecords is what SecurePolicy.MaxRecords may be: a referral has to hold them.
const maxSecureRecords = 16

// Form is the interface, with its default.
func (p SecurePolicy) Form() SecureInterface {
	if p.Interface == "" {
		return DSDataInterface
	}
	return p.Interface
}

// Most is the number of records that one domain may have.
func (p SecurePolicy) Most() int {
	if p.MaxRecords == 0 {
		return 8
	}
	return p.MaxRecords
}

func (p SecurePolicy) check() error {
	switch {
	case p.Form() != DSDataInterface && p.Form() != KeyDataInterface:
		return Errorf(KindValue, "dnssec.interface", string(p.Interface), "the interface is dsData or keyData")
	case p.MaxRecords < 0 || p.MaxRecords > maxSecureRecords:
		return Errorf(KindRange, "dnssec.max_records", fmt.Sprint(p.MaxRecords), "at most %d records; 0 stands for 8", maxSecureRecords)
	case p.MaxSigLife < 0:
		return Errorf(KindRange, "dnssec.max_sig_life", fmt.Sprint(p.MaxSigLife), "zero or more seconds")
	}
	return nil
}

// Secure is a domain's DNSSEC data (RFC 5910): delegation signer records, or the
// keys they are made of, as the zone's interface has it. A value is never changed
// in place: domains before and after a change share it.
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

// SecureChange is a request for a change (RFC 5910, Section 5.2.5). What is removed
// is removed first. Every change is published at once, so an urgent one needs no mark.
type SecureChange struct {
	RemAll     bool
	Rem, Add   Secure // records alone
	MaxSigLife *int   // seconds, from 1
}

// Empty reports whether nothing is asked.
func (c *SecureChange) Empty() bool {
	return c == nil || !c.RemAll && c.Rem.size() == 0 && c.Add.size() == 0 && c.MaxSigLife == nil
}

// size counts the records.
func (s *Secure) size() int {
	if s == nil {
		return 0
	}
	return len(s.DS) + len(s.Keys)
}

// NewSecure checks the DNSSEC data of a new domain; nil when there is none.
// Errors: 2306 for the other interface, data against policy, or one record twice;
// 2005 for a digest or key of the wrong length; 2102 for a signature lifetime
// where the zone has no use for it.
func (z *Zone) NewSecure(name string, s *Secure) (*Secure, error) {
	if s.size() == 0 && (s == nil || s.MaxSigLife == 0) {
		return nil, nil
	}
	c := &SecureChange{Add: Secure{DS: s.DS, Keys: s.Keys}}
	if s.MaxSigLife != 0 {
		c.MaxSigLife = &s.MaxSigLife
	}
	return z.changeSecure(name, nil, c)
}

// changeSecure is what name has after a change of old; nil when nothing is left.
func (z *Zone) changeSecure(name string, old *Secure, c *SecureChange) (*Secure, error) {
	if c.Empty() {
		return nil, Errorf(KindMissing, "secDNS:update", "", "add, rem or chg is needed (RFC 5910, Section 5.2.5)")
	}
	for _, s := range []*Secure{&c.Rem, &c.Add} {
		if err := z.offers(s); err != nil {
			return nil, err
		}
	}
	now := Secure{}
	if old != nil {
		now = *old
	}
	if c.RemAll {
		now = Secure{MaxSigLife: now.MaxSigLife}
	}
	var err error
	if now.DS, err = removed(now.DS, c.Rem.DS, DSRecord.same, DSRecord.label); err != nil {
		return nil, err
	}
	if now.Keys, err = removed(now.Keys, c.Rem.Keys, KeyData.same, KeyData.label); err != nil {
		return nil, err
	}
	for _, ds := range c.Add.DS {
		if err := z.checkDS(name, ds); err != nil {
			return nil, err
		}
	}
	for _, k := range c.Add.Keys {
		if err := k.check("secDNS:keyData"); err != nil {
			return nil, err
		}
	}
	if now.DS, err = added(now.DS, c.Add.DS, DSRecord.same, DSRecord.label); err != nil {
		return nil, err
	}
	if now.Keys, err = added(now.Keys, c.Add.Keys, KeyData.same, KeyData.label); err != nil {
		return nil, err
	}
	if err := z.changeSigLife(&now, c.MaxSigLife); err != nil {
		return nil, err
	}
	// A zone may have lowered its limit: what is there already can be taken away bit by bit.
	if most := z.DNSSEC.Most(); now.size() > most && c.Add.size() > 0 {
		return nil, Errorf(KindParamPolicy, "secDNS:"+string(z.DNSSEC.Form()), "", "a domain has at most %d records", most)
	}
	if now.size() == 0 {
		return nil, nil
	}
	return &now, nil
}

// changeSigLife sets how long signatures over the records are to last.
func (z *Zone) changeSigLife(s *Secure, seconds *int) error {
	switch most := z.DNSSEC.MaxSigLife; {
	case seconds == nil:
	case most == 0:
		return Errorf(KindOption, "secDNS:maxSigLife", fmt.Sprint(*seconds), "%s has no use for it: leave it out (RFC 5910, Section 5.2.5)", z.Name)
	case *seconds < 1 || *seconds > most:
		return Errorf(KindRange, "secDNS:maxSigLife", fmt.Sprint(*seconds), "between 1 and %d seconds", most)
	case s.size() == 0:
		return Errorf(KindParamPolicy, "secDNS:maxSigLife", fmt.Sprint(*seconds), "the domain has no records whose signatures could last")
	default:
		s.MaxSigLife = *seconds
	}
	return nil
}

// offers refuses the interface that the zone does not have (RFC 5910, Section 4).
func (z *Zone) offers(s *Secure) error {
	form := z.DNSSEC.Form()
	switch {
	case len(s.DS) > 0 && form != DSDataInterface:
		return Errorf(KindParamPolicy, "secDNS:dsData", s.DS[0].label(), "%s takes keyData, of which the registry makes the DS records", z.Name)
	case len(s.Keys) > 0 && form != KeyDataInterface:
		return Errorf(KindParamPolicy, "secDNS:keyData", s.Keys[0].label(), "%s takes dsData", z.Name)
	}
	return nil
}

// removed takes each of gone out of have: 2306 for what is not there.
func removed[T any](have, gone []T, same func(a, b T) bool, label func(T) string) ([]T, error) {
	out := slices.Clone(have)
	for _, g := range gone {
		i := slices.IndexFunc(out, func(x T) bool { return same(x, g) })
		if i < 0 {
			return nil, Errorf(KindParamPolicy, "secDNS:rem", label(g), "the domain does not have this record, so it cannot be removed")
		}
		out = slices.Delete(out, i, i+1)
	}
	return out, nil
}

// added puts each of more behind have: 2306 for what is there.
func added[T any](have, more []T, same func(a, b T) bool, label func(T) string) ([]T, error) {
	out := slices.Clone(have)
	for _, m := range more {
		if slices.ContainsFunc(out, func(x T) bool { return same(x, m) }) {
			return nil, Errorf(KindParamPolicy, "secDNS:add", label(m), "the domain has this record already")
		}
		out = append(out, m)
	}
	return out, nil
}

// same compares the four elements that tell records apart (RFC 5910, Section 5.2.5).
func (d DSRecord) same(o DSRecord) bool {
	return d.KeyTag == o.KeyTag && d.Algorithm == o.Algorithm && d.DigestType == o.DigestType && bytes.Equal(d.Digest, o.Digest)
}

func (d DSRecord) label() string {
	return fmt.Sprintf("%d %d %d %X", d.KeyTag, d.Algorithm, d.DigestType, d.Digest[:min(len(d.Digest), 64)])
}

func (k KeyData) same(o KeyData) bool {
	return k.Flags == o.Flags && k.Protocol == o.Protocol && k.Algorithm == o.Algorithm && bytes.Equal(k.PublicKey, o.PublicKey)
}

func (k KeyData) label() string {
	return fmt.Sprintf("%d %d %d, key tag %d", k.Flags, k.Protocol, k.Algorithm, k.KeyTag())
}
