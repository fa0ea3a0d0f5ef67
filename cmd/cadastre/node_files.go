package main

import (
	"encoding/base64"
	"fmt"

	"cadastre/dnsout"
	"cadastre/internal/config"
	"cadastre/internal/mail"
	"cadastre/whitelist/gate"
)

// readFiles reads what a configuration names: the keys of queries, the other
// registries, the mail server's password.
func (cfg *nodeConfig) readFiles() (err error) {
	if path := cfg.DNS.TSIGKeysFile; path != "" {
		keys, err := config.LoadTSIGKeys(path)
		if err != nil {
			return err
		}
		for _, k := range keys {
			key, err := tsigKey(k.Name, k.Algorithm, k.Secret)
			if err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			cfg.TSIG = append(cfg.TSIG, key)
		}
	}
	if path := cfg.Preapproval.WhitelistFile; path != "" {
		if _, err := config.ReadPrivate(path); err != nil {
			return err
		}
		peers, err := gate.ReadPeers(path)
		if err != nil {
			return err
		}
		cfg.Peers = peers.Whitelist
	}
	cfg.Transport, err = mailTransport(cfg.Mail)
	return err
}

func tsigKey(name, algorithm, secret string) (dnsout.Key, error) {
	octets, err := base64.StdEncoding.DecodeString(secret)
	if err != nil {
		return dnsout.Key{}, fmt.Errorf("key %s: the secret is not base64", name)
	}
	return dnsout.Key{Name: name, Algorithm: algorithm, Secret: octets}, nil
}

// mailTransport is nil when no mail is sent.
func mailTransport(cfg config.Mail) (mail.Transport, error) {
	switch {
	case cfg.Directory != "":
		return mail.NewDirectory(cfg.Directory, cfg.From)
	case cfg.SMTPAddr == "":
		return nil, nil
	}
	smtp := mail.SMTPConfig{Addr: cfg.SMTPAddr, From: cfg.From, Username: cfg.Username, TLS: mail.TLS(cfg.TLS)}
	if cfg.PasswordFile != "" {
		password, err := config.ReadSecret(cfg.PasswordFile)
		if err != nil {
			return nil, fmt.Errorf("mail.password_file: %w", err)
		}
		smtp.Password = password
	}
	return mail.NewSMTP(smtp)
}
