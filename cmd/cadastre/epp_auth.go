package main

import (
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cadastre/epp"
)

// authFlags are the flags for authorization information.
type authFlags struct {
	value, file string
	random      bool
}

// register adds the flags; fresh adds the one that makes a value.
func (a *authFlags) register(f *pflag.FlagSet, fresh bool) {
	f.StringVar(&a.value, "auth", "", "authorization information; visible to others on this machine, prefer --auth-file")
	f.StringVar(&a.file, "auth-file", "", "file whose first line is the authorization information")
	if fresh {
		f.BoolVar(&a.random, "auth-random", false, "set strong random authorization information and show it (RFC 9154)")
	}
}

// get is what the flags say, nil if they say nothing. An empty value is one.
func (a *authFlags) get(cmd *cobra.Command) (*epp.AuthInfo, error) {
	given := 0
	for _, name := range []string{"auth", "auth-file", "auth-random"} {
		if cmd.Flags().Changed(name) {
			given++
		}
	}
	if given > 1 {
		return nil, errors.New("only one of --auth, --auth-file and --auth-random")
	}
	switch {
	case given == 0:
		return nil, nil
	case a.random:
		return &epp.AuthInfo{PW: rand.Text()}, nil
	}
	pw, err := secretOf(a.value, a.file)
	if err != nil {
		return nil, fmt.Errorf("authorization information: %w", err)
	}
	return &epp.AuthInfo{PW: pw}, nil
}

// made is what --auth-random made, for the one who has to pass it on.
func (a *authFlags) made(info *epp.AuthInfo) []field {
	if !a.random || info == nil {
		return nil
	}
	return []field{{"authInfo", info.PW}}
}
