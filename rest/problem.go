package rest

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"cadastre/registry"
)

// statusOf is the one switch from the registry's kinds of error to status codes
// (RFC 9110, Section 15).
func statusOf(k registry.Kind) int {
	switch k {
	case registry.KindSyntax:
		return http.StatusBadRequest
	case registry.KindMissing, registry.KindRange, registry.KindValue, registry.KindParamPolicy, registry.KindDataPolicy:
		return http.StatusUnprocessableEntity
	case registry.KindUse, registry.KindExists, registry.KindStatus, registry.KindAssociation, registry.KindNotRenewable:
		return http.StatusConflict
	case registry.KindUnimplemented, registry.KindOption, registry.KindExtension, registry.KindService:
		return http.StatusNotImplemented
	case registry.KindBilling:
		return http.StatusPaymentRequired
	case registry.KindAuthentication, registry.KindAuthClosing:
		return http.StatusUnauthorized
	case registry.KindAuthorization, registry.KindAuthInfo:
		return http.StatusForbidden
	case registry.KindNotFound:
		return http.StatusNotFound
	case registry.KindSessionLimit:
		return http.StatusTooManyRequests
	case registry.KindUnavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// Problem says why a request failed (RFC 9457). Its type is always about:blank: status
// and errors tell.
type Problem struct {
	Title       string         `json:"title" doc:"The status code in words."`
	Status      int            `json:"status" doc:"The status code."`
	Detail      string         `json:"detail,omitempty" doc:"A sentence a person can act on."`
	Errors      []ProblemField `json:"errors,omitempty" doc:"What is wrong, field by field."`
	Transaction string         `json:"transaction" doc:"The registry's reference of this request."`

	header http.Header
}

// ProblemField is one field's part in a Problem.
type ProblemField struct {
	Field  string `json:"field" doc:"The offending field or parameter, such as registrant.id."`
	Value  string `json:"value,omitempty" doc:"What was sent; never a secret."`
	Reason string `json:"reason"`
}

// problemType is the media type of a Problem.
const problemType = "application/problem+json"

func newProblem(status int, detail string) *Problem {
	return &Problem{Title: http.StatusText(status), Status: status, Detail: detail}
}

// with adds a header to the answer.
func (p *Problem) with(name, value string) *Problem {
	if p.header == nil {
		p.header = http.Header{}
	}
	p.header.Set(name, value)
	return p
}

// Error implements error.
func (p *Problem) Error() string { return p.Detail }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders implements huma.HeadersError.
func (p *Problem) GetHeaders() http.Header { return p.header }

// ContentType implements huma.ContentTypeFilter.
func (p *Problem) ContentType(string) string { return problemType }

// write answers with the problem.
func (p *Problem) write(w http.ResponseWriter) {
	body, err := json.Marshal(p)
	if err != nil {
		panic(err) // strings and numbers only
	}
	for name, values := range p.header {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", problemType)
	w.WriteHeader(p.Status)
	w.Write(append(body, '\n')) //nolint:errcheck // the client is gone
}

// retryLater is how many seconds a client shall wait after the registry could not do
// something.
const retryLater = "5"

// failure is the answer to a request for which the desk returned err. If err is not the
// registry's own it is an internal fault: the client is told the transaction id and
// nothing else, and fault is what belongs in the log.
func failure(err error, transaction string) (p *Problem, fault error) {
	var e *registry.Error
	switch {
	case errors.As(err, &e):
		p = newProblem(statusOf(e.Kind), e.Reason)
		if p.Status == http.StatusInternalServerError {
			break // a kind that is not known here
		}
		if e.Field != "" {
			p.Errors = []ProblemField{{Field: fieldOf(e.Field), Value: valueOf(e), Reason: e.Reason}}
		}
		if p.Status == http.StatusServiceUnavailable {
			return p.with("Retry-After", retryLater), err // the client may know why, and so must the operator
		}
		return p, nil
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		p = newProblem(http.StatusServiceUnavailable, "This took too long and was undone; the registry's reference is "+transaction+".")
		return p.with("Retry-After", retryLater), err
	}
	return newProblem(http.StatusInternalServerError, "The registry failed; its reference is "+transaction+"."), err
}

// fieldOf turns a field in EPP's notation ("preapproval:registrant") into the name it has
// here.
func fieldOf(field string) string {
	switch field {
	case "domain:name", "preapproval:target":
		return "domain"
	case "preapproval:registrant":
		return "registrant.id"
	case "preapproval:credential":
		return "registrant.credential"
	case "preapproval:registrar":
		return "registrar.id"
	case "mail":
		return "registrant.email"
	}
	return field[strings.LastIndexByte(field, ':')+1:]
}

// valueOf is what was sent, unless it is a secret.
func valueOf(e *registry.Error) string {
	for _, secret := range []string{"credential", "pw", "password", "token"} {
		if strings.Contains(strings.ToLower(e.Field), secret) {
			return ""
		}
	}
	return e.Value
}
