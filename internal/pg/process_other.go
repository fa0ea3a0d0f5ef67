//go:build !linux

package pg

import (
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// canTellProcesses: clusterProcesses only knows the postmaster, by its name.
const canTellProcesses = false

// setDeathSignal does nothing: only Linux tells a child of its parent's death.
// The next start finds and stops the orphan.
func setDeathSignal(*syscall.SysProcAttr, syscall.Signal) {}

// clusterProcesses returns pid, the number in the site's pid file, if it is a
// running postgres.
func clusterProcesses(_ *site, pid int) []int {
	out, err := exec.Command("ps", "-o", "comm=", "-p", strconv.Itoa(pid)).Output()
	if err != nil || filepath.Base(strings.TrimSpace(string(out))) != "postgres" {
		return nil
	}
	return []int{pid}
}
