package main

import (
	"os"
	"runtime"
)

// heapFloor is added to the live heap when the garbage collector reckons when to run next:
// a registry of few names would collect garbage twenty times a second under load, for the
// sake of a few megabytes. It is never written to, so it takes no memory itself; what is
// not collected meanwhile may take as much.
const heapFloor = 64 << 20

// fewProcessors is up to how many processors Go is told of twice as many. A thread that the
// operating system keeps waiting, in a system call or for its turn, keeps its commands
// waiting with it until another takes over, and where there are few such places and the
// clients, PostgreSQL and the server share the processors, these stand idle meanwhile: on
// two of them checks were a tenth slower. On many nothing was measured.
const fewProcessors = 4

// prepareRuntime suits Go's runtime to a server, unless the environment says how it is to
// be (GOGC, GOMAXPROCS), and gives the number of processors there are. The floor has to be
// kept as long as the server runs.
func prepareRuntime() (processors int, floor []byte) {
	processors = runtime.GOMAXPROCS(0)
	if os.Getenv("GOMAXPROCS") == "" && processors <= fewProcessors {
		runtime.GOMAXPROCS(2 * processors)
	}
	if os.Getenv("GOGC") == "" {
		floor = make([]byte, heapFloor)
	}
	return processors, floor
}
