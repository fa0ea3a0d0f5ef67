package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of processor time in /proc/PID/stat: USER_HZ, which is 100 on every
// architecture that Linux and Go share.
const tick = 10 * time.Millisecond

// stat is what of /proc/PID/stat (proc(5)) is used: processor time of the process and of
// its children that have ended.
type stat struct {
	parent         int
	self, children time.Duration
}

func readStat(pid int) (s stat, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return s, err
	}
	// The second field is the name in parentheses, which may hold anything.
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	if len(fields) < 15 {
		return s, fmt.Errorf("/proc/%d/stat: %d fields", pid, len(fields))
	}
	var n [5]int
	for i, field := range []int{1, 11, 12, 13, 14} { // ppid, utime, stime, cutime, cstime
		if n[i], err = strconv.Atoi(fields[field]); err != nil {
			return s, err
		}
	}
	return stat{parent: n[0], self: time.Duration(n[1]+n[2]) * tick, children: time.Duration(n[3]+n[4]) * tick}, nil
}

// cpu is processor time used so far. Members below zero are unknown.
type cpu struct{ server, database time.Duration }

const unknown = time.Duration(-1)

// cpuOf reads the processor time of a server, and of the database whose postmaster is
// given; 0 stands for none.
func cpuOf(server, postmaster int) cpu {
	c := cpu{unknown, unknown}
	if s, err := readStat(server); err == nil {
		c.server = s.self
	}
	if postmaster == 0 {
		return c
	}
	p, err := readStat(postmaster)
	if err != nil {
		return c
	}
	c.database = p.self + p.children
	dirs, _ := filepath.Glob("/proc/[0-9]*") // fails for a malformed pattern only
	for _, dir := range dirs {
		pid, _ := strconv.Atoi(filepath.Base(dir))
		if s, err := readStat(pid); err == nil && s.parent == postmaster {
			c.database += s.self
		}
	}
	return c
}

// cpu reads the processor time of the sandbox.
func (s *sandbox) cpu() cpu {
	pm, err := s.postmaster()
	if err != nil {
		pm = 0
	}
	return cpuOf(s.process.pid, pm)
}

// since is what was used between before and c.
func (c cpu) since(before cpu) cpu {
	d := cpu{unknown, unknown}
	if c.server >= 0 && before.server >= 0 {
		d.server = c.server - before.server
	}
	if c.database >= 0 && before.database >= 0 {
		d.database = c.database - before.database
	}
	return d
}

// plus adds what was used at another time.
func (c cpu) plus(d cpu) cpu {
	sum := func(a, b time.Duration) time.Duration {
		if a < 0 || b < 0 {
			return unknown
		}
		return a + b
	}
	return cpu{sum(c.server, d.server), sum(c.database, d.database)}
}

// per divides by a number of operations.
func (c cpu) per(ops int) cpu {
	if ops == 0 {
		return cpu{unknown, unknown}
	}
	if c.server >= 0 {
		c.server /= time.Duration(ops)
	}
	if c.database >= 0 {
		c.database /= time.Duration(ops)
	}
	return c
}

// residentBytes is the resident size of a process (VmRSS of proc(5)); ok is false where
// it cannot be told.
func residentBytes(pid int) (n int64, ok bool) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(text)) {
		if value, found := strings.CutPrefix(line, "VmRSS:"); found {
			kb, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
			return kb << 10, err == nil
		}
	}
	return 0, false
}
