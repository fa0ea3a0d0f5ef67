package config

import "time"

// Roles a process can have.
const (
	RoleEPP  = "epp"
	RoleDNS  = "dns"
	RoleJobs = "jobs"
)

// Default returns the configuration of an empty file. Required keys are empty.
func Default() Config {
	return Config{
		DatabaseConnections: 32,
		Roles:               []string{RoleEPP, RoleDNS, RoleJobs},
		ShutdownGrace:       Duration{10 * time.Second},
		Log:                 Log{Level: "info", Format: "json"},
		EPP: EPP{
			Listen:     []string{"[::]:700"},
			Objects:    []string{},
			Extensions: []string{},
			Limits: EPPLimits{
				MaxFrameBytes:            64 << 10,
				HandshakeTimeout:         Duration{10 * time.Second},
				LoginTimeout:             Duration{time.Minute},
				IdleTimeout:              Duration{10 * time.Minute},
				FrameTimeout:             Duration{30 * time.Second},
				CommandTimeout:           Duration{30 * time.Second},
				WriteTimeout:             Duration{20 * time.Second},
				MaxConnections:           10_000,
				MaxConnectionsPerAddress: 256,
				MaxSessionsPerRegistrar:  20,
				MaxLoginFailures:         3,
				MaxFramesBeforeLogin:     20,
				MaxMalformedInARow:       10,
			},
		},
		DNS: DNS{
			Listen:                      []string{"[::]:53"},
			MaxTCPConnections:           1000,
			MaxTCPConnectionsPerAddress: 200,
			TCPIdleTimeout:              Duration{10 * time.Second},
			PollInterval:                Duration{100 * time.Millisecond},
			MinSerialInterval:           Duration{20 * time.Millisecond},
		},
		Admin: Admin{Listen: "127.0.0.1:9180"},
	}
}
