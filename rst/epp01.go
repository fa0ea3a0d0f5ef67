package rst

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strconv"
)

// epp01: DNS names the service's addresses; each takes TCP and TLS 1.2, none takes
// TLS 1.1 or older; the certificate is trusted, valid and names the host; one of the
// ciphers of RFC 9325, Section 4.2, is there.
func epp01(ctx context.Context, r *run) error {
	r.judge("addresses")
	if err := r.resolve(ctx); err != nil {
		r.find("EPP_DNS_RESOLUTION_ERROR", reply{}, "%v", err)
		return nil
	}
	reached := 0
	for _, address := range r.endpoints {
		r.judge("%s", address)
		conf, err := r.in.tlsConfig(r.in.CLID01.KeyPair)
		if err != nil {
			return err
		}
		if raw, err := (&net.Dialer{Timeout: replyTime}).DialContext(ctx, "tcp", address); err != nil {
			r.find("EPP_SERVICE_PORT_UNREACHABLE", reply{}, "%v", err)
			continue
		} else {
			raw.Close() //nolint:errcheck // only tried
		}
		reached++
		r.certificate(ctx, address, conf)
		r.protocols(ctx, address, conf)
	}
	if reached == 0 {
		r.find("EPP_NO_SERVICE_PORTS_REACHABLE", reply{}, "none of %v", r.endpoints)
	}
	return nil
}

// resolve sets the endpoints, from the inputs or from DNS.
func (r *run) resolve(ctx context.Context) error {
	r.endpoints = r.in.Addresses
	if len(r.endpoints) == 0 {
		port := r.in.Port
		if port == 0 {
			port = 700
		}
		found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", r.in.HostName)
		if err != nil {
			return err
		}
		for _, a := range found {
			r.endpoints = append(r.endpoints, net.JoinHostPort(a.Unmap().String(), strconv.Itoa(port)))
		}
	}
	var v4, v6 bool
	for _, e := range r.endpoints {
		a, err := netip.ParseAddrPort(e)
		if err != nil {
			return err
		}
		v4, v6 = v4 || a.Addr().Is4(), v6 || a.Addr().Is6()
	}
	if !v4 {
		r.find("EPP_MISSING_A_RECORDS", reply{}, "only %v", r.endpoints)
	}
	if !v6 {
		r.find("EPP_MISSING_AAAA_RECORDS", reply{}, "only %v", r.endpoints)
	}
	return nil
}

// certificate checks the chain as any client would.
func (r *run) certificate(ctx context.Context, address string, conf *tls.Config) {
	w, err := dial(ctx, address, conf)
	if err == nil {
		w.close()
		return
	}
	var authority x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &name):
		r.find("EPP_TLS_CERTIFICATE_HOSTNAME_MISMATCH", reply{}, "%v", err)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		r.find("EPP_TLS_EXPIRED_CERTIFICATE", reply{}, "%v", err)
	case errors.As(err, &authority):
		code := "EPP_TLS_UNTRUSTED_CERTIFICATE"
		if n := chainLength(ctx, address, conf); n == 1 && authority.Cert != nil && !slices.Equal(authority.Cert.RawIssuer, authority.Cert.RawSubject) {
			code = "EPP_TLS_CERTIFICATE_CHAIN_MISSING"
		}
		r.find(code, reply{}, "%v", err)
	default:
		r.find("EPP_TLS_CONNECTION_ERROR", reply{}, "%v", err)
	}
}

// chainLength is how many certificates the server sends.
func chainLength(ctx context.Context, address string, conf *tls.Config) int {
	conf = conf.Clone()
	conf.InsecureSkipVerify = true // it is only counted
	w, err := dial(ctx, address, conf)
	if err != nil {
		return 0
	}
	defer w.close()
	return len(w.conn.ConnectionState().PeerCertificates)
}

// protocols tries the versions of TLS that must and must not work, and the ciphers.
func (r *run) protocols(ctx context.Context, address string, conf *tls.Config) {
	try := func(low, high uint16, ciphers ...uint16) error {
		c := conf.Clone()
		c.MinVersion, c.MaxVersion, c.CipherSuites = low, high, ciphers
		w, err := dial(ctx, address, c)
		if err == nil {
			w.close()
		}
		return err
	}
	r.judge("%s TLS 1.2", address)
	if err := try(tls.VersionTLS12, tls.VersionTLS12); err != nil {
		r.find("EPP_TLS_REQUIRED_PROTOCOL_NOT_SUPPORTED", reply{}, "TLS 1.2: %v", err)
	}
	r.judge("%s TLS 1.1", address)
	if err := try(tls.VersionTLS10, tls.VersionTLS11); err == nil {
		r.find("EPP_TLS_FORBIDDEN_PROTOCOL_SUPPORTED", reply{}, "TLS 1.1 or older works")
	}
	r.judge("%s ciphers", address)
	if err := try(tls.VersionTLS12, tls.VersionTLS12, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
		tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384); err != nil {
		r.find("EPP_TLS_BAD_CIPHER", reply{}, "none of the ciphers that RFC 9325 recommends: %v", err)
	}
}
