package whitelist

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"net/netip"
	"net/url"
	"strings"
)

// Limits of a verifier.
const (
	maxVerifiers = 8
	maxURL       = 2048
	minSecret    = 24 // octets of a Standard Webhooks secret
	maxSecret    = 64
)

func (p *Policy) checkVerifiers() error {
	if len(p.Verifiers) == 0 {
		return missing("verifiers")
	}
	if len(p.Verifiers) > maxVerifiers {
		return wrong("verifiers", "", "at most 8 verifiers in a chain")
	}
	for i := range p.Verifiers {
		if err := p.Verifiers[i].check(index("verifiers", i)); err != nil {
			return err
		}
	}
	return nil
}

// check refuses a verifier that could not decide; path is its place in the policy.
func (v *Verifier) check(path string) error {
	switch v.Type {
	case "":
		return missing(path + ".type")
	case RulesVerifier, ManualVerifier, HTTPVerifier:
	default:
		return unknownWord(path+".type", cut(v.Type), []string{RulesVerifier, ManualVerifier, HTTPVerifier})
	}
	for _, k := range []struct {
		key, of string
		set     bool
	}{
		{"words", RulesVerifier, v.Words != nil},
		{"registrants", RulesVerifier, v.Registrants != nil},
		{"registrars", RulesVerifier, v.Registrars != nil},
		{"onlyRegistrants", RulesVerifier, v.OnlyRegistrants != nil},
		{"onlyRegistrars", RulesVerifier, v.OnlyRegistrars != nil},
		{"persons", ManualVerifier, v.Persons != 0},
		{"url", HTTPVerifier, v.URL != ""},
		{"secret", HTTPVerifier, v.Secret != ""},
		{"ca", HTTPVerifier, v.CA != ""},
	} {
		if k.set && v.Type != k.of {
			return wrong(path+"."+k.key, "", "the key belongs to verifiers of type "+k.of)
		}
	}
	switch v.Type {
	case RulesVerifier:
		return v.checkRules(path)
	case HTTPVerifier:
		return v.checkHTTP(path)
	}
	if v.Persons < 0 || v.Persons > 2 {
		return wrong(path+".persons", "", "one person or two")
	}
	return nil
}

func (v *Verifier) checkRules(path string) error {
	for _, l := range []struct {
		key   string
		list  []string
		check func(path, s string) error
		only  bool
	}{
		{"words", v.Words, checkWord, false},
		{"registrants", v.Registrants, checkText, false},
		{"registrars", v.Registrars, checkText, false},
		{"onlyRegistrants", v.OnlyRegistrants, checkText, true},
		{"onlyRegistrars", v.OnlyRegistrars, checkText, true},
	} {
		key := path + "." + l.key
		if l.only && l.list != nil && len(l.list) == 0 {
			return wrong(key, "", "an empty list would allow everybody: leave it out, or say who is allowed")
		}
		for i, s := range l.list {
			if err := l.check(index(key, i), s); err != nil {
				return err
			}
		}
	}
	return nil
}

func (v *Verifier) checkHTTP(path string) error {
	if v.URL == "" {
		return missing(path + ".url")
	}
	u, err := url.Parse(v.URL)
	if err != nil || len(v.URL) > maxURL || u.Hostname() == "" || u.Opaque != "" || u.Fragment != "" {
		return wrong(path+".url", "", "not the address of a web service")
	}
	if u.User != nil {
		return wrong(path+".url", "", "no user or password in the address: requests are signed")
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())) {
		return wrong(path+".url", cut(v.URL), "the address begins with https:// (http:// on this machine only)")
	}
	if v.Secret == "" {
		return missing(path + ".secret")
	}
	secret, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(v.Secret, "whsec_"))
	if err != nil || len(secret) < minSecret || len(secret) > maxSecret {
		return wrong(path+".secret", "", "a secret is 24 to 64 octets in base64, with or without whsec_ before it (Standard Webhooks)")
	}
	if v.CA != "" && !isCertificates([]byte(v.CA)) {
		return wrong(path+".ca", "", "not certificates in PEM")
	}
	return nil
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}

// isCertificates reports whether a text is one certificate or several, and nothing else.
func isCertificates(text []byte) bool {
	for n := 0; ; n++ {
		block, rest := pem.Decode(text)
		if block == nil {
			return n > 0 && strings.TrimSpace(string(rest)) == ""
		}
		if _, err := x509.ParseCertificate(block.Bytes); err != nil || block.Type != "CERTIFICATE" {
			return false
		}
		text = rest
	}
}
