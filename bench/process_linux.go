package main

import (
	"os/exec"
	"syscall"
)

// setDeathSignal has the kernel end the child when this process dies, however it dies.
func setDeathSignal(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
}
