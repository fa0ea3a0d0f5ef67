package rest

import (
	"fmt"
	"time"

	"cadastre/internal/netserve"
)

// Limits bounds what clients can make the server do. Zero members take the value of
// DefaultLimits.
type Limits struct {
	// BodySize is the largest body of a request in octets. The longest one in use is a
	// few hundred. A larger one is answered with 413.
	BodySize int
	// HeaderTimeout bounds the TLS handshake, and the header of a request.
	HeaderTimeout time.Duration
	// ReadTimeout bounds a request, from its first octet to its last, so that one octet
	// a second holds nothing for long. A body that takes longer is answered with 408.
	ReadTimeout time.Duration
	// RequestTimeout bounds the work for a request. After it the request is undone and
	// answered with 503.
	RequestTimeout time.Duration
	// WriteTimeout bounds the sending of an answer to a client that does not read.
	WriteTimeout time.Duration
	// IdleTimeout is how long a connection may wait between requests.
	IdleTimeout time.Duration

	// Connections bounds all connections, from before the handshake. One more is closed
	// at once.
	Connections int
	// ConnectionsPerAddress bounds those of one IPv4 address or IPv6 /64.
	ConnectionsPerAddress int

	// RequestsPerSecond and RequestBurst bound what one account may ask for, on average
	// and at once. More is answered with 429.
	RequestsPerSecond, RequestBurst int
	// TokenFailuresPerMinute bounds the wrong tokens of one IPv4 address or IPv6 /64, on
	// average and at once. After them its requests are answered with 429, so that
	// guessing costs it time and the database nothing.
	TokenFailuresPerMinute int
}

// DefaultLimits are the limits of a server that nobody configured.
func DefaultLimits() Limits {
	return Limits{
		BodySize:               64 << 10,
		HeaderTimeout:          10 * time.Second,
		ReadTimeout:            20 * time.Second,
		RequestTimeout:         30 * time.Second,
		WriteTimeout:           20 * time.Second,
		IdleTimeout:            2 * time.Minute,
		Connections:            2000,
		ConnectionsPerAddress:  64,
		RequestsPerSecond:      50,
		RequestBurst:           100,
		TokenFailuresPerMinute: 10,
	}
}

// withDefaults fills in what is zero and refuses what is impossible.
func (l Limits) withDefaults() (Limits, error) {
	d := DefaultLimits()
	err := netserve.FillIn(
		netserve.Bound("HeaderTimeout", &l.HeaderTimeout, d.HeaderTimeout),
		netserve.Bound("ReadTimeout", &l.ReadTimeout, d.ReadTimeout),
		netserve.Bound("RequestTimeout", &l.RequestTimeout, d.RequestTimeout),
		netserve.Bound("WriteTimeout", &l.WriteTimeout, d.WriteTimeout),
		netserve.Bound("IdleTimeout", &l.IdleTimeout, d.IdleTimeout),
		netserve.Bound("BodySize", &l.BodySize, d.BodySize),
		netserve.Bound("Connections", &l.Connections, d.Connections),
		netserve.Bound("ConnectionsPerAddress", &l.ConnectionsPerAddress, d.ConnectionsPerAddress),
		netserve.Bound("RequestsPerSecond", &l.RequestsPerSecond, d.RequestsPerSecond),
		netserve.Bound("RequestBurst", &l.RequestBurst, d.RequestBurst),
		netserve.Bound("TokenFailuresPerMinute", &l.TokenFailuresPerMinute, d.TokenFailuresPerMinute),
	)
	if err != nil {
		return l, fmt.Errorf("rest: Limits.%w", err)
	}
	return l, nil
}
