package rst

import (
	"crypto/tls"
	"crypto/x509"
	"strings"
	"testing"
	"time"
)

// TestLiesAreFound runs the cases against servers that accept, refuse or show
// everything wrongly: each case must find what it is there for.
func TestLiesAreFound(t *testing.T) {
	needSchemas(t)
	t.Run("accepts everything", func(t *testing.T) {
		found := findings(t, lies(), func(in *Inputs) {
			l := writeClearinghouse(t, t.TempDir())
			l.SunriseModel, l.SunriseTLD, l.ClaimsTLD = EndDate, in.TLD, in.TLD
			in.Launch = &l
			in.IDN = &IDN{Valid: []string{"é"}, Invalid: []string{"aπ"}, Policy: "allblockvar", Variants: []Pair{{"é", "è"}}}
		})
		missing(t, found, `
			epp-01 EPP_TLS_FORBIDDEN_PROTOCOL_SUPPORTED
			epp-02 EPP_GREETING_SVID_INVALID EPP_GREETING_SVDATE_INVALID EPP_GREETING_VERSION_INVALID EPP_GREETING_INVALID_LANG
			epp-02 EPP_GREETING_MISSING_EN_LANG EPP_GREETING_UNEXPECTED_OBJURI EPP_GREETING_MISSING_OBJURI EPP_SCHEMA_VALIDATION_ERROR
			epp-02 EPP_GREETING_UNEXPECTED_EXTURI EPP_GREETING_MISSING_EXTURI EPP_GREETING_RECOMMENDED_EXTENSION_MISSING
			epp-03 EPP_LOGIN_UNEXPECTEDLY_SUCCEEDED
			epp-04 EPP_DOMAIN_CHECK_INVALID_DOMAIN_INCORRECT_AVAIL EPP_DOMAIN_CHECK_REGISTERED_DOMAIN_INCORRECT_AVAIL EPP_DOMAIN_CHECK_VALID_DOMAIN_INCORRECT_AVAIL
			epp-05 EPP_HOST_CHECK_INVALID_HOST_INCORRECT_AVAIL EPP_HOST_CHECK_REGISTERED_HOST_INCORRECT_AVAIL EPP_HOST_CHECK_VALID_HOST_INCORRECT_AVAIL
			epp-06 EPP_CONTACT_CHECK_INVALID_CONTACT_ID_INCORRECT_AVAIL EPP_CONTACT_CHECK_REGISTERED_CONTACT_ID_INCORRECT_AVAIL EPP_CONTACT_CHECK_VALID_CONTACT_ID_INCORRECT_AVAIL
			epp-07 EPP_CONTACT_CREATE_SERVER_ACCEPTS_+INVALID_ID,INVALID_POSTALINFO_TYPE,EMPTY_NAME,EMPTY_CITY,INVALID_CITY,EMPTY_CC,INVALID_CC,EMPTY_EMAIL
			epp-07 EPP_CONTACT_CREATE_SERVER_ACCEPTS_+INVALID_EMAIL,INVALID_ORG,INVALID_STREET,INVALID_VOICE,EMPTY_VOICE,INVALID_FAX,EMPTY_FAX
			epp-07 EPP_CONTACT_CREATE_INFO_RESPONSE_MISSING_OR_INCORRECT_+ID,POSTALINFO_TYPE,NAME,ORG,STREET,CITY,SP,PC,CC,VOICE,VOICE_EXT,FAX,FAX_EXT,EMAIL
			epp-08 EPP_CONTACT_INFO_RESPONSE_NOT_REJECTED EPP_CONTACT_UPDATE_RESPONSE_NOT_REJECTED
			epp-09 EPP_CONTACT_UPDATE_SERVER_ACCEPTS_+INVALID_POSTALINFO_TYPE,EMPTY_NAME,EMPTY_CITY,INVALID_CITY,EMPTY_CC,INVALID_CC,INVALID_ORG,INVALID_STREET
			epp-09 EPP_CONTACT_UPDATE_SERVER_ACCEPTS_+INVALID_SP,INVALID_PC,INVALID_VOICE,INVALID_FAX,INVALID_EMAIL,INVALID_STATUS_CODE
			epp-09 EPP_CONTACT_UPDATE_INFO_RESPONSE_MISSING_OR_INCORRECT_+STATUS,CITY,CC,VOICE EPP_UNEXPECTED_COMMAND_SUCCESS
			epp-10 EPP_CONTACT_DELETE_OBJECT_STILL_EXISTS
			epp-11 EPP_HOST_CREATE_SERVER_ACCEPTS_INVALID_+HOSTNAME,IPV4_ADDRESS,IPv6_ADDRESS EPP_UNEXPECTED_COMMAND_SUCCESS
			epp-11 EPP_HOST_CREATE_INFO_RESPONSE_MISSING_OBJECT_PROPERTIES
			epp-12 EPP_HOST_UPDATE_AUTHZ_ERROR
			epp-13 EPP_HOST_UPDATE_SERVER_ACCEPTS_INVALID_+IPV4_ADDRESS,IPv6_ADDRESS,STATUS_CODE EPP_UNEXPECTED_COMMAND_SUCCESS
			epp-13 EPP_HOST_UPDATE_INFO_RESPONSE_MISSING_OBJECT_PROPERTIES
			epp-14 EPP_DOMAIN_CREATE_SERVER_ACCEPTS_+INVALID_DOMAIN_NAME,INVALID_PERIOD,MISSING_REGISTRANT,NON_EXISTENT_REGISTRANT,NO_REGISTRANT_FOR_THICK_REGISTRY
			epp-14 EPP_DOMAIN_CREATE_SERVER_ACCEPTS_+NON_EXISTENT_HOST_OBJECT,INVALID_HOST_OBJECT,INVALID_DNSSEC_DATA
			epp-14 EPP_DOMAIN_CREATE_SERVER_INCORRECTLY_ACCEPTS_HOST_ATTRIBUTES
			epp-14 EPP_DOMAIN_CREATE_INFO_RESPONSE_INVALID_ROID EPP_DOMAIN_CREATE_INFO_RESPONSE_MISSING_OBJECT_PROPERTIES
			epp-15 EPP_INTEGRITY_SERVER_ACCEPTS_DELETE_FOR_LINKED_+CONTACT_OBJECT,HOST_OBJECT
			epp-16 EPP_DOMAIN_UPDATE_SERVER_ACCEPTS_+INVALID_STATUS_CODE,NON_EXISTENT_HOST_OBJECT,NON_EXISTENT_CONTACT_OBJECT,INVALID_DNSSEC_DATA
			epp-16 EPP_DOMAIN_UPDATE_SERVER_INCORRECTLY_ACCEPTS_HOST_ATTRIBUTES EPP_UNEXPECTED_COMMAND_SUCCESS
			epp-16 EPP_DOMAIN_UPDATE_INFO_RESPONSE_+UNEXPECTED_STATUS_CODE,MISSING_STATUS_CODE,UNEXPECTED_HOST_OBJECT,MISSING_HOST_OBJECT
			epp-16 EPP_DOMAIN_UPDATE_INFO_RESPONSE_+UNEXPECTED_REGISTRANT,UNEXPECTED_DNSSEC_DATA,MISSING_DNSSEC_DATA
			epp-18 EPP_RENEW_SERVER_ACCEPTS_INVALID_+PERIOD,CURRENT_EXPIRY_DATE
			epp-18 EPP_RENEW_INFO_RESPONSE_+UNEXPECTED_EXPIRY_DATE,MISSING_OR_INVALID_RGP_STATUS
			epp-19 EPP_TRANSFER_SERVER_ACCEPTS_+INCORRECT_AUTHINFO,INVALID_PERIOD,INSECURE_AUTHINFO EPP_TRANSFER_NOT_PROCESSED
			epp-20 EPP_TRANSFER_SERVER_PROCESSED_REJECTED_TRANSFER EPP_TRANSFER_INFO_RESPONSE_MISSING_OR_INVALID_STATUS_CODE
			epp-21 EPP_DOMAIN_DELETE_INFO_RESPONSE_OBJECT_STILL_EXISTS
			epp-23 EPP_HOST_RENAME_SERVER_+ACCEPTS_INVALID_HOSTNAME,ACCEPTS_RENAME_TO_NONEXISTENT_DOMAIN,ACCEPTS_RENAME_TO_ANOTHER_REGISTRARS_DOMAIN,INCORRECTLY_ACCEPTS_RENAME
			epp-24 EPP_HOST_DELETE_INFO_RESPONSE_OBJECT_STILL_EXISTS
			epp-25 EPP_UNEXPECTED_HOST_CREATE_SUCCESS EPP_HOST_CREATE_INCORRECT_CLID
			epp-26 EPP_SERVER_ACCEPTS_INTERNAL_HOST_WITH_GLUE
			epp-27 EPP_SERVER_ALLOWS_DELEGATION_TO_GLUELESS_HOST
			idn-01 IDN_SERVER_ACCEPTS_INVALID_LABEL IDN_VARIANT_LABEL_NOT_BLOCKED
			minimumRPMs-01 RPMS_INVALID_CLAIMS_KEY RPMS_UNEXPECTED_CLAIMS_KEY
			minimumRPMs-02 RPMS_SUNRISE_CREATE_UNEXPECTED_SUCCESS_USING_+INVALID_SMD,REVOKED_SMD,SMD_WITH_REVOKED_SIGNATURE,INCORRECT_SMD
			minimumRPMs-02 RPMS_SUNRISE_CREATE_INFO_OBJECT_IS_HAS_MISSING_OR_INVALID_PROPERTIES
			minimumRPMs-03 RPMS_TRADEMARK_CREATE_UNEXPECTED_SUCCESS_USING_+INVALID_CLAIM_KEY,EXPIRED_CLAIM_KEY,INVALID_ACCEPTANCE_DATE
			minimumRPMs-03 RPMS_TRADEMARK_CREATE_INFO_OBJECT_IS_HAS_MISSING_OR_INVALID_PROPERTIES`)
	})
	t.Run("accepts everything, attributes and thin", func(t *testing.T) {
		found := findings(t, lies(), func(in *Inputs) {
			in.HostModel, in.DataModel = Attributes, Minimum
			in.IDN = &IDN{Only: true, CodePoints: "éèêë", Policy: "mayallocatevar", Variants: []Pair{{"é", "è"}}}
		})
		missing(t, found, `
			idn-01 IDN_VARIANT_SERVER_ACCEPTS_VARIANT_CREATE_FROM_INCORRECT_REGISTRAR
			idn-02 IDN_IDNONLY_TLD_ACCEPTS_ASCII_DOMAIN
			epp-14 EPP_DOMAIN_CREATE_SERVER_ACCEPTS_+REGISTRANT_FOR_THIN_REGISTRY,HOST_ATTRIBUTES_WITHOUT_GLUE,HOST_ATTRIBUTES_WITH_INVALID_GLUE
			epp-14 EPP_DOMAIN_CREATE_SERVER_INCORRECTLY_ACCEPTS_HOST_OBJECTS
			epp-16 EPP_DOMAIN_UPDATE_SERVER_ACCEPTS_+HOST_ATTRIBUTES_WITHOUT_GLUE,INVALID_HOST_ATTRIBUTES
			epp-16 EPP_DOMAIN_UPDATE_SERVER_INCORRECTLY_ACCEPTS_HOST_OBJECTS
			epp-16 EPP_DOMAIN_UPDATE_INFO_RESPONSE_+UNEXPECTED_HOST_ATTRIBUTE,MISSING_HOST_ATTRIBUTE`)
	})
	t.Run("refuses everything", func(t *testing.T) {
		missing(t, findings(t, refuses("2306"), func(*Inputs) {}), `
			epp-04 EPP_DOMAIN_CHECK_VALID_DOMAIN_INCORRECT_AVAIL
			epp-07 EPP_UNEXPECTED_COMMAND_FAILURE
			epp-09 EPP_UNEXPECTED_COMMAND_FAILURE
			epp-16 EPP_UNEXPECTED_COMMAND_FAILURE`)
	})
	t.Run("always fails", func(t *testing.T) {
		missing(t, findings(t, refuses("2400"), func(*Inputs) {}), `
			epp-04 EPP_GENERIC_COMMAND_ERROR
			epp-07 EPP_GENERIC_COMMAND_ERROR`)
	})
	t.Run("is not XML", func(t *testing.T) {
		l := lies()
		l.answer = func(string) string { return "<epp" }
		missing(t, findings(t, l, func(*Inputs) {}), `epp-03 EPP_XML_PARSE_ERROR`)
	})
}

// refuses answers every command but the login with a code.
func refuses(code string) liar {
	l := lies()
	l.answer = func(command string) string {
		if strings.Contains(command, "<login>") {
			return response("1000", "")
		}
		return response(code, "")
	}
	return l
}

// findings runs the cases and returns the findings as "CASE CODE".
func findings(t *testing.T, l liar, change func(*Inputs)) map[string]bool {
	t.Helper()
	in := liarInputs(t, l)
	in.GluePolicy = Wide
	change(&in)
	report, err := Run(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if report.Passed() {
		t.Error("the run passes")
	}
	found := map[string]bool{}
	for _, f := range report.Findings {
		found[f.Case+" "+f.Code] = true
	}
	return found
}

// missing tells which of the wanted findings are not there. A line is a case and its
// codes; PREFIX+A,B stands for two.
func missing(t *testing.T, found map[string]bool, wanted string) {
	t.Helper()
	for line := range strings.Lines(wanted) {
		fields := strings.Fields(line)
		for _, field := range fields[min(1, len(fields)):] {
			prefix, endings, _ := strings.Cut(field, "+")
			for ending := range strings.SplitSeq(endings, ",") {
				if key := fields[0] + " " + prefix + ending; !found[key] {
					t.Errorf("%s is not found", key)
				}
			}
		}
	}
}

// TestCertificatesAreJudged shows a server's certificate in every wrong way.
func TestCertificatesAreJudged(t *testing.T) {
	dir := t.TempDir()
	root := certify(t, dir, "root", nil, nil)
	between := certify(t, dir, "between", &root, nil)
	b := box{dir: dir}
	b.info.EPP.CA = "root.pem"
	b.info.Registrars = make([]struct{ ID, Password, Cert, Key string }, 2)
	in := b.common()
	in.CLID01.KeyPair = KeyPair{}
	for code, cert := range map[string]tls.Certificate{
		"":                                      certify(t, dir, "good", &root, nil),
		"EPP_TLS_EXPIRED_CERTIFICATE":           certify(t, dir, "old", &root, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }),
		"EPP_TLS_CERTIFICATE_HOSTNAME_MISMATCH": certify(t, dir, "other", &root, func(c *x509.Certificate) { c.DNSNames = []string{"other.example"} }),
		"EPP_TLS_UNTRUSTED_CERTIFICATE":         certify(t, dir, "self", nil, nil),
		"EPP_TLS_CERTIFICATE_CHAIN_MISSING":     certify(t, dir, "leaf", &between, func(c *x509.Certificate) { c.IsCA = false }),
	} {
		address := lies().serve(t, &tls.Config{Certificates: []tls.Certificate{cert}})
		in.Addresses = []string{address}
		r := b.run(t, &in, nil)
		if err := epp01(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		got := map[string]bool{}
		for _, f := range r.report.Findings {
			got[f.Code] = true
		}
		if code != "" && !got[code] || code == "" && len(got) != 1 { // no IPv6, which is a warning
			t.Errorf("want %q, found %v", code, r.report.Findings)
		}
	}
}
