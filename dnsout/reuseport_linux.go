package dnsout

import (
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// udpSockets is how many sockets share one address: one for each of Go's processors.
func udpSockets() int { return runtime.GOMAXPROCS(0) }

// reusePort lets several sockets be bound to one address; the kernel picks one by
// the packet's addresses and ports.
func reusePort(_, _ string, c syscall.RawConn) error {
	var opErr error
	err := c.Control(func(fd uintptr) {
		opErr = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEPORT, 1)
	})
	if err != nil {
		return err
	}
	return opErr
}
