package server

import (
	"fmt"
	"time"

	"cadastre/epp"
	"cadastre/internal/netserve"
)

// Limits bounds what clients can make the server do. Zero members take the value of
// DefaultLimits.
type Limits struct {
	// FrameSize is the largest data unit read, in octets with its header. The longest
	// command in use is a few kilobytes. A larger or impossible length is answered with
	// 2001, and the connection is closed because the stream cannot be followed further.
	FrameSize int

	// HandshakeTimeout bounds the TLS handshake, which costs the server a signature.
	// There is nobody to answer yet: the connection is closed.
	HandshakeTimeout time.Duration
	// LoginTimeout is how long a connection may go without a login, counted from the
	// end of the handshake. It is closed without an answer.
	LoginTimeout time.Duration
	// IdleTimeout is how long a session may wait between commands. It is closed without
	// an answer: RFC 5734, Section 2.
	IdleTimeout time.Duration
	// FrameTimeout is how long a data unit may take from its first octet to its last, so
	// that one octet a second holds nothing for long: RFC 5734, Section 3. The connection
	// is closed.
	FrameTimeout time.Duration
	// CommandTimeout bounds the work for one command. After it the command is undone and
	// answered with 2400.
	CommandTimeout time.Duration
	// WriteTimeout bounds the sending of an answer to a client that does not read. The
	// connection is closed.
	WriteTimeout time.Duration

	// MaxConnections bounds all connections, from before the handshake. One more is
	// closed at once. An idle session costs less than 50 KB.
	MaxConnections int
	// ConnectionsPerAddress bounds the connections of one IPv4 address or IPv6 /64, so
	// that one peer cannot take them all. One more is closed at once.
	ConnectionsPerAddress int
	// SessionsPerRegistrar bounds the sessions logged in at a time. One more login is
	// answered with 2502 and closed: RFC 5730, Section 3.
	SessionsPerRegistrar int

	// CommandsPerSecond bounds the commands of all sessions of a registrar together; 0 does
	// not. One more waits up to a second, and then is answered with 2502 and closed.
	CommandsPerSecond int
	// LostCreatesPerMinute bounds the creates of a registrar that are refused because the
	// name is another registrar's; 0 does not. Once they are used up, creates are answered
	// with 2306 and cost nothing.
	LostCreatesPerMinute int

	// FailedLogins is how many logins may fail in a session. The last of them is
	// answered with 2501 and closed, the ones before with 2200: RFC 5730, Section 2.9.1.1.
	FailedLogins int
	// FramesBeforeLogin is how many data units of any kind a connection may send without
	// logging in. The last of them is answered with 2500 and closed.
	FramesBeforeLogin int
	// MalformedInARow is how many frames in a row may be no EPP command at all (2000 or
	// 2001). The last of them is answered with 2500 and closed: whatever sends them does
	// not read the answers.
	MalformedInARow int
}

// DefaultLimits are the limits of a server that nobody configured.
func DefaultLimits() Limits {
	return Limits{
		FrameSize:             epp.MaxCommandFrame,
		HandshakeTimeout:      10 * time.Second,
		LoginTimeout:          time.Minute,
		IdleTimeout:           10 * time.Minute,
		FrameTimeout:          30 * time.Second,
		CommandTimeout:        30 * time.Second,
		WriteTimeout:          20 * time.Second,
		MaxConnections:        10_000,
		ConnectionsPerAddress: 256,
		SessionsPerRegistrar:  20,
		FailedLogins:          3,
		FramesBeforeLogin:     20,
		MalformedInARow:       10,
	}
}

// minFrameSize holds every command of the RFCs' examples.
const minFrameSize = 4096

// withDefaults fills in what is zero and refuses what is impossible.
func (l Limits) withDefaults() (Limits, error) {
	if l.CommandsPerSecond < 0 || l.LostCreatesPerMinute < 0 {
		return l, fmt.Errorf("epp/server: Limits.CommandsPerSecond and LostCreatesPerMinute are 0 or more")
	}
	d := DefaultLimits()
	err := netserve.FillIn(
		netserve.Bound("HandshakeTimeout", &l.HandshakeTimeout, d.HandshakeTimeout),
		netserve.Bound("LoginTimeout", &l.LoginTimeout, d.LoginTimeout),
		netserve.Bound("IdleTimeout", &l.IdleTimeout, d.IdleTimeout),
		netserve.Bound("FrameTimeout", &l.FrameTimeout, d.FrameTimeout),
		netserve.Bound("CommandTimeout", &l.CommandTimeout, d.CommandTimeout),
		netserve.Bound("WriteTimeout", &l.WriteTimeout, d.WriteTimeout),
		netserve.Bound("FrameSize", &l.FrameSize, d.FrameSize),
		netserve.Bound("MaxConnections", &l.MaxConnections, d.MaxConnections),
		netserve.Bound("ConnectionsPerAddress", &l.ConnectionsPerAddress, d.ConnectionsPerAddress),
		netserve.Bound("SessionsPerRegistrar", &l.SessionsPerRegistrar, d.SessionsPerRegistrar),
		netserve.Bound("FailedLogins", &l.FailedLogins, d.FailedLogins),
		netserve.Bound("FramesBeforeLogin", &l.FramesBeforeLogin, d.FramesBeforeLogin),
		netserve.Bound("MalformedInARow", &l.MalformedInARow, d.MalformedInARow),
	)
	if err != nil {
		return l, fmt.Errorf("epp/server: Limits.%w", err)
	}
	if l.FrameSize < minFrameSize || l.FrameSize > epp.MaxCommandFrame {
		return l, fmt.Errorf("epp/server: Limits.FrameSize must be between %d and %d octets", minFrameSize, epp.MaxCommandFrame)
	}
	return l, nil
}
