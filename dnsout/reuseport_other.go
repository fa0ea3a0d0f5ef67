//go:build !linux

package dnsout

import "syscall"

// udpSockets is how many sockets share one address. Elsewhere than on Linux the
// kernel would give all packets to one of them.
func udpSockets() int { return 1 }

func reusePort(_, _ string, _ syscall.RawConn) error { return nil }
