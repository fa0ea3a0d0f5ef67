package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"cadastre/epp/client"
)

// defaultSandboxDir is where 'cadastre dev' keeps its state unless told otherwise.
const defaultSandboxDir = "var/dev"

// passwordEnv holds the EPP password where no flag gives one.
const passwordEnv = "CADASTRE_EPP_PASSWORD"

// maxSecretFile and maxSandboxFile bound what is read from files that ought to be small.
const (
	maxSecretFile  = 4 << 10
	maxSandboxFile = 1 << 20
)

// eppTarget says which server to talk to and as whom, as the flags have it.
type eppTarget struct {
	dir, as                      string
	addr, serverName             string
	ca, cert, key                string
	user                         string
	password, passwordFile       string
	newPassword, newPasswordFile string
	timeout                      time.Duration
	lang                         string
	objects, extensions          []string
}

func (t *eppTarget) register(f *pflag.FlagSet) {
	f.StringVar(&t.dir, "dir", "", "state directory of a sandbox (default "+defaultSandboxDir+" unless --addr is given)")
	f.StringVar(&t.as, "as", "", "account of the sandbox to log in as: a registrar or a verifier")
	f.StringVar(&t.addr, "addr", "", "server's host:port")
	f.StringVar(&t.serverName, "server-name", "", "name expected in the server's certificate (default: the host of --addr)")
	f.StringVar(&t.ca, "ca", "", "PEM file of the authorities to trust (default: those of the system)")
	f.StringVar(&t.cert, "cert", "", "PEM file of the client certificate")
	f.StringVar(&t.key, "key", "", "PEM file of its private key (default: the file of --cert)")
	f.StringVar(&t.user, "user", "", "client identifier to log in with (default: --as)")
	f.StringVar(&t.password, "password", "", "password; visible to others on this machine, prefer --password-file")
	f.StringVar(&t.passwordFile, "password-file", "", "file whose first line is the password (default: $"+passwordEnv+")")
	f.StringVar(&t.newPassword, "new-password", "", "change the password at login; prefer --new-password-file")
	f.StringVar(&t.newPasswordFile, "new-password-file", "", "file whose first line is the new password")
	f.DurationVar(&t.timeout, "timeout", client.DefaultTimeout, "how long to wait for the connection and for each answer")
	f.StringVar(&t.lang, "lang", "en", "language of the server's messages")
	f.StringSliceVar(&t.objects, "objects", nil, "object namespaces to log in with (default: all the server announces)")
	f.StringSliceVar(&t.extensions, "extensions", nil, "extension namespaces to log in with (default: all the server announces)")
}

// resolve turns the flags into what package client needs. The account's password is empty
// if neither flags, environment nor sandbox.json give one.
func (t *eppTarget) resolve() (client.Config, client.Account, error) {
	cfg := client.Config{Addr: t.addr, ServerName: t.serverName, Timeout: t.timeout}
	account := client.Account{ID: t.user, Lang: t.lang, Objects: t.objects, Extensions: t.extensions}
	if t.key == "" {
		t.key = t.cert
	}
	files := eppFiles{t.ca, t.cert, t.key}
	if t.addr == "" || t.dir != "" {
		if err := t.fromSandbox(&cfg, &account, &files); err != nil {
			return cfg, account, err
		}
	}
	if account.ID == "" {
		account.ID = t.as
	}
	if err := t.secrets(&account); err != nil {
		return cfg, account, err
	}
	if files.ca != "" {
		if err := cfg.LoadRootCAs(files.ca); err != nil {
			return cfg, account, err
		}
	}
	if files.cert != "" {
		if err := cfg.LoadCertificate(files.cert, files.key); err != nil {
			return cfg, account, err
		}
	}
	return cfg, account, nil
}

type eppFiles struct{ ca, cert, key string }

// eppSandbox is the part of sandbox.json that a client needs.
type eppSandbox struct {
	EPP struct {
		Addr       string `json:"addr"`
		CA         string `json:"ca"`
		ServerName string `json:"server_name"`
	} `json:"epp"`
	Registrars []eppSandboxAccount `json:"registrars"`
	Verifiers  []eppSandboxAccount `json:"verifiers"`
}

type eppSandboxAccount struct {
	ID       string `json:"id"`
	Password string `json:"password"`
	Cert     string `json:"cert"`
	Key      string `json:"key"`
}

// fromSandbox fills what the flags left open from DIR/sandbox.json.
func (t *eppTarget) fromSandbox(cfg *client.Config, account *client.Account, files *eppFiles) error {
	dir := t.dir
	if dir == "" {
		dir = defaultSandboxDir
	}
	var box eppSandbox
	text, err := readCapped(filepath.Join(dir, "sandbox.json"), maxSandboxFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("no sandbox is running in %s: start one with 'cadastre dev --dir %s', or name a server with --addr", dir, dir)
	case err != nil:
		return err
	}
	if err := json.Unmarshal(text, &box); err != nil {
		return fmt.Errorf("%s: %w", filepath.Join(dir, "sandbox.json"), err)
	}
	orElse(&cfg.Addr, box.EPP.Addr)
	if t.addr == "" {
		orElse(&cfg.ServerName, box.EPP.ServerName)
	}
	orElse(&files.ca, within(dir, box.EPP.CA))
	if t.as == "" {
		return nil
	}
	for _, a := range append(box.Registrars, box.Verifiers...) {
		if a.ID != t.as {
			continue
		}
		orElse(&account.ID, a.ID)
		account.Password = a.Password
		if files.cert == "" {
			files.cert, files.key = within(dir, a.Cert), within(dir, a.Key)
		}
		return nil
	}
	if account.ID != "" {
		return nil
	}
	return fmt.Errorf("the sandbox has no account %q; it has %s", t.as, box.ids())
}

func (b *eppSandbox) ids() string {
	var ids []string
	for _, a := range append(b.Registrars, b.Verifiers...) {
		ids = append(ids, a.ID)
	}
	return strings.Join(ids, ", ")
}

// secrets fills the passwords: flags win over sandbox.json, that wins over the environment.
func (t *eppTarget) secrets(account *client.Account) error {
	orElse(&account.Password, os.Getenv(passwordEnv))
	for _, from := range []struct {
		value, file string
		to          *string
	}{
		{t.password, t.passwordFile, &account.Password},
		{t.newPassword, t.newPasswordFile, &account.NewPassword},
	} {
		secret, err := secretOf(from.value, from.file)
		if err != nil {
			return err
		}
		if secret != "" {
			*from.to = secret
		}
	}
	return nil
}

// secretOf is a secret given as such, or as the first line of a file.
func secretOf(value, file string) (string, error) {
	if file == "" || value != "" {
		return value, nil
	}
	text, err := readCapped(file, maxSecretFile)
	if err != nil {
		return "", err
	}
	line, _, _ := bytes.Cut(text, []byte("\n"))
	if secret := strings.TrimSuffix(string(line), "\r"); secret != "" {
		return secret, nil
	}
	return "", fmt.Errorf("%s: the first line is empty", file)
}

// readCapped reads a file of at most limit octets.
func readCapped(file string, limit int64) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	text, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(text)) > limit {
		return nil, fmt.Errorf("%s: larger than %d octets", file, limit)
	}
	return text, nil
}

func orElse(s *string, otherwise string) {
	if *s == "" {
		*s = otherwise
	}
}

// within makes a path of sandbox.json usable: they are relative to its directory.
func within(dir, path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}
