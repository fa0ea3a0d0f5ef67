package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// TLS says whether mail may go in clear.
type TLS string

// The kinds of TLS.
const (
	TLSRequired      TLS = "required"      // nothing goes without it
	TLSOpportunistic TLS = "opportunistic" // where the server offers it
	TLSNone          TLS = "none"
)

// implicitTLSPort begins with TLS (RFC 8314, Section 3.3).
const implicitTLSPort = 465

// sendTimeout bounds one mail, from the connection to the last answer.
const sendTimeout = 30 * time.Second

// SMTPConfig says how the mail server is reached.
type SMTPConfig struct {
	Addr               string // host and port
	From               string // sender of every mail
	Username, Password string // empty: no login
	TLS                TLS
	RootCAs            *x509.CertPool // who vouches for the server; nil means the system's
}

// SMTP sends mails to a mail server, each over a connection of its own.
type SMTP struct {
	cfg  SMTPConfig
	host string
	opts []gomail.Option
	tls  *tls.Config // for the whole connection; nil with STARTTLS and in clear
}

// NewSMTP makes the transport; it connects when something is to be sent.
func NewSMTP(cfg SMTPConfig) (*SMTP, error) {
	if err := CheckAddress(cfg.From); err != nil {
		return nil, fmt.Errorf("mail: sender: %w", err)
	}
	host, portText, err := net.SplitHostPort(cfg.Addr)
	port, bad := strconv.ParseUint(portText, 10, 16)
	if err != nil || bad != nil || host == "" || port == 0 {
		return nil, fmt.Errorf("mail: %q is no host and port", cfg.Addr)
	}
	if cfg.Username != "" && cfg.TLS != TLSRequired {
		return nil, errors.New("mail: a password is sent with TLS only")
	}
	s := &SMTP{cfg: cfg, host: host}
	conf := &tls.Config{ServerName: host, RootCAs: cfg.RootCAs, MinVersion: tls.VersionTLS12}
	s.opts = []gomail.Option{gomail.WithPort(int(port)), gomail.WithTimeout(sendTimeout), gomail.WithTLSConfig(conf), gomail.WithoutNoop()}
	switch {
	case cfg.TLS == TLSRequired && port == implicitTLSPort:
		s.tls = conf
		s.opts = append(s.opts, gomail.WithSSL())
	case cfg.TLS == TLSRequired:
		s.opts = append(s.opts, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case cfg.TLS == TLSOpportunistic:
		s.opts = append(s.opts, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	case cfg.TLS == TLSNone:
		s.opts = append(s.opts, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		return nil, fmt.Errorf("mail: unknown kind of TLS %q", cfg.TLS)
	}
	if cfg.Username != "" {
		s.opts = append(s.opts, gomail.WithUsername(cfg.Username), gomail.WithPassword(cfg.Password),
			gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin))
	}
	return s, nil
}

// Send hands the mail to the server. A 5xx answer about the recipient or the contents
// is final (RFC 5321, Section 4.2.1); whatever else goes wrong may pass.
func (s *SMTP) Send(ctx context.Context, m Mail) error {
	msg, err := compose(s.cfg.From, m)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	// The library looks at the context while it dials only, and leaves connections
	// open on which the greeting or the login fails: this closes them.
	dial := func(ctx2 context.Context, network, addr string) (net.Conn, error) {
		conn, err := s.dial(ctx2, network, addr)
		if err == nil {
			context.AfterFunc(ctx, func() { conn.Close() })
		}
		return conn, err
	}
	client, err := gomail.NewClient(s.host, append([]gomail.Option{gomail.WithDialContextFunc(dial)}, s.opts...)...)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	err = client.DialAndSendWithContext(ctx, msg)
	if err == nil || msg.IsDelivered() { // a farewell that fails undoes nothing
		return nil
	}
	var refused *gomail.SendError
	if errors.As(err, &refused) && refused.ErrorCode()/100 == 5 {
		switch refused.Reason {
		case gomail.ErrSMTPRcptTo, gomail.ErrSMTPData, gomail.ErrSMTPDataClose:
			return fmt.Errorf("%w by the mail server: %w", ErrRefused, err)
		}
	}
	return fmt.Errorf("mail server: %w", err)
}

func (s *SMTP) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	if s.tls != nil {
		return (&tls.Dialer{Config: s.tls}).DialContext(ctx, network, addr)
	}
	return (&net.Dialer{}).DialContext(ctx, network, addr)
}
