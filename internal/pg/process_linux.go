package pg

import (
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// canTellProcesses: clusterProcesses is certain here.
const canTellProcesses = true

func setDeathSignal(attr *syscall.SysProcAttr, sig syscall.Signal) { attr.Pdeathsig = sig }

// clusterProcesses lists the processes that work in the site's data directory.
// A postmaster and all its children have it as their current directory, whatever
// path led there.
func clusterProcesses(s *site, _ int) []int {
	data, err := os.Stat(s.data())
	if err != nil {
		return nil
	}
	dirs, _ := filepath.Glob("/proc/[0-9]*/cwd") // fails for a malformed pattern only
	var pids []int
	for _, cwd := range dirs {
		info, err := os.Stat(cwd) // fails for other users' processes, which are not ours
		if err != nil || !os.SameFile(info, data) {
			continue
		}
		dir := filepath.Dir(cwd)
		exe, err := os.Readlink(filepath.Join(dir, "exe"))
		if err != nil || filepath.Base(exe) != "postgres" && filepath.Base(exe) != "postgres (deleted)" {
			continue // somebody's shell
		}
		if pid, err := strconv.Atoi(filepath.Base(dir)); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}
