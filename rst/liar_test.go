package rst

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// liar is a server whose answers are wrong on purpose: what a case is there to find
// must be found in it.
type liar struct {
	greeting string
	answer   func(command string) string
}

// serve runs the liar on loopback and returns its address.
func (l liar) serve(t *testing.T, conf *tls.Config) string {
	t.Helper()
	ln, err := tls.Listen("tcp", "127.0.0.1:0", conf)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go l.talk(conn)
		}
	}()
	return ln.Addr().String()
}

func (l liar) talk(conn net.Conn) {
	defer conn.Close()
	say := func(text string) error {
		_, err := conn.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(text)+4)), text...))
		return err
	}
	if say(l.greeting) != nil {
		return
	}
	for {
		var head [4]byte
		if _, err := io.ReadFull(conn, head[:]); err != nil {
			return
		}
		frame := make([]byte, binary.BigEndian.Uint32(head[:])-4)
		if _, err := io.ReadFull(conn, frame); err != nil {
			return
		}
		if say(l.answer(string(frame))) != nil {
			return
		}
	}
}

// response is a response with a code, and what follows its result.
func response(code, content string) string {
	return `<epp xmlns="` + nsEPP + `"><response><result code="` + code + `"><msg>` + code + `</msg></result>` + content +
		`<trID><svTRID>liar</svTRID></trID></response></epp>`
}

// lies is the greeting and the data of a server that knows everything wrong.
func lies() liar {
	ext := `<extension><rgp:infData xmlns:rgp="` + nsRGP + `"><rgp:rgpStatus s="autoRenewPeriod"/></rgp:infData>` +
		`<secDNS:infData xmlns:secDNS="` + nsSecDNS + `"><secDNS:dsData><secDNS:keyTag>1</secDNS:keyTag><secDNS:alg>8</secDNS:alg>` +
		`<secDNS:digestType>2</secDNS:digestType><secDNS:digest>00</secDNS:digest></secDNS:dsData></secDNS:infData></extension>`
	postal := func(kind string) string {
		return `<contact:postalInfo type="` + kind + `"><contact:name>n</contact:name><contact:addr><contact:city>c</contact:city><contact:cc>ZZ</contact:cc></contact:addr></contact:postalInfo>`
	}
	data := map[string]string{
		nsContact: `<resData><contact:infData xmlns:contact="` + nsContact + `"><contact:id>nobody</contact:id><contact:roid>1-A</contact:roid><contact:status s="linked"/>` +
			postal("int") + `<contact:email>e</contact:email><contact:clID>nobody</contact:clID></contact:infData></resData>`,
		nsHost: `<resData><host:infData xmlns:host="` + nsHost + `"><host:name>no.host</host:name><host:clID>nobody</host:clID></host:infData></resData>`,
		nsDomain: `<resData><domain:infData xmlns:domain="` + nsDomain + `"><domain:name>no.domain</domain:name><domain:roid>1</domain:roid>` +
			`<domain:status s="serverHold"/><domain:status s="pendingTransfer"/><domain:registrant>nobody</domain:registrant><domain:ns><domain:hostObj>no.host</domain:hostObj></domain:ns>` +
			`<domain:clID>nobody</domain:clID><domain:exDate>2001-01-01T00:00:00Z</domain:exDate></domain:infData></resData>` + ext,
	}
	return liar{
		greeting: `<epp xmlns="` + nsEPP + `"><greeting><svID>x</svID><svDate>2001-01-01T00:00:00Z</svDate><svcMenu><version>2.0</version>` +
			`<lang>!</lang><objURI>urn:liar</objURI><svcExtension><extURI>` + nsMark + `</extURI><extURI>` + nsSecureAuth + `</extURI><extURI>` + nsLoginSec + `</extURI></svcExtension></svcMenu></greeting></epp>`,
		answer: func(command string) string {
			if name := checkedName.FindStringSubmatch(command); name != nil {
				return response("1000", wrongCheck(name[1], strings.Contains(command, nsLaunch)))
			}
			for space, text := range data {
				if strings.Contains(command, "<info>") && strings.Contains(command, space) {
					return response("1000", text)
				}
			}
			return response("1000", "")
		},
	}
}

// checkedName finds the name that is checked; plainName is a name that could be free.
var (
	checkedName = regexp.MustCompile(`<domain:check[^>]*><domain:name>([^<]*)<`)
	plainName   = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9]{17}[.]`)
)

// wrongCheck says that what is free is not and the other way round, and that there are
// claims to everything.
func wrongCheck(name string, claims bool) string {
	if claims {
		return `<extension><launch:chkData xmlns:launch="` + nsLaunch + `"><launch:phase>claims</launch:phase><launch:cd><launch:name exists="1">` + name +
			`</launch:name><launch:claimKey>wrong</launch:claimKey></launch:cd></launch:chkData></extension>`
	}
	avail := "1"
	if plainName.MatchString(name) {
		avail = "0"
	}
	return `<resData><domain:chkData xmlns:domain="` + nsDomain + `"><domain:cd><domain:name avail="` + avail + `">` + name + `</domain:name></domain:cd></domain:chkData></resData>`
}

// liarInputs are inputs for a liar, with the certificates that clients need.
func liarInputs(t *testing.T, l liar) Inputs {
	t.Helper()
	dir := t.TempDir()
	cert := certify(t, dir, "server", nil, nil)
	strange(t, filepath.Join(dir, "one"))
	strange(t, filepath.Join(dir, "two"))
	strange(t, filepath.Join(dir, "wrong"))
	pair := func(name string) KeyPair {
		return KeyPair{filepath.Join(dir, name+".pem"), filepath.Join(dir, name+".key")}
	}
	b := box{dir: dir}
	b.info.EPP.CA = "server.pem"
	b.info.Registrars = make([]struct{ ID, Password, Cert, Key string }, 2)
	in := b.common()
	in.CLID01, in.CLID02 = Client{ID: "one", Password: "secret", KeyPair: pair("one")}, Client{ID: "two", Password: "secret", KeyPair: pair("two")}
	in.WrongCertificate = pair("wrong")
	in.TLD, in.RegisteredNames, in.RegisteredNameservers = "zz--liar-1", []string{"a.zz--liar-1"}, []string{"ns1.a.zz--liar-1"}
	in.PatienceSeconds = 1
	in.Addresses = []string{l.serve(t, &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS10, ClientAuth: tls.RequestClientCert})}
	return in
}

// certify makes a certificate for localhost and writes it to a file. It is signed by
// itself, or by parent; change may spoil it.
func certify(t *testing.T, dir, name string, parent *tls.Certificate, change func(c *x509.Certificate)) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if change != nil {
		change(c)
	}
	issuer, signer := c, any(key)
	if parent != nil {
		issuer, signer = parent.Leaf, parent.PrivateKey
	}
	der, err := x509.CreateCertificate(rand.Reader, c, issuer, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, name+".pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}
