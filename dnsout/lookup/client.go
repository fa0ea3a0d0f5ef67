package lookup

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/miekg/dns"
)

// Why a lookup failed; every error of TXT about the other side is one of them. The
// whole error's text says more, for people.
var (
	// ErrUnreachable: nothing came that could have been an answer.
	ErrUnreachable = errors.New("the whitelist registry could not be reached")
	// ErrUntrusted: something came, and nothing of it was to be believed.
	ErrUntrusted = errors.New("the whitelist registry's answer is not to be trusted")
	// ErrRefused: the whitelist registry says, signed, that it does not answer.
	ErrRefused = errors.New("the whitelist registry refused to answer")
)

var errBusy = errors.New("too many questions are under way")

// maxNames is how many names one lookup may ask for.
const maxNames = 32

// Config is what a Client needs. Zero values take the defaults.
type Config struct {
	// Addr is the host:port to ask, over UDP and TCP. Required.
	Addr string
	// Key signs the questions and verifies the answers. Required.
	Key Key
	// Timeout is how long one lookup may take, with all its tries (default 5 s).
	Timeout time.Duration
	// Tries is how often a question is sent over UDP (default 2). A second time it
	// is sent after a fifth of Timeout; the answer to the first is still welcome.
	Tries int
	// Sockets is how many lookups may be under way at once, each with a socket of
	// its own (default 64). Further ones wait, within their Timeout.
	Sockets int
}

// Key is a TSIG key (RFC 8945).
type Key struct {
	Name      string // a domain name; case and a trailing dot do not matter
	Algorithm string // "hmac-sha256", "hmac-sha384" or "hmac-sha512"
	Secret    []byte // at least 16 octets
}

// Answer is what a whitelist zone says of one name.
type Answer struct {
	Name   string   // as it was asked for
	Exists bool     // there is at least one TXT record at the name
	Texts  []string // its TXT records, each with its strings joined, in no order
	TTL    uint32   // seconds: of the records, or for how long there are none
}

// Client asks one server. Any number of goroutines may use it at once.
type Client struct {
	cfg Config
	key *key
	udp pool
	tcp pool

	room    chan struct{} // as many as may be under way
	closing chan struct{}
	once    sync.Once
}

// New makes a client; it opens nothing until it is asked.
func New(cfg Config) (*Client, error) {
	if _, _, err := net.SplitHostPort(cfg.Addr); err != nil {
		return nil, fmt.Errorf("lookup: address %q: %w", cfg.Addr, err)
	}
	key, err := newKey(&cfg.Key)
	if err != nil {
		return nil, fmt.Errorf("lookup: %w", err)
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = 5 * time.Second
	}
	if cfg.Tries <= 0 {
		cfg.Tries = 2
	}
	if cfg.Sockets <= 0 {
		cfg.Sockets = 64
	}
	c := &Client{cfg: cfg, key: key, room: make(chan struct{}, cfg.Sockets), closing: make(chan struct{})}
	c.udp = pool{network: "udp", addr: cfg.Addr, size: bufferUDP, keep: cfg.Sockets, uses: usesUDP, idle: idleUDP}
	// More than one lookup at a time with an answer too large for UDP is rare.
	c.tcp = pool{network: "tcp", addr: cfg.Addr, size: maxMessage, keep: 1, uses: usesTCP, idle: idleTCP}
	return c, nil
}

// Close closes what is open; lookups that are under way fail. It does not wait for
// them.
func (c *Client) Close() error {
	c.once.Do(func() { close(c.closing) })
	c.udp.close()
	c.tcp.close()
	return nil
}

// TXT asks for the TXT records at exactly these names, all at once, and returns the
// answers in their order. Names are in presentation form, a trailing dot optional.
// There are all answers or an error: ErrUnreachable, ErrUntrusted or ErrRefused;
// when ctx ended first, that and ctx's error.
func (c *Client) TXT(ctx context.Context, names []string) ([]Answer, error) {
	if len(names) == 0 || len(names) > maxNames {
		return nil, fmt.Errorf("lookup: %d names; between 1 and %d can be asked for", len(names), maxNames)
	}
	l := &lookup{c: c, caller: ctx, answers: make([]Answer, len(names)), questions: make([]question, len(names))}
	for i, name := range names {
		packed, err := asPacked(name)
		if err != nil {
			return nil, err
		}
		l.questions[i] = question{name: packed, at: i}
		l.answers[i].Name = name
	}
	var cancel context.CancelFunc
	l.ctx, cancel = context.WithTimeout(ctx, c.cfg.Timeout)
	defer cancel()
	select {
	case c.room <- struct{}{}:
		defer func() { <-c.room }()
	case <-c.closing:
		return nil, errClosed
	case <-l.ctx.Done():
		l.broken = errBusy
		return nil, l.failure()
	}
	if err := l.run(); err != nil {
		return nil, err
	}
	return l.answers, nil
}

// asPacked is a domain name as it will come back in an answer.
func asPacked(name string) (string, error) {
	var wire [255]byte // RFC 1035, Section 2.3.4
	_, err := dns.PackDomainName(dns.Fqdn(name), wire[:], 0, nil, false)
	if err == nil {
		var again string
		if again, _, err = dns.UnpackDomainName(wire[:], 0); err == nil && again != "." {
			return again, nil
		}
	}
	return "", fmt.Errorf("lookup: %.300q is not a domain name", name)
}
