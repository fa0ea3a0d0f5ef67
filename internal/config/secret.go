package config

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
)

// ReadSecret reads a file that holds a secret and nothing else. It refuses a file
// that every user may read.
func ReadSecret(path string) (string, error) {
	text, err := ReadPrivate(path)
	if err != nil {
		return "", err
	}
	return strings.TrimSpace(string(text)), nil
}

// ReadPrivate reads a file that not every user may read. Errors never hold its
// contents.
func ReadPrivate(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o007 != 0 {
		return nil, fmt.Errorf("every user may read %s: chmod o= it", path)
	}
	return readFile(path)
}

// TSIGKey is a key that a client signs its DNS queries with (RFC 8945).
type TSIGKey struct {
	Name      string `json:"name"`      // as a fully qualified name in lower case, "target.example."
	Algorithm string `json:"algorithm"` // "hmac-sha256", "hmac-sha384" or "hmac-sha512"
	Secret    string `json:"secret"`    // base64
}

// tsigAlgorithms are those of RFC 8945, Section 6 that are not deprecated and whose
// MAC is not shortened.
var tsigAlgorithms = []string{"hmac-sha256", "hmac-sha384", "hmac-sha512"}

// minTSIGSecret is the least octets of a secret: 128 bits cannot be guessed.
const minTSIGSecret = 16

// LoadTSIGKeys reads the file of dns.tsig_keys_file. Its errors name keys, never
// secrets.
func LoadTSIGKeys(path string) ([]TSIGKey, error) {
	text, err := ReadPrivate(path)
	if err != nil {
		return nil, err
	}
	keys, err := parseTSIGKeys(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return keys, nil
}

func parseTSIGKeys(text []byte) ([]TSIGKey, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	var keys []TSIGKey
	if err := dec.Decode(&keys); err != nil {
		return nil, errors.New(`must be a JSON list of objects with the members "name", "algorithm" and "secret"`)
	}
	if dec.More() {
		return nil, errors.New("something follows the list of keys")
	}
	var seen []string
	for i := range keys {
		k := &keys[i]
		k.Name = strings.ToLower(strings.TrimSuffix(k.Name, ".")) + "."
		if !isKeyName(k.Name) {
			return nil, fmt.Errorf("key %d: the name is no domain name", i+1)
		}
		if slices.Contains(seen, k.Name) {
			return nil, fmt.Errorf("key %s is there twice", k.Name)
		}
		seen = append(seen, k.Name)
		k.Algorithm = strings.ToLower(strings.TrimSuffix(k.Algorithm, "."))
		if !slices.Contains(tsigAlgorithms, k.Algorithm) {
			return nil, fmt.Errorf("key %s: the algorithm must be one of %s", k.Name, strings.Join(tsigAlgorithms, ", "))
		}
		secret, err := base64.StdEncoding.DecodeString(k.Secret)
		if err != nil {
			return nil, fmt.Errorf("key %s: the secret is no base64", k.Name)
		}
		if len(secret) < minTSIGSecret {
			return nil, fmt.Errorf("key %s: the secret has less than %d octets", k.Name, minTSIGSecret)
		}
	}
	return keys, nil
}

// isKeyName takes host names in lower case with a dot at the end.
func isKeyName(name string) bool {
	if len(name) < 2 || len(name) > 254 {
		return false
	}
	for label := range strings.SplitSeq(strings.TrimSuffix(name, "."), ".") {
		if label == "" || len(label) > 63 || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return false
		}
	}
	return true
}
