package gate

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"cadastre/registry"
)

// Peer is a whitelist registry that is asked over the network.
type Peer struct {
	DNS       *DNSServer // nil: it is not asked by DNS
	EPP       EPPServer
	Verifiers map[string]EPPAccount // accounts to ask as by EPP, by id
}

// DNSServer is a name server that signs its answers (RFC 8945).
type DNSServer struct {
	Addr      string // host:port, for UDP and TCP
	KeyName   string // canonical, with or without the trailing dot
	Algorithm string // such as hmac-sha256
	Secret    []byte
}

// Peers is what a target registry knows of another registry.
type Peers struct {
	Whitelist map[string]*Peer // by whitelist zone; all the same Peer
	// Admin is the base URL of the other's admin interface and Token opens it: there
	// the target registry announces itself. Empty when the file does not say.
	Admin, Token string
}

// peersFile is the part of a sandbox.json that ReadPeers understands.
type peersFile struct {
	EPP struct {
		Addr       string `json:"addr"`
		CA         string `json:"ca"`
		ServerName string `json:"server_name"`
	} `json:"epp"`
	DNS struct {
		Addr string `json:"addr"`
	} `json:"dns"`
	Admin struct {
		URL string `json:"url"`
	} `json:"admin"`
	Verifiers []struct {
		ID       string `json:"id"`
		Password string `json:"password"`
		Cert     string `json:"cert"`
		Key      string `json:"key"`
	} `json:"verifiers"`
	Operator struct {
		Token string `json:"token"`
	} `json:"operator"`
	Zones []struct {
		Name string `json:"name"`
		Kind string `json:"kind"`
	} `json:"zones"`
	TSIG []struct {
		Name      string `json:"name"`
		Algorithm string `json:"algorithm"`
		Secret    string `json:"secret"`
	} `json:"tsig"`
}

const maxPeersFile = 1 << 20

// ReadPeers reads a sandbox.json, or a copy of one: which whitelist zones the other
// registry has, and how it is asked. Paths in it are relative to the file. What is
// absent is not used: without keys nothing is asked by DNS, without verifiers, or
// without the certificates beside the file, nothing by EPP.
func ReadPeers(file string) (Peers, error) {
	p, err := readPeers(file)
	if err != nil {
		return Peers{}, fmt.Errorf("whitelist registry: %s: %w", file, err)
	}
	return p, nil
}

func readPeers(file string) (Peers, error) {
	in, err := os.Open(file)
	if err != nil {
		return Peers{}, err
	}
	defer in.Close()
	data, err := io.ReadAll(io.LimitReader(in, maxPeersFile+1))
	if err != nil {
		return Peers{}, err
	}
	f, err := parsePeers(data)
	if err != nil {
		return Peers{}, err
	}
	peer, err := f.peer(filepath.Dir(file))
	if err != nil {
		return Peers{}, err
	}
	out := Peers{Whitelist: map[string]*Peer{}, Admin: f.Admin.URL, Token: f.Operator.Token}
	for _, z := range f.Zones {
		if z.Kind != string(registry.WhitelistZone) {
			continue
		}
		name, err := registry.CanonicalName(z.Name, "zones")
		if err != nil {
			return Peers{}, err
		}
		out.Whitelist[name] = peer
	}
	if len(out.Whitelist) == 0 {
		return Peers{}, errors.New("it runs no whitelist zone")
	}
	return out, nil
}

// parsePeers reads the document. It has much that is not for us.
func parsePeers(data []byte) (*peersFile, error) {
	if len(data) > maxPeersFile {
		return nil, fmt.Errorf("it has more than %d octets", maxPeersFile)
	}
	f := &peersFile{}
	if err := json.Unmarshal(data, f); err != nil {
		return nil, err
	}
	return f, nil
}

func (f *peersFile) peer(dir string) (*Peer, error) {
	p := &Peer{Verifiers: map[string]EPPAccount{}}
	if f.DNS.Addr != "" && len(f.TSIG) > 0 {
		secret, err := base64.StdEncoding.DecodeString(f.TSIG[0].Secret)
		if err != nil || len(secret) == 0 {
			return nil, errors.New("tsig: the first key's secret is not base64")
		}
		p.DNS = &DNSServer{Addr: f.DNS.Addr, KeyName: f.TSIG[0].Name, Algorithm: f.TSIG[0].Algorithm, Secret: secret}
	}
	if f.EPP.Addr == "" || len(f.Verifiers) == 0 {
		return p, nil
	}
	roots, err := os.ReadFile(within(dir, f.EPP.CA))
	if errors.Is(err, fs.ErrNotExist) {
		return p, nil // a copy of the file alone: addresses and keys are enough for DNS
	}
	if err != nil {
		return nil, err
	}
	p.EPP = EPPServer{Addr: f.EPP.Addr, ServerName: f.EPP.ServerName, RootCAs: x509.NewCertPool()}
	if !p.EPP.RootCAs.AppendCertsFromPEM(roots) {
		return nil, fmt.Errorf("%s: no certificate in it", f.EPP.CA)
	}
	for _, v := range f.Verifiers {
		cert, err := tls.LoadX509KeyPair(within(dir, v.Cert), within(dir, v.Key))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("verifier %s: %w", v.ID, err)
		}
		p.Verifiers[v.ID] = EPPAccount{ID: v.ID, Password: v.Password, Certificate: cert}
	}
	return p, nil
}

// within resolves a path of the file.
func within(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}
