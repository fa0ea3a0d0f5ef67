//go:build !linux

package main

import "os/exec"

// setDeathSignal does nothing: only Linux ends children with their parent.
func setDeathSignal(*exec.Cmd) {}
