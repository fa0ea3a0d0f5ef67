package main

import (
	"strings"
	"testing"
)

func TestUnknownVerb(t *testing.T) {
	for _, tt := range []struct {
		args []string
		text string
	}{
		{[]string{"regstrar", "--dir", "x"}, `unknown verb "regstrar", did you mean registrar?`},
		{[]string{"frobnicate", "--dir", "x"}, `unknown verb "frobnicate" (see`},
		{[]string{"--frobnicate"}, "unknown flag: --frobnicate (see cadastre --help)"},
		{[]string{"epp", "--frobnicate"}, "unknown flag: --frobnicate (see cadastre epp --help)"},
	} {
		if got := runIn(t, "", tt.args...); got.status != 1 || !strings.Contains(got.stderr, tt.text) {
			t.Errorf("%q: %+v", tt.args, got)
		}
	}
	for _, args := range [][]string{nil, {"--help"}, {"help"}, {"help", "epp"}, {"--version"}, {"completion", "bash"}} {
		if got := runIn(t, "", args...); got.status != 0 || got.stdout == "" {
			t.Errorf("%q: %+v", args, got)
		}
	}
}
