package interop

import (
	"fmt"
	"math/rand/v2"
	"net"
	"testing"
)

// basePorts are the sandbox's ports before --port-offset (EPP, DNS, WHOIS, HTTPS, admin).
func basePorts() []int { return []int{7000, 5300, 4300, 8443, 9180} }

// Offsets lead to ports between these, below those that systems give to outgoing
// connections (Linux: from 32768).
const (
	lowestPort  = 14000
	highestPort = 32000
)

// freeOffset gives a --port-offset at which all ports of a sandbox were free a moment ago,
// over TCP and UDP.
func freeOffset(t testing.TB) int {
	t.Helper()
	for range 200 {
		offset := lowestPort - 4300 + rand.IntN(highestPort-lowestPort-(9180-4300))
		if allFree(offset) {
			return offset
		}
	}
	t.Fatal("interop: no free ports for a sandbox")
	return 0
}

func allFree(offset int) bool {
	for _, port := range basePorts() {
		addr := fmt.Sprintf("127.0.0.1:%d", port+offset)
		l, err := net.Listen("tcp", addr)
		if err != nil {
			return false
		}
		_ = l.Close()
		p, err := net.ListenPacket("udp", addr)
		if err != nil {
			return false
		}
		_ = p.Close()
	}
	return true
}
