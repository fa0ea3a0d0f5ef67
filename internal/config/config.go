// Package config holds the configuration of `cadastre serve`: one documented
// struct, read from one TOML file.
//
// A key the program does not know, a value it cannot use and settings that
// contradict each other stop the start, with the line and column or the key that
// is meant. Nothing is guessed. Secrets are in files of their own.
//
// The package implements no RFC.
package config

// The comments of the fields below are also the comments of the example that
// [Example] writes: they are for operators. A key is required when its comment says so.

// Config is the configuration of one server process.
type Config struct {
	// Directory for the state of the server: its own PostgreSQL, if it runs one, and
	// nothing else yet. It is made when missing. Required unless database_url or
	// database_url_file is set. Relative paths in this file begin where the file is.
	DataDir string `toml:"data_dir"`

	// PostgreSQL to use, as a URL: postgres://user@host/database?sslmode=verify-full.
	// Empty: the server runs a PostgreSQL of its own in data_dir, which serves this
	// process alone. A URL with a password belongs into database_url_file. Danger:
	// synchronous_commit must stay on there, or a crash may undo what registrars were
	// told is done.
	DatabaseURL string `toml:"database_url"`

	// File that holds the URL instead, and nothing else. Only the server's user, and a
	// group, may be able to read it.
	DatabaseURLFile string `toml:"database_url_file"`

	// Most connections to the database that this process opens. All processes
	// together must stay below PostgreSQL's max_connections; its own allows 100.
	DatabaseConnections int `toml:"database_connections"`

	// What this process does: "epp" serves registrars, "dns" answers and publishes
	// the zones, "https" serves verifiers, "jobs" carries out what falls due (renewals,
	// deletions, decisions on applications, mail). Several processes with one database
	// share the work. Danger: where no process has the role "jobs", nothing is ever
	// billed for a renewal or released.
	Roles []string `toml:"roles"`

	// Last part of every repository object identifier, as in DOM42-EXAMPLE: one to
	// eight letters, digits or underscores, registered with IANA for this registry
	// (RFC 5730, Section 2.8). Required. Danger: objects keep the suffix they were
	// created with.
	ROIDSuffix string `toml:"roid_suffix"`

	// How long a stop waits for commands that are being carried out. Idle sessions
	// are closed at once. The service manager must wait longer than this.
	ShutdownGrace Duration `toml:"shutdown_grace"`

	// What the server writes to standard error.
	Log Log `toml:"log"`

	// Registrars' access by EPP over TLS (RFC 5730 to 5734).
	EPP EPP `toml:"epp"`

	// Authoritative answers about the zones.
	DNS DNS `toml:"dns"`

	// Verifiers' access by HTTPS: applications and decisions.
	HTTPS HTTPS `toml:"https"`

	// Mail to registrants about their applications. Without smtp_addr and directory
	// there is none: what would be sent is counted and thrown away. The role "jobs"
	// sends it.
	Mail Mail `toml:"mail"`

	// Registrations here that a whitelist registry elsewhere controls.
	Preapproval Preapproval `toml:"preapproval"`

	// The whitelist registry here, for target registries elsewhere.
	Whitelist Whitelist `toml:"whitelist"`

	// The Trademark Clearinghouse, for zones with a sunrise or a claims period. Without
	// root_file the extension launch-1.0 is not offered.
	TMCH TMCH `toml:"tmch"`

	// Metrics, health checks and profiles, for the operator's own eyes.
	Admin Admin `toml:"admin"`
}

// Log is the section [log].
type Log struct {
	// Least important level that is written: "debug", "info", "warn" or "error".
	// Every EPP command is one line at "info".
	Level string `toml:"level"`

	// "json" for machines, "console" for people.
	Format string `toml:"format"`
}

// EPP is the section [epp].
type EPP struct {
	// Addresses to listen on, each an IP address and a port; "[::]:700" is every
	// address of the machine. 700 is EPP's own port.
	Listen []string `toml:"listen"`

	// PEM files of the certificate chain and its key. They are read again when they
	// change. Required with the role "epp".
	CertFile string `toml:"cert_file"`
	// See cert_file. Nobody but the server's user should be able to read it.
	KeyFile string `toml:"key_file"`

	// Name of the server in its greeting (svID), 3 to 64 characters. Required with
	// the role "epp".
	ServerID string `toml:"server_id"`

	// Object mappings to announce and accept, as namespace URIs. Empty: all that the
	// server knows.
	Objects []string `toml:"objects"`

	// Extensions to announce and accept, as namespace URIs. Empty: all that the
	// server knows. ICANN's tests refuse URIs that IANA has not registered: list the
	// registered ones for them.
	Extensions []string `toml:"extensions"`

	// Answer a command that changed something, and is sent again with the same octets
	// within a day, with its first answer instead of carrying it out twice.
	RepeatAnswers bool `toml:"repeat_answers"`

	// The losing registrar's time to answer the request for the transfer of a contact;
	// then the registry approves. "0s": at once. For domains each zone has its own.
	ContactTransferWindow Duration `toml:"contact_transfer_window"`

	// What is asked of passwords, and what clients are told at their login.
	Logins EPPLogins `toml:"logins"`

	// What clients can make the server do at most.
	Limits EPPLimits `toml:"limits"`
}

// EPPLogins is the section [epp.logins].
type EPPLogins struct {
	// Least length of a password that a registrar sets, in characters; 6 to 128. Above 16
	// registrars need the extension loginSec-1.0.
	PasswordMinLength int `toml:"password_min_length"`

	// How many of the last passwords, the present one among them, a registrar cannot set
	// again; 0 to 10.
	PasswordHistory int `toml:"password_history"`

	// Time after which a login must bring a new password, another than the present one;
	// "0s": never.
	PasswordMaxAge Duration `toml:"password_max_age"`

	// How long before that a login is warned (loginSec-1.0).
	PasswordWarning Duration `toml:"password_warning"`

	// How long before its certificate ends a login is warned (loginSec-1.0).
	CertificateWarning Duration `toml:"certificate_warning"`

	// Warn logins over TLS 1.2 that it is on its way out (loginSec-1.0).
	WarnTLS12 bool `toml:"warn_tls12"`
}

// EPPLimits is the section [epp.limits].
type EPPLimits struct {
	// Largest frame in octets, with its header; 4096 to 65536. A larger one is
	// answered with 2001 and the connection closed.
	MaxFrameBytes int `toml:"max_frame_bytes"`

	// Time for the TLS handshake.
	HandshakeTimeout Duration `toml:"handshake_timeout"`

	// Time a connection may go without a login.
	LoginTimeout Duration `toml:"login_timeout"`

	// Time a session may wait between commands. Registrars keep sessions alive with
	// hello; less than a few minutes makes them log in all the time.
	IdleTimeout Duration `toml:"idle_timeout"`

	// Time for a frame to arrive, from its first octet to its last.
	FrameTimeout Duration `toml:"frame_timeout"`

	// Time for carrying out a command. After it the command is undone and answered
	// with 2400.
	CommandTimeout Duration `toml:"command_timeout"`

	// Time a client may take to accept an answer.
	WriteTimeout Duration `toml:"write_timeout"`

	// Most connections at a time. One more is closed at once. An idle one costs less
	// than 50 KB.
	MaxConnections int `toml:"max_connections"`

	// Most connections at a time of one IPv4 address or IPv6 /64.
	MaxConnectionsPerAddress int `toml:"max_connections_per_address"`

	// Most sessions of one registrar at a time. One more login is answered with 2502.
	MaxSessionsPerRegistrar int `toml:"max_sessions_per_registrar"`

	// Most commands a second of all sessions of a registrar together, in each process; 0:
	// no limit. One more waits up to a second; with a longer queue it is answered with
	// 2502.
	MaxCommandsPerSecond int `toml:"max_commands_per_second"`

	// Creates a minute of a registrar, in each process, that may be refused because the
	// name is another's; 0: no limit. Then creates are answered with 2306 without asking
	// the database.
	MaxLostCreatesPerMinute int `toml:"max_lost_creates_per_minute"`

	// Logins that may fail in a session. The last of them is answered with 2501 and
	// the connection closed.
	MaxLoginFailures int `toml:"max_login_failures"`

	// Frames a connection may send without logging in.
	MaxFramesBeforeLogin int `toml:"max_frames_before_login"`

	// Frames in a row that may be no EPP command at all.
	MaxMalformedInARow int `toml:"max_malformed_in_a_row"`
}

// DNS is the section [dns].
type DNS struct {
	// Addresses to answer on, each an IP address and a port, over UDP and TCP;
	// "[::]:53" is every address of the machine, IPv4 and IPv6.
	Listen []string `toml:"listen"`

	// Most TCP connections at a time. One more replaces the one that has been quiet
	// the longest.
	MaxTCPConnections int `toml:"max_tcp_connections"`

	// Most TCP connections at a time of one address.
	MaxTCPConnectionsPerAddress int `toml:"max_tcp_connections_per_address"`

	// Time a TCP connection may wait between queries (RFC 7766, Section 6.2.3).
	TCPIdleTimeout Duration `toml:"tcp_idle_timeout"`

	// How often the database is asked for changes that other processes made. Those
	// of this process are published at once.
	PollInterval Duration `toml:"poll_interval"`

	// Least time between two serial numbers of a zone. A change after a quiet time
	// does not wait for it.
	MinSerialInterval Duration `toml:"min_serial_interval"`

	// File with the keys of those who sign their queries (TSIG, RFC 8945), as JSON:
	// [{"name": "target.example.", "algorithm": "hmac-sha256", "secret": "base64"}].
	// Only the server's user, and a group, may be able to read it. Empty: none.
	TSIGKeysFile string `toml:"tsig_keys_file"`
}

// HTTPS is the section [https].
type HTTPS struct {
	// Addresses to listen on with the role "https", each an IP address and a port;
	// "[::]:443" is every address of the machine.
	Listen []string `toml:"listen"`

	// PEM files of the certificate chain and its key. They are read again when they
	// change. Required with the role "https".
	CertFile string `toml:"cert_file"`
	// See cert_file. Nobody but the server's user should be able to read it.
	KeyFile string `toml:"key_file"`

	// What clients can make the server do at most.
	Limits HTTPSLimits `toml:"limits"`
}

// HTTPSLimits is the section [https.limits].
type HTTPSLimits struct {
	// Largest body of a request in octets; 1024 to 1048576. A larger one is answered
	// with 413.
	MaxBodyBytes int `toml:"max_body_bytes"`

	// Time for the TLS handshake, and for the header of a request to arrive.
	HeaderTimeout Duration `toml:"header_timeout"`

	// Time for a request to arrive, from its first octet to its last; at least
	// header_timeout. A body that takes longer is answered with 408.
	ReadTimeout Duration `toml:"read_timeout"`

	// Time for carrying out a request. After it the request is undone and answered
	// with 503.
	RequestTimeout Duration `toml:"request_timeout"`

	// Time a client may take to accept an answer.
	WriteTimeout Duration `toml:"write_timeout"`

	// Time a connection may wait between requests.
	IdleTimeout Duration `toml:"idle_timeout"`

	// Most connections at a time. One more is closed at once.
	MaxConnections int `toml:"max_connections"`

	// Most connections at a time of one IPv4 address or IPv6 /64.
	MaxConnectionsPerAddress int `toml:"max_connections_per_address"`

	// Requests that one account may make in a second, on average. More are answered
	// with 429.
	MaxRequestsPerSecond int `toml:"max_requests_per_second"`

	// Requests that one account may make at once after a quiet time.
	MaxRequestBurst int `toml:"max_request_burst"`

	// Wrong tokens that one IPv4 address or IPv6 /64 may send in a minute, on average
	// and at once. After that its requests are answered with 429.
	MaxTokenFailuresPerMinute int `toml:"max_token_failures_per_minute"`
}

// Mail is the section [mail].
type Mail struct {
	// Mail server that takes mail from here: host and port, such as
	// "smtp.example:587". Port 465 is TLS from the first octet on (RFC 8314), any
	// other one begins in clear and goes on with STARTTLS as tls says.
	SMTPAddr string `toml:"smtp_addr"`

	// Address that mails come from. Required with smtp_addr or directory.
	From string `toml:"from"`

	// Account at the mail server. Empty: no login.
	Username string `toml:"username"`
	// File that holds the account's password and nothing else. Only the server's user,
	// and a group, may be able to read it. Required with username.
	PasswordFile string `toml:"password_file"`

	// "required": nothing is sent without TLS and a certificate that fits smtp_addr.
	// "opportunistic": with TLS where the server offers it. "none": in clear. Danger:
	// anything but "required" lets whoever is on the way read the mails.
	TLS string `toml:"tls"`

	// Directory to write mails into, a file each, instead of sending them. It is made
	// when missing. Mails hold personal data.
	Directory string `toml:"directory"`
}

// Preapproval is the section [preapproval].
type Preapproval struct {
	// File that says where the whitelist registry is and with which keys it is asked:
	// the sandbox.json of a sandbox, or a file like it. Only the server's user, and a
	// group, may be able to read it. Empty: none elsewhere is asked.
	WhitelistFile string `toml:"whitelist_file"`
}

// Whitelist is the section [whitelist].
type Whitelist struct {
	// File that lists the target registries that may be asked whether a name is
	// registered, as JSON. Only the server's user, and a group, may be able to read it.
	// Empty: none but this registry itself. Danger: applications under a suffix whose
	// registry is not listed stay undecided, and its names are never pruned.
	TargetsFile string `toml:"targets_file"`
}

// TMCH is the section [tmch]. All its files are looked at again every few seconds and
// read when they have changed; while one cannot be read, the last good one is used.
type TMCH struct {
	// Certificates of the authorities whose signed marks are trusted, PEM.
	RootFile string `toml:"root_file"`
	// List of revoked certificates of these authorities, PEM or DER. Danger: without it
	// no certificate is taken for revoked.
	CRLFile string `toml:"crl_file"`
	// How long that list is good for after it should have been replaced (its nextUpdate).
	// Then nothing can be registered in a sunrise until there is a new one, which is to be
	// fetched every day (RFC 9361, section 5.2.3.2).
	CRLGrace Duration `toml:"crl_grace"`
	// List of labels with claims (RFC 9361, section 6.1). Without it nothing can be
	// registered in a claims period.
	DNLFile string `toml:"dnl_file"`
	// Sunrise list (RFC 9361, section 6.6). It is for a qualified launch program, which
	// zones here do not have: it is read and watched, and decides nothing.
	SURLFile string `toml:"surl_file"`
	// List of revoked signed marks (RFC 9361, section 6.2). Without it nothing can be
	// registered in a sunrise.
	SMDRLFile string `toml:"smdrl_file"`
}

// Files lists the files of the section.
func (t *TMCH) Files() []*string {
	return []*string{&t.RootFile, &t.CRLFile, &t.DNLFile, &t.SURLFile, &t.SMDRLFile}
}

// Admin is the section [admin].
type Admin struct {
	// Address for /metrics, /livez, /readyz and /debug/pprof/: an IP address and a
	// port. Empty: none. There is no login.
	Listen string `toml:"listen"`

	// Lets listen be an address that other machines can reach. Danger: whoever can
	// reach it sees the registry's inside and can slow it down; a firewall must stand
	// before it.
	AllowRemote bool `toml:"allow_remote"`
}
