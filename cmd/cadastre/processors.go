package main

import (
	"os"
	"runtime"
)

// fewProcessors is up to how many processors Go is told of twice as many. A thread that the
// operating system keeps waiting, in a system call or for its turn, keeps its commands
// waiting with it until another takes over, and where there are few such places and the
// clients, PostgreSQL and the server share the processors, these stand idle meanwhile: on
// two of them checks were a tenth slower. On many nothing was measured.
const fewProcessors = 4

// useProcessors has Go use the processors well, unless the environment says how (GOMAXPROCS),
// and gives their number.
func useProcessors() (processors int) {
	processors = runtime.GOMAXPROCS(0)
	if os.Getenv("GOMAXPROCS") == "" && processors <= fewProcessors {
		runtime.GOMAXPROCS(2 * processors)
	}
	return processors
}
