package config

import "time"

// Roles a process can have.
const (
	RoleEPP   = "epp"
	RoleDNS   = "dns"
	RoleHTTPS = "https"
	RoleJobs  = "jobs"
)

// What mail.tls can be.
const (
	MailTLSRequired      = "required"
	MailTLSOpportunistic = "opportunistic"
	MailTLSNone          = "none"
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

			RepeatAnswers:         true,
			ContactTransferWindow: Duration{5 * 24 * time.Hour},
			Logins: EPPLogins{
				PasswordMinLength: 6, PasswordWarning: Duration{7 * 24 * time.Hour}, CertificateWarning: Duration{14 * 24 * time.Hour},
			},
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
				MaxCommandsPerSecond:     5000,
				MaxLostCreatesPerMinute:  10_000,
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
		HTTPS: HTTPS{
			Listen: []string{"[::]:443"},
			Limits: HTTPSLimits{
				MaxBodyBytes:              64 << 10,
				HeaderTimeout:             Duration{10 * time.Second},
				ReadTimeout:               Duration{20 * time.Second},
				RequestTimeout:            Duration{30 * time.Second},
				WriteTimeout:              Duration{20 * time.Second},
				IdleTimeout:               Duration{2 * time.Minute},
				MaxConnections:            2000,
				MaxConnectionsPerAddress:  64,
				MaxRequestsPerSecond:      50,
				MaxRequestBurst:           100,
				MaxTokenFailuresPerMinute: 10,
			},
		},
		TMCH:  TMCH{CRLGrace: Duration{24 * time.Hour}},
		Mail:  Mail{TLS: MailTLSRequired},
		Admin: Admin{Listen: "127.0.0.1:9180"},
	}
}
