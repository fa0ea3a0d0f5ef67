package e2e

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"cadastre/epp"
)

// answerLimit is how long a test waits for any answer; no test is about speed.
const answerLimit = 40 * time.Second

// session is a raw exchange of frames with a server: what is sent is up to the test.
type session struct {
	test     string
	who      string
	conn     *tls.Conn
	greeting []byte
	// mayFail allows 2400 and broken connections: the test took the database away.
	mayFail bool
}

// reply is an answer, as it came and decoded.
type reply struct {
	*epp.Response
	frame []byte
}

// endpoint is an EPP server and the directory with its certificates.
type endpoint struct {
	addr, dir string
	registrar func(id string) (password, cert, key string)
}

func (s *sandbox) endpoint() endpoint {
	return endpoint{s.info.EPP.Addr, s.dir, func(id string) (string, string, string) {
		for _, r := range s.info.Registrars {
			if r.ID == id {
				return r.Password, r.Cert, r.Key
			}
		}
		for _, v := range s.info.Verifiers {
			if v.ID == id {
				return v.Password, v.Cert, v.Key
			}
		}
		return "", "", ""
	}}
}

// tlsConfig trusts the sandbox's authority and shows the certificate of cert, a
// registrar's id, or none if cert is "".
func (e endpoint) tlsConfig(t testing.TB, cert string) *tls.Config {
	t.Helper()
	pem, err := os.ReadFile(filepath.Join(e.dir, "tls", "ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	conf := &tls.Config{ServerName: "localhost", RootCAs: x509.NewCertPool(), MinVersion: tls.VersionTLS12}
	if !conf.RootCAs.AppendCertsFromPEM(pem) {
		t.Fatal("ca.pem holds no certificate")
	}
	if cert != "" {
		_, certFile, keyFile := e.registrar(cert)
		pair, err := tls.LoadX509KeyPair(filepath.Join(e.dir, certFile), filepath.Join(e.dir, keyFile))
		if err != nil {
			t.Fatal(err)
		}
		conf.Certificates = []tls.Certificate{pair}
	}
	return conf
}

// connect opens a session that is not logged in, with a registrar's certificate or
// none, and reads the greeting.
func (e endpoint) connect(t testing.TB, cert string) *session {
	t.Helper()
	s, err := e.tryConnect(t, e.tlsConfig(t, cert))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.conn.Close() })
	return s
}

func (e endpoint) tryConnect(t testing.TB, conf *tls.Config) (*session, error) {
	conn, err := net.DialTimeout("tcp", e.addr, answerLimit)
	if err != nil {
		return nil, err
	}
	s := &session{test: t.Name(), conn: tls.Client(conn, conf)}
	if s.greeting, err = s.receive(); err != nil {
		conn.Close()
		return nil, fmt.Errorf("greeting: %w", err)
	}
	return s, nil
}

// login opens a session and logs in with everything the greeting offers.
func (e endpoint) login(t testing.TB, registrar string) *session {
	t.Helper()
	s := e.connect(t, registrar)
	s.logIn(t, e, registrar)
	return s
}

func (s *session) logIn(t testing.TB, e endpoint, registrar string) {
	t.Helper()
	password, _, _ := e.registrar(registrar)
	var extensions []string
	for _, m := range regexp.MustCompile(`<extURI>([^<]*)</extURI>`).FindAllSubmatch(s.greeting, -1) {
		extensions = append(extensions, string(m[1]))
	}
	s.do(t, loginWith(registrar, password, "", []string{"domain", "contact", "host"}, extensions...)).want(t, 1000)
	s.who = registrar
}

func (s *sandbox) connect(t testing.TB, cert string) *session { return s.endpoint().connect(t, cert) }

func (s *sandbox) login(t testing.TB, registrar string) *session {
	return s.endpoint().login(t, registrar)
}

// send writes a frame.
func (s *session) send(instance []byte) error {
	s.conn.SetWriteDeadline(time.Now().Add(answerLimit))
	unit := binary.BigEndian.AppendUint32(nil, uint32(len(instance)+4))
	_, err := s.conn.Write(append(unit, instance...))
	return err
}

// receive reads a frame and puts it down for the schemas.
func (s *session) receive() ([]byte, error) {
	s.conn.SetReadDeadline(time.Now().Add(answerLimit))
	frame, err := readFrame(s.conn)
	if err == nil {
		seen.add(s.test, frame)
	}
	return frame, err
}

func readFrame(r io.Reader) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	size := binary.BigEndian.Uint32(head[:])
	if size < 4 || size > 1<<20 {
		return nil, fmt.Errorf("the server announces a frame of %d octets", size)
	}
	frame := make([]byte, size-4)
	_, err := io.ReadFull(r, frame)
	return frame, err
}

// exchange sends a frame and reads the answer.
func (s *session) exchange(instance []byte) (*reply, error) {
	if err := s.send(instance); err != nil {
		return nil, err
	}
	frame, err := s.receive()
	if err != nil {
		return nil, err
	}
	resp, err := epp.DecodeResponse(frame)
	if err != nil {
		return nil, fmt.Errorf("%w\n%s", err, frame)
	}
	return &reply{resp, frame}, nil
}

// do sends a command and gives the answer. A 2400 fails the test.
func (s *session) do(t testing.TB, instance string) *reply {
	t.Helper()
	r, err := s.exchange([]byte(instance))
	if err != nil {
		t.Fatalf("%v, after sending\n%s", err, clip(instance))
	}
	if code := int(r.Code()); (code == 2400 || code == 2500) && !s.mayFail {
		t.Errorf("the answer is %d\n%s\n%s", code, clip(instance), r.frame)
	}
	return r
}

// clip keeps long frames out of the log.
func clip(text string) string {
	if len(text) > 4000 {
		return text[:2000] + " … " + text[len(text)-500:]
	}
	return text
}

// closed waits for the server to close the connection.
func (s *session) closed(t testing.TB) {
	t.Helper()
	if frame, err := s.receive(); !errors.Is(err, io.EOF) && !isReset(err) {
		t.Errorf("the connection is still open: %v %s", err, frame)
	}
}

// isReset reports whether a connection was cut.
func isReset(err error) bool {
	return err != nil && (errors.Is(err, io.ErrUnexpectedEOF) || strings.Contains(err.Error(), "reset by peer") ||
		strings.Contains(err.Error(), "broken pipe"))
}

// want demands one of the result codes.
func (r *reply) want(t testing.TB, codes ...int) *reply {
	t.Helper()
	if !slices.Contains(codes, int(r.Code())) {
		t.Errorf("result %d, want %v\n%s", r.Code(), codes, r.frame)
	}
	return r
}

// refused demands an error other than 2400.
func (r *reply) refused(t testing.TB) *reply {
	t.Helper()
	if c := r.Code(); c < 2000 || c == 2400 || c >= 2500 {
		t.Errorf("result %d, want a refusal\n%s", c, r.frame)
	}
	return r
}

// data gives the object data of an answer.
func data[T epp.ResData](t testing.TB, r *reply) T {
	t.Helper()
	d, ok := r.ResData.(T)
	if !ok {
		t.Fatalf("the answer holds %T\n%s", r.ResData, r.frame)
	}
	return d
}
