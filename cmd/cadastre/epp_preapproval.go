package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cadastre/epp"
	"cadastre/registry"
)

// preapprovalFlags are the flags of domain create that need the preapproval extension.
type preapprovalFlags struct {
	apply, enter            bool
	registrantID, registrar string
	target                  string
	credentialType          string
	credentialFile          string
	credentialStdin         bool
	flags                   *pflag.FlagSet
}

func (p *preapprovalFlags) register(cmd *cobra.Command) {
	f := cmd.Flags()
	p.flags = f
	f.BoolVar(&p.apply, "apply", false, "apply for the pre-approval of the name instead of registering it (extension preapproval)")
	f.BoolVar(&p.enter, "enter", false, "enter a whitelist name, as a verifier (preapproval)")
	f.StringVar(&p.registrantID, "registrant-id", "", "the registrant's identifier, as the overseer knows it (preapproval)")
	f.StringVar(&p.registrar, "registrar-id", "", "the registrar's IANA number (preapproval)")
	f.StringVar(&p.target, "target", "", "target name that an entry stands for, with --enter (preapproval)")
	f.StringVar(&p.credentialType, "credential-type", "", "what the registrant's credential is: password, token, passport, driversLicence or governmentId (preapproval)")
	f.StringVar(&p.credentialFile, "credential-file", "", "file whose first line is the registrant's credential (preapproval)")
	f.BoolVar(&p.credentialStdin, "credential-stdin", false, "read the registrant's credential from the first line of standard input (preapproval)")
	_ = cmd.RegisterFlagCompletionFunc("credential-type", // the flag exists
		cobra.FixedCompletions(registry.CredentialTypes, cobra.ShellCompDirectiveNoFileComp))
}

// changed reports whether any of the flags was given.
func (p *preapprovalFlags) changed() bool {
	return slices.ContainsFunc([]string{
		"apply", "enter", "registrant-id", "registrar-id", "target", "credential-type", "credential-file", "credential-stdin",
	}, p.flags.Changed)
}

// extension is what the flags say, nothing if they say nothing. Which of them go together
// on which registry is for the server to say; what the frame cannot carry is refused here.
func (p *preapprovalFlags) extension(c *eppClient) ([]epp.Extension, error) {
	if !p.changed() {
		return nil, nil
	}
	ext := &epp.PreapprovalCreate{Op: epp.PreapprovalRegister}
	switch {
	case p.apply && p.enter:
		return nil, errors.New("only one of --apply and --enter")
	case p.apply:
		ext.Op = epp.PreapprovalApply
	case p.enter:
		ext.Op = epp.PreapprovalEnter
	}
	if p.target != "" && !p.enter {
		return nil, errors.New("--target goes with --enter: otherwise the name itself is the target")
	}
	var err error
	if ext.Target, err = wireName(p.target); err != nil {
		return nil, err
	}
	if p.registrar != "" {
		ext.Registrar = &epp.PreapprovalParty{ID: p.registrar}
	}
	if p.registrantID != "" {
		ext.Registrant = &epp.PreapprovalParty{ID: p.registrantID}
	}
	credential, err := p.credential(c)
	if err != nil || credential == nil {
		return []epp.Extension{ext}, err
	}
	if ext.Registrant == nil {
		return nil, errors.New("a credential needs --registrant-id: it proves that identity")
	}
	ext.Registrant.Credential = credential
	return []epp.Extension{ext}, nil
}

// credential reads the registrant's credential. It has no flag of its own: others on the
// machine can read command lines.
func (p *preapprovalFlags) credential(c *eppClient) (*epp.PreapprovalCredential, error) {
	switch {
	case p.credentialFile != "" && p.credentialStdin:
		return nil, errors.New("only one of --credential-file and --credential-stdin")
	case p.credentialFile == "" && !p.credentialStdin && p.credentialType == "":
		return nil, nil
	case p.credentialFile == "" && !p.credentialStdin:
		return nil, errors.New("--credential-type needs --credential-file or --credential-stdin")
	case p.credentialType == "":
		return nil, errors.New("--credential-type is missing: " + strings.Join(registry.CredentialTypes, ", "))
	}
	out := &epp.PreapprovalCredential{Type: p.credentialType}
	var err error
	if p.credentialStdin {
		out.Value, err = firstLine(c)
	} else {
		out.Value, err = secretOf("", p.credentialFile)
	}
	if err != nil {
		return nil, fmt.Errorf("credential: %w", err)
	}
	return out, nil
}

// firstLine reads a secret from standard input, which in a shell is the commands'.
func firstLine(c *eppClient) (string, error) {
	if c.session.keep {
		return "", errors.New("standard input is the shell's: use --credential-file")
	}
	text, err := io.ReadAll(io.LimitReader(c.app.stdin, maxSecretFile))
	if err != nil {
		return "", err
	}
	line, _, _ := bytes.Cut(text, []byte("\n"))
	if secret := strings.TrimSuffix(string(line), "\r"); secret != "" {
		return secret, nil
	}
	return "", errors.New("the first line of standard input is empty")
}

// preapprovalFields are the fields of the extension's data in an answer, nil for other
// extensions.
func preapprovalFields(e epp.Extension) fields {
	switch p := e.(type) {
	case *epp.PreapprovalCreateData:
		return fields{{"application", p.Application}, {"status", p.Status}, {"name", p.Names}, {"expires", p.Expires}}
	case *epp.PreapprovalPanData:
		return fields{
			{"application", p.Application}, {"status", p.Status}, {"name", p.Names}, {"expires", p.Expires}, {"reason", p.Reasons},
		}
	case *epp.PreapprovalInfoData:
		return fields{
			{"application", p.Application},
			{"status", p.Status},
			{"target", p.Target},
			{"registrant", p.Registrant},
			{"registrar", p.Registrar},
			{"policy", p.Policy},
			{"expires", p.Expires},
		}
	}
	return nil
}
