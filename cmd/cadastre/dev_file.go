package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// sandboxFile tells clients where a running sandbox is; its shape is public.
const sandboxFile = "sandbox.json"

type sandboxInfo struct {
	EPP struct {
		Addr       string `json:"addr"`
		CA         string `json:"ca"`
		ServerName string `json:"server_name"`
	} `json:"epp"`
	DNS struct {
		Addr string `json:"addr"`
	} `json:"dns"`
	HTTPS struct {
		URL string `json:"url"`
		CA  string `json:"ca"`
	} `json:"https"`
	Admin struct {
		URL string `json:"url"`
	} `json:"admin"`
	Registrars []sandboxRegistrar `json:"registrars"`
	Verifiers  []sandboxVerifier  `json:"verifiers"`
	Operator   struct {
		Token string `json:"token"`
	} `json:"operator"`
	Zones    []sandboxZone `json:"zones"`
	TSIG     []castKey     `json:"tsig"`
	Database struct {
		DSN string `json:"dsn"`
	} `json:"database"`
}

type sandboxRegistrar struct {
	ID       string `json:"id"`
	IANA     int    `json:"iana"`
	Password string `json:"password"`
	Cert     string `json:"cert"`
	Key      string `json:"key"`
}

type sandboxVerifier struct {
	ID       string `json:"id"`
	Password string `json:"password"`
	Cert     string `json:"cert"`
	Key      string `json:"key"`
	Token    string `json:"token"`
}

type sandboxZone struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
}

// writeSandboxFile says where everything is, once all of it serves.
func writeSandboxFile(ctx context.Context, n *node, s sandbox) error {
	var info sandboxInfo
	info.EPP.Addr, info.EPP.CA, info.EPP.ServerName = n.eppLns[0].Addr().String(), "tls/ca.pem", "localhost"
	info.DNS.Addr = n.dns.Addr()
	info.HTTPS.URL, info.HTTPS.CA = "https://"+n.restLns[0].Addr().String(), "tls/ca.pem"
	info.Admin.URL = "http://" + n.admin.addr
	for _, r := range s.cast.Registrars {
		info.Registrars = append(info.Registrars, sandboxRegistrar{
			ID: r.ID, IANA: r.IANA, Password: r.Password, Cert: "tls/" + r.ID + ".pem", Key: "tls/" + r.ID + ".key",
		})
	}
	info.Verifiers = []sandboxVerifier{}
	if s.cast.run.runsWhitelist() {
		for _, v := range s.cast.Verifiers {
			info.Verifiers = append(info.Verifiers, sandboxVerifier{
				ID: v.ID, Password: v.Password, Cert: "tls/" + v.ID + ".pem", Key: "tls/" + v.ID + ".key", Token: v.Token,
			})
		}
	}
	info.TSIG = []castKey{s.cast.TSIG}
	info.Operator.Token = s.cast.OperatorToken
	zones, err := n.store.Zones(ctx)
	if err != nil {
		return err
	}
	for _, z := range zones {
		info.Zones = append(info.Zones, sandboxZone{z.Name, string(z.Kind)})
	}
	info.Database.DSN = s.db.DSN
	data, err := json.MarshalIndent(info, "", "  ")
	if err != nil {
		return err
	}
	return writeSecret(filepath.Join(s.dir, sandboxFile), append(data, '\n'))
}

// readSandboxFile finds a running sandbox.
func readSandboxFile(dir string) (info sandboxInfo, err error) {
	path := filepath.Join(dir, sandboxFile)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return info, fmt.Errorf("no sandbox runs in %s (there is no %s); start it with cadastre dev --dir %s", dir, sandboxFile, dir)
	}
	if err != nil {
		return info, err
	}
	if err := json.Unmarshal(data, &info); err != nil {
		return info, fmt.Errorf("%s: %w", path, err)
	}
	return info, nil
}
