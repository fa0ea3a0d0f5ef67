package rst

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"math/big"
	"net/netip"
	"strings"

	"golang.org/x/net/idna"
)

const (
	lowerAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789"
	mixedAlphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
)

// pick returns n random characters of an alphabet.
func pick(alphabet string, n int) string {
	runes := []rune(alphabet)
	var b strings.Builder
	for range n {
		b.WriteRune(runes[number(len(runes))])
	}
	return b.String()
}

// number is a random number below n.
func number(n int) int {
	v, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
	if err != nil {
		panic(err) // the system has no randomness
	}
	return int(v.Int64())
}

// word is a random label of n letters and digits, which begins with a letter.
func word(n int) string { return pick(lowerAlphabet[:26], 1) + pick(mixedAlphabet, n-1) }

// octets are n random octets.
func octets(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) //nolint:errcheck // never fails
	return b
}

func hexOctets(n int) string    { return strings.ToUpper(hex.EncodeToString(octets(n))) }
func base64Octets(n int) string { return base64.StdEncoding.EncodeToString(octets(n)) }

// newID is a random identifier of a contact.
func newID() string { return "rst-" + pick(lowerAlphabet, 10) }

// secret is authorisation information of more than 128 bits (RFC 9154, Section 4.1).
func secret() string { return "aA1!" + pick(mixedAlphabet, 28) }

// domainName is a free name below the TLD that anyone may register.
func (in *Inputs) domainName(prefix string) string {
	if in.IDN == nil || !in.IDN.Only {
		return prefix + word(18) + "." + in.TLD
	}
	name, _ := aLabel(pick(in.IDN.CodePoints, 8))
	return name + "." + in.TLD
}

// aLabel is the ASCII form of a U-label, valid or not (RFC 3492).
func aLabel(label string) (string, error) { return idna.Punycode.ToASCII(label) }

// externalHost is a host name that no registry delegates.
func externalHost() string { return "ns1." + word(12) + ".icann" }

// address is a host's address, as it is written in a command.
type address struct{ ip, text string }

// goodV4 and goodV6 are addresses that ICANN sets aside for its tests.
func goodV4() address {
	return address{"v4", netip.AddrFrom4([4]byte{208, 77, 190, byte(193 + number(61))}).String()}
}

func goodV6() address {
	a := [16]byte{0x26, 0x02, 0x08, 0x00, 0x90, 0x0e, 0x12, 0x57}
	copy(a[8:], octets(8))
	return address{"v6", netip.AddrFrom16(a).String()}
}

// goodAddresses are one of each kind.
func goodAddresses() []address { return []address{goodV4(), goodV6()} }

// badAddresses are addresses that no server may take.
func badAddresses() []address {
	return []address{
		{"v4", ""},
		{"v4", goodV6().text},
		{"v4", "208.77.190"},
		{"v4", "a.b.c.d"},
		{"v4", "256.1.1.1"},
		{"v4", "1.2.3.4.5"},
		{"v5", "208.77.190.195"},
		{"v6", ""},
		{"v6", "208.77.190.196"},
		{"v6", "::"},
		{"v6", "::1"},
		{"v6", "::X"},
		{"v6", "NOT::HEX::"},
	}
}

// loopbackV4 is refused as well when a host is created.
func loopbackV4() address { return address{"v4", "127.0.0.1"} }
