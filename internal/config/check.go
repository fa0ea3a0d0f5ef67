package config

import (
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Has says whether the process has the role.
func (c Config) Has(role string) bool { return slices.Contains(c.Roles, role) }

// Check returns everything that is missing, impossible or contradictory, one line
// each, or nil. It looks at no file.
func (c Config) Check() error {
	f := &faults{}
	c.checkStore(f)
	c.checkRoles(f)
	for _, file := range c.TMCH.Files() {
		if *file != "" && c.TMCH.RootFile == "" {
			f.add("tmch.root_file", "is required with the other files of the section")
			break
		}
	}
	f.atLeast("tmch.crl_grace", c.TMCH.CRLGrace, 0)
	if c.ROIDSuffix == "" {
		f.add("roid_suffix", "is required")
	} else if !roidSuffix.MatchString(c.ROIDSuffix) {
		f.add("roid_suffix", "must be one to eight letters, digits or underscores")
	}
	f.atLeast("shutdown_grace", c.ShutdownGrace, 0)
	f.oneOf("log.level", c.Log.Level, "debug", "info", "warn", "error")
	f.oneOf("log.format", c.Log.Format, "json", "console")
	if c.Has(RoleEPP) {
		c.EPP.check(f)
	}
	if c.Has(RoleDNS) {
		c.DNS.check(f)
	}
	if c.Has(RoleHTTPS) {
		c.HTTPS.check(f)
	}
	c.Mail.check(f)
	c.Admin.check(f)
	c.checkPorts(f)
	return errors.Join(f.all...)
}

// roidSuffix is the part after the hyphen of roidType (RFC 5730, Section 4.2, eppcom-1.0),
// in ASCII.
var roidSuffix = regexp.MustCompile(`^[A-Za-z0-9_]{1,8}$`)

func (c Config) checkStore(f *faults) {
	switch own := c.DatabaseURL == "" && c.DatabaseURLFile == ""; {
	case c.DatabaseURL != "" && c.DatabaseURLFile != "":
		f.add("database_url", "contradicts database_url_file: set one of them")
	case own && c.DataDir == "":
		f.add("data_dir", "is required without database_url or database_url_file")
	case own && !c.Has(RoleJobs):
		f.add("roles", `must contain "jobs" when the server runs its own PostgreSQL, which no other process can use`)
	}
	if c.DatabaseURL != "" {
		if err := checkDatabaseURL(c.DatabaseURL); err != nil {
			f.add("database_url", err.Error())
		} else if u, err := url.Parse(c.DatabaseURL); err == nil {
			if _, set := u.User.Password(); set || u.Query().Has("password") {
				f.add("database_url", "holds a password: put the URL into a file and name that in database_url_file")
			}
		}
	}
	f.within("database_connections", c.DatabaseConnections, 4, 10_000)
}

// checkDatabaseURL never repeats the URL, which may hold a password.
func checkDatabaseURL(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return errors.New("must be a URL that begins postgres://")
	}
	return nil
}

func (c Config) checkRoles(f *faults) {
	if len(c.Roles) == 0 {
		f.add("roles", "is empty: the server would do nothing")
	}
	for i, role := range c.Roles {
		f.oneOf("roles", role, RoleEPP, RoleDNS, RoleHTTPS, RoleJobs)
		if slices.Contains(c.Roles[:i], role) {
			f.add("roles", fmt.Sprintf("has %q twice", role))
		}
	}
}

func (e EPP) check(f *faults) {
	f.addresses("epp.listen", e.Listen)
	if e.CertFile == "" || e.KeyFile == "" {
		f.add("epp.cert_file", `and epp.key_file are required with the role "epp"`)
	}
	if n := len([]rune(e.ServerID)); n == 0 {
		f.add("epp.server_id", `is required with the role "epp"`)
	} else if n < 3 || n > 64 { // sIDType (RFC 5730, Section 4.1)
		f.add("epp.server_id", "must have 3 to 64 characters")
	}
	f.atLeast("epp.contact_transfer_window", e.ContactTransferWindow, 0)
	f.within("epp.logins.password_min_length", e.Logins.PasswordMinLength, 6, 128)
	f.within("epp.logins.password_history", e.Logins.PasswordHistory, 0, 10)
	f.atLeast("epp.logins.password_max_age", e.Logins.PasswordMaxAge, 0)
	f.atLeast("epp.logins.password_warning", e.Logins.PasswordWarning, 0)
	f.atLeast("epp.logins.certificate_warning", e.Logins.CertificateWarning, 0)
	l := e.Limits
	f.within("epp.limits.max_frame_bytes", l.MaxFrameBytes, 4096, 64<<10)
	f.atLeast("epp.limits.handshake_timeout", l.HandshakeTimeout, time.Second)
	f.atLeast("epp.limits.login_timeout", l.LoginTimeout, time.Second)
	f.atLeast("epp.limits.idle_timeout", l.IdleTimeout, time.Second)
	f.atLeast("epp.limits.frame_timeout", l.FrameTimeout, time.Second)
	f.atLeast("epp.limits.command_timeout", l.CommandTimeout, time.Second)
	f.atLeast("epp.limits.write_timeout", l.WriteTimeout, time.Second)
	const most = 1_000_000
	f.within("epp.limits.max_connections", l.MaxConnections, 1, most)
	f.within("epp.limits.max_connections_per_address", l.MaxConnectionsPerAddress, 1, most)
	f.within("epp.limits.max_sessions_per_registrar", l.MaxSessionsPerRegistrar, 1, most)
	f.within("epp.limits.max_commands_per_second", l.MaxCommandsPerSecond, 0, most)
	f.within("epp.limits.max_lost_creates_per_minute", l.MaxLostCreatesPerMinute, 0, most)
	f.within("epp.limits.max_login_failures", l.MaxLoginFailures, 1, 1000)
	f.within("epp.limits.max_frames_before_login", l.MaxFramesBeforeLogin, 1, 1000)
	f.within("epp.limits.max_malformed_in_a_row", l.MaxMalformedInARow, 1, 1000)
	if l.MaxSessionsPerRegistrar > l.MaxConnections {
		f.add("epp.limits.max_sessions_per_registrar", "is more than max_connections")
	}
}

func (d DNS) check(f *faults) {
	f.addresses("dns.listen", d.Listen)
	f.within("dns.max_tcp_connections", d.MaxTCPConnections, 1, 1_000_000)
	f.within("dns.max_tcp_connections_per_address", d.MaxTCPConnectionsPerAddress, 1, 1_000_000)
	f.atLeast("dns.tcp_idle_timeout", d.TCPIdleTimeout, 100*time.Millisecond)
	f.atLeast("dns.poll_interval", d.PollInterval, time.Millisecond)
	f.atLeast("dns.min_serial_interval", d.MinSerialInterval, time.Millisecond)
}

func (h HTTPS) check(f *faults) {
	f.addresses("https.listen", h.Listen)
	if h.CertFile == "" || h.KeyFile == "" {
		f.add("https.cert_file", `and https.key_file are required with the role "https"`)
	}
	l := h.Limits
	f.within("https.limits.max_body_bytes", l.MaxBodyBytes, 1024, 1<<20)
	f.atLeast("https.limits.header_timeout", l.HeaderTimeout, time.Second)
	f.atLeast("https.limits.read_timeout", l.ReadTimeout, l.HeaderTimeout.Duration)
	f.atLeast("https.limits.request_timeout", l.RequestTimeout, time.Second)
	f.atLeast("https.limits.write_timeout", l.WriteTimeout, time.Second)
	f.atLeast("https.limits.idle_timeout", l.IdleTimeout, time.Second)
	const most = 1_000_000
	f.within("https.limits.max_connections", l.MaxConnections, 1, most)
	f.within("https.limits.max_connections_per_address", l.MaxConnectionsPerAddress, 1, most)
	f.within("https.limits.max_requests_per_second", l.MaxRequestsPerSecond, 1, most)
	f.within("https.limits.max_request_burst", l.MaxRequestBurst, 1, most)
	f.within("https.limits.max_token_failures_per_minute", l.MaxTokenFailuresPerMinute, 1, most)
}

// Sends says whether mail goes anywhere.
func (m Mail) Sends() bool { return m.SMTPAddr != "" || m.Directory != "" }

func (m Mail) check(f *faults) {
	if m.SMTPAddr != "" && m.Directory != "" {
		f.add("mail.directory", "contradicts mail.smtp_addr: set one of them")
	}
	if m.Sends() && m.From == "" {
		f.add("mail.from", "is required with mail.smtp_addr or mail.directory")
	}
	if m.From != "" {
		if a, err := mail.ParseAddress(m.From); err != nil || a.Address != m.From {
			f.add("mail.from", fmt.Sprintf(`has %q: must be an address such as "registry@example.org", and nothing else`, m.From))
		}
	}
	if m.SMTPAddr != "" {
		host, port, err := net.SplitHostPort(m.SMTPAddr)
		if n, bad := strconv.ParseUint(port, 10, 16); err != nil || host == "" || bad != nil || n == 0 {
			f.add("mail.smtp_addr", fmt.Sprintf(`has %q: must be a host and a port, such as "smtp.example:587"`, m.SMTPAddr))
		}
	}
	f.oneOf("mail.tls", m.TLS, MailTLSRequired, MailTLSOpportunistic, MailTLSNone)
	switch {
	case m.Username == "" && m.PasswordFile != "":
		f.add("mail.password_file", "is of no use without mail.username")
	case m.Username != "" && m.PasswordFile == "":
		f.add("mail.password_file", "is required with mail.username")
	}
	if m.Username != "" && m.TLS != MailTLSRequired {
		f.add("mail.tls", fmt.Sprintf(`must be %q with mail.username: others could read the password`, MailTLSRequired))
	}
}

func (a Admin) check(f *faults) {
	if a.Listen == "" {
		if a.AllowRemote {
			f.add("admin.allow_remote", "contradicts the empty admin.listen")
		}
		return
	}
	f.addresses("admin.listen", []string{a.Listen})
	if addr, err := netip.ParseAddrPort(a.Listen); err == nil && !addr.Addr().Unmap().IsLoopback() && !a.AllowRemote {
		f.add("admin.listen", "is not a loopback address: others could see the registry's inside; set admin.allow_remote if that is meant")
	}
}

// checkPorts refuses one TCP address for two services.
func (c Config) checkPorts(f *faults) {
	taken := map[netip.AddrPort]string{}
	use := func(key string, listen []string) {
		for _, text := range listen {
			addr, err := netip.ParseAddrPort(text)
			if err != nil || addr.Port() == 0 {
				continue // said already, or any free port
			}
			if other, ok := taken[addr]; ok {
				f.add(key, fmt.Sprintf("has %s, which %s has too", text, other))
			}
			taken[addr] = key
		}
	}
	if c.Has(RoleEPP) {
		use("epp.listen", c.EPP.Listen)
	}
	if c.Has(RoleDNS) {
		use("dns.listen", c.DNS.Listen)
	}
	if c.Has(RoleHTTPS) {
		use("https.listen", c.HTTPS.Listen)
	}
	if c.Admin.Listen != "" {
		use("admin.listen", []string{c.Admin.Listen})
	}
}

// faults collects what is wrong, each with its key.
type faults struct{ all []error }

func (f *faults) add(key, what string) { f.all = append(f.all, fmt.Errorf("%s %s", key, what)) }

func (f *faults) oneOf(key, have string, allowed ...string) {
	if !slices.Contains(allowed, have) {
		f.add(key, fmt.Sprintf("has %q: must be one of %s", have, strings.Join(allowed, ", ")))
	}
}

func (f *faults) within(key string, have, low, high int) {
	if have < low || have > high {
		f.add(key, fmt.Sprintf("is %d: must be %d to %d", have, low, high))
	}
}

func (f *faults) atLeast(key string, have Duration, least time.Duration) {
	if have.Duration < least {
		f.add(key, fmt.Sprintf("is %v: must be at least %v", have, Duration{least}))
	}
}

func (f *faults) addresses(key string, listen []string) {
	if len(listen) == 0 {
		f.add(key, "is empty")
	}
	for _, text := range listen {
		if _, err := netip.ParseAddrPort(text); err != nil {
			f.add(key, fmt.Sprintf(`has %q: must be an IP address and a port, such as "192.0.2.1:700" or "[::]:700"`, text))
		}
	}
}
