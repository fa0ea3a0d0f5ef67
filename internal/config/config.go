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
	// the zones, "jobs" carries out what falls due (renewals, deletions). Several
	// processes with one database share the work. Danger: where no process has the
	// role "jobs", nothing is ever billed for a renewal or released.
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

	// What clients can make the server do at most.
	Limits EPPLimits `toml:"limits"`
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
