package main

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"cadastre/registry"
)

const certLong = `A login needs a client certificate that is bound to the account: its SHA-256 fingerprint is
what counts, not who issued it. Several may be bound, so that a new one can come into use
before the old one ends. A certificate belongs to one account alone.

  cert ID add FILE             bind the first certificate of a PEM file
  cert ID list                 show those that are bound
  cert ID remove FINGERPRINT   unbind one; sessions that used it end with their next command`

func newCertCmd(a *app, k accounts) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "cert ID add FILE | list | remove FINGERPRINT",
		Short:   "Bind, list and unbind client certificates",
		Long:    certLong,
		Example: k.examples("cert ID add --dir var/dev new.pem", "cert ID list --dir var/dev"),
		Args: func(cmd *cobra.Command, args []string) error {
			for action, n := range map[string]int{"add": 3, "list": 2, "remove": 3} {
				if len(args) == n && args[1] == action {
					return nil
				}
			}
			return fmt.Errorf("say ID add FILE, ID list, or ID remove FINGERPRINT (see %s --help)", cmd.CommandPath())
		},
	}
	v := newOperatorVerb(a, cmd)
	cmd.RunE = v.run(func(ctx context.Context, op *operator, args []string) error {
		if _, err := k.find(ctx, op, args[0]); err != nil {
			return err
		}
		switch args[1] {
		case "add":
			return bindCertificate(ctx, v, op, args[0], args[2])
		case "remove":
			return unbindCertificate(ctx, v, op, args[0], args[2])
		default:
			return listCertificates(ctx, v, op, args[0])
		}
	})
	return cmd
}

// certView is a certificate as it is printed in JSON.
type certView struct {
	Fingerprint string    `json:"fingerprint"`
	Subject     string    `json:"subject"`
	NotAfter    time.Time `json:"not_after"`
	Added       time.Time `json:"added"`
}

func certViews(list []registry.Certificate) []certView {
	views := make([]certView, 0, len(list))
	for _, c := range list {
		views = append(views, certView{c.Fingerprint, c.Subject, c.NotAfter.UTC(), c.Added.UTC()})
	}
	return views
}

func bindCertificate(ctx context.Context, v *operatorVerb, op *operator, id, file string) error {
	cert, err := readCertificate(file)
	if err != nil {
		return err
	}
	c, err := op.SRS.BindCertificate(ctx, op.Actor, id, cert)
	if err != nil {
		return err
	}
	return v.did(certViews([]registry.Certificate{c})[0], "%s: certificate %s bound (%s, until %s)", id, c.Fingerprint, c.Subject, when(c.NotAfter))
}

func unbindCertificate(ctx context.Context, v *operatorVerb, op *operator, id, fingerprint string) error {
	fingerprint = strings.ToLower(strings.ReplaceAll(fingerprint, ":", ""))
	if err := op.SRS.UnbindCertificate(ctx, op.Actor, id, fingerprint); err != nil {
		return err
	}
	return v.did(struct {
		ID          string `json:"id"`
		Fingerprint string `json:"removed"`
	}{id, fingerprint}, "%s: certificate %s removed", id, fingerprint)
}

func listCertificates(ctx context.Context, v *operatorVerb, op *operator, id string) error {
	certs, err := op.Store.Certificates(ctx, id)
	if err != nil {
		return err
	}
	return v.show(certViews(certs), func() string {
		if len(certs) == 0 {
			return "No certificate is bound, so " + id + " cannot log in.\n"
		}
		return certGrid(certs)
	})
}

func certGrid(certs []registry.Certificate) string {
	var rows [][]string
	for _, c := range certs {
		rows = append(rows, []string{c.Fingerprint, c.Subject, when(c.NotAfter), when(c.Added)})
	}
	return grid([]string{"certificate", "subject", "valid until", "added"}, rows)
}

// maxCertFile bounds a file with certificates.
const maxCertFile = 256 << 10

// readCertificate reads the first certificate of a PEM file: in a chain, the
// client's own. One that has ended is refused: nobody could log in with it.
func readCertificate(file string) (*x509.Certificate, error) {
	data, err := readCapped(file, maxCertFile)
	if err != nil {
		return nil, err
	}
	bad := func(why string) (*x509.Certificate, error) {
		return nil, registry.Errorf(registry.KindValue, "certificate", file, "%s", why)
	}
	for {
		var block *pem.Block
		if block, data = pem.Decode(data); block == nil {
			return bad("the file holds no certificate in PEM form")
		}
		if block.Type != "CERTIFICATE" {
			continue // a key may come first
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return bad(err.Error())
		}
		if !time.Now().Before(cert.NotAfter) { // certificates live in real time
			return bad("it was valid until " + when(cert.NotAfter))
		}
		return cert, nil
	}
}

// checkBaseURL refuses what is no https or http URL that can be extended.
func checkBaseURL(field, text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || len(text) > maxText {
		return registry.Errorf(registry.KindValue, field, text, "not a URL such as https://rdap.registrar.example/")
	}
	return nil
}
