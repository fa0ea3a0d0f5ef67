package rst

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// The values of the inputs that are choices.
const (
	Objects    = "objects"    // name servers are host objects (RFC 5732)
	Attributes = "attributes" // name servers are attributes of domains (RFC 5731, Section 1.1)

	Minimum      = "minimum"       // domains have no contacts
	Maximum      = "maximum"       // a domain has a registrant
	PerRegistrar = "per-registrar" // as each of the two accounts declares

	DSData  = "dsData"  // RFC 5910, Section 4.1
	KeyData = "keyData" // RFC 5910, Section 4.2

	Narrow = "narrow" // glue only where a name server lies in the delegated zone
	Wide   = "wide"   // glue for every name server below the TLD

	StartDate = "start-date" // sunrise registers at once
	EndDate   = "end-date"   // sunrise takes applications
)

// Inputs is what a registry declares of one of its top-level domains, as ICANN asks
// for it. Names of files are relative to the file of the inputs.
type Inputs struct {
	HostName  string   `json:"hostName"`            // of the EPP service, as in its certificate
	Port      int      `json:"port,omitempty"`      // default 700
	Addresses []string `json:"addresses,omitempty"` // "ADDR:PORT" to use instead of what DNS says of HostName
	RootCAs   string   `json:"rootCAs,omitempty"`   // PEM file; default the system's
	Schema    string   `json:"schema"`              // file that imports every XML schema

	CLID01           Client  `json:"clid01"`
	CLID02           Client  `json:"clid02"`
	WrongCertificate KeyPair `json:"wrongCertificate"` // bound to no account
	LoginExtension   string  `json:"loginExtension,omitempty"`

	TLD        string `json:"tld"`
	HostModel  string `json:"hostModel"`
	DataModel  string `json:"registryDataModel"`
	SecDNS     string `json:"secDNSInterface"`
	GluePolicy string `json:"gluePolicy"`

	RequiredContactTypes []string `json:"requiredContactTypes,omitempty"`     // of admin, tech, billing
	SupportedElements    []string `json:"supportedContactElements,omitempty"` // of org, street, sp, pc, voice, voice:ext, fax, fax:ext
	RequiredElements     []string `json:"requiredContactElements,omitempty"`  // some of these
	PostalInfoTypes      string   `json:"supportedContactPostalInfoTypes,omitempty"`

	RegisteredNames       []string `json:"registeredNames"`                 // in TLD, sponsored by neither account
	RegisteredNameservers []string `json:"registeredNameservers,omitempty"` // below TLD
	RegisteredContacts    []string `json:"registeredContacts,omitempty"`

	ROIDSuffixes    []string `json:"roidSuffixes,omitempty"`    // registered at IANA; default ICANNRST
	TransferYears   *int     `json:"transferYears,omitempty"`   // that a transfer adds; default 1
	PatienceSeconds int      `json:"patienceSeconds,omitempty"` // for what may take a while; default 120

	IDN    *IDN    `json:"idn,omitempty"`
	Launch *Launch `json:"launch,omitempty"`
}

// KeyPair names the PEM files of a certificate and its key.
type KeyPair struct {
	Cert string `json:"cert"`
	Key  string `json:"key"`
}

// Client is an account, and its certificate.
type Client struct {
	ID       string `json:"id"`
	Password string `json:"password"`
	KeyPair
	DataModel string `json:"dataModel,omitempty"` // where that is per registrar
}

// IDN is what a registry declares of one table of internationalised names. Labels
// are U-labels.
type IDN struct {
	Only       bool     `json:"idnOnly,omitempty"`               // the TLD takes no ASCII labels
	Tag        string   `json:"tag"`                             // of the table
	Extension  string   `json:"domainCreateExtension,omitempty"` // inside <extension>; <!-- tag --> becomes the tag
	CodePoints string   `json:"eppSafeCodePoints,omitempty"`     // that make valid labels in any order, when Only
	Valid      []string `json:"allocatable"`
	Invalid    []string `json:"unallocatable"`
	Policy     string   `json:"variantPolicy,omitempty"` // allblockvar or mayallocatevar
	Variants   []Pair   `json:"variants,omitempty"`
}

// Pair is a label and a variant of it.
type Pair struct {
	Label   string `json:"label"`
	Variant string `json:"variant"`
}

// Launch is what is declared of the launch phases, and ICANN's test data of the
// trademark clearinghouse, as files.
type Launch struct {
	SunriseModel string `json:"sunriseModel"`
	SunriseTLD   string `json:"sunriseTLD"`
	ClaimsTLD    string `json:"claimsTLD"`
	DNL          string `json:"dnl"` // list of labels and lookup keys (RFC 9361, Section 6.1)

	SMD            []string `json:"smd"`            // valid
	InvalidSMD     []string `json:"invalidSMD"`     // signature or validity broken
	RevokedSMD     []string `json:"revokedSMD"`     // on the revocation list
	RevokedCertSMD []string `json:"revokedCertSMD"` // signed by a certificate on the CRL
}

// ReadInputs reads inputs as JSON. Names of files become relative to dir.
func ReadInputs(r io.Reader, dir string) (Inputs, error) {
	var in Inputs
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	if err := d.Decode(&in); err != nil {
		return in, fmt.Errorf("inputs: %w", err)
	}
	files := []*string{
		&in.RootCAs, &in.Schema, &in.CLID01.Cert, &in.CLID01.Key, &in.CLID02.Cert, &in.CLID02.Key,
		&in.WrongCertificate.Cert, &in.WrongCertificate.Key,
	}
	if l := in.Launch; l != nil {
		files = append(files, &l.DNL)
		for _, list := range [][]string{l.SMD, l.InvalidSMD, l.RevokedSMD, l.RevokedCertSMD} {
			for i := range list {
				files = append(files, &list[i])
			}
		}
	}
	for _, f := range files {
		if *f != "" && !filepath.IsAbs(*f) {
			*f = filepath.Join(dir, *f)
		}
	}
	return in, nil
}

// check refuses inputs that the cases could not be run with.
func (in *Inputs) check() error {
	for _, c := range []struct {
		name, value string
		of          []string
	}{
		{"hostModel", in.HostModel, []string{Objects, Attributes}},
		{"registryDataModel", in.DataModel, []string{Minimum, Maximum, PerRegistrar}},
		{"secDNSInterface", in.SecDNS, []string{DSData, KeyData}},
		{"gluePolicy", in.GluePolicy, []string{Narrow, Wide}},
		{"supportedContactPostalInfoTypes", in.PostalInfoTypes, []string{"", "int", "loc", "both"}},
	} {
		if !slices.Contains(c.of, c.value) {
			return fmt.Errorf("inputs: %s %q: one of %s", c.name, c.value, strings.Join(c.of, ", "))
		}
	}
	for name, missing := range map[string]bool{
		"hostName": in.HostName == "", "schema": in.Schema == "", "tld": in.TLD == "",
		"clid01": in.CLID01.ID == "", "clid02": in.CLID02.ID == "", "wrongCertificate": in.WrongCertificate.Cert == "",
		"registeredNames":       len(in.RegisteredNames) == 0,
		"registeredNameservers": in.HostModel == Objects && len(in.RegisteredNameservers) == 0,
		"registeredContacts":    in.DataModel != Minimum && len(in.RegisteredContacts) < 2,
	} {
		if missing {
			return fmt.Errorf("inputs: %s is missing", name)
		}
	}
	if in.DataModel == PerRegistrar && in.CLID01.DataModel == in.CLID02.DataModel {
		return fmt.Errorf("inputs: one of the two accounts must have the data model minimum, the other maximum")
	}
	return nil
}

func (in *Inputs) supports(element string) bool {
	return slices.Contains(in.SupportedElements, element) || slices.Contains(in.RequiredElements, element)
}

func (in *Inputs) patience() time.Duration {
	if in.PatienceSeconds > 0 {
		return time.Duration(in.PatienceSeconds) * time.Second
	}
	return 2 * time.Minute
}

// model is the data model that holds for a client.
func (in *Inputs) model(c *Client) string {
	if in.DataModel == PerRegistrar {
		return c.DataModel
	}
	return in.DataModel
}
