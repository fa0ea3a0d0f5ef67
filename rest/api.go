package rest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// prefix is where the interface is. A change that breaks clients gets another one.
const prefix = "/api/v1"

// guarded is the server's mux as huma sees it: what is registered here can be reached
// with a good token only, and with a body that was read whole.
type guarded struct{ *Server }

// HandleFunc registers a handler behind the guard.
func (g guarded) HandleFunc(pattern string, h func(http.ResponseWriter, *http.Request)) {
	g.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		ev := eventOf(r.Context())
		if p := g.admit(ev, r); p != nil {
			ev.tell(p).write(w)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, int64(g.cfg.Limits.BodySize)))
		if err != nil {
			ev.tell(bodyProblem(err)).write(w)
			return
		}
		allowLongWork(w)
		r.Body = io.NopCloser(bytes.NewReader(body))
		h(w, r)
	})
}

// ServeHTTP is part of what huma wants of a mux; requests come through Server.serve.
func (g guarded) ServeHTTP(w http.ResponseWriter, r *http.Request) { g.serve(w, r) }

// mountAPI registers the interface and its description.
func (s *Server) mountAPI() error {
	schemas := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	format := huma.Format{Marshal: marshal, Unmarshal: unmarshal}
	api := humago.New(guarded{s}, huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "Cadastre, whitelist registry", Version: "1",
				Description: "For verifiers: announce applications that came to you directly, and decide what waits for you.",
			},
			Components: &huma.Components{
				Schemas:         schemas,
				SecuritySchemes: map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer"}},
			},
			Security: []map[string][]string{{"token": {}}},
		},
		// The second one is for media types that end in +json.
		Formats:                      map[string]huma.Format{"application/json": format, "json": format},
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
		Transformers:                 []huma.Transformer{ownProblem},
	})
	problem := &huma.Response{
		Description: "Why the request failed (RFC 9457)",
		Content:     map[string]*huma.MediaType{problemType: {Schema: schemas.Schema(reflect.TypeFor[Problem](), true, "")}},
	}
	s.register(api, problem)
	delete(schemas.Map(), "ErrorModel") // the library's own, which is never sent
	delete(schemas.Map(), "ErrorDetail")
	text, err := json.MarshalIndent(api.OpenAPI(), "", " ")
	if err != nil {
		return fmt.Errorf("rest: description of the interface: %w", err)
	}
	s.mux.HandleFunc("GET "+prefix+"/openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/openapi+json")
		w.Write(text) //nolint:errcheck // the client is gone
	})
	return nil
}

// operation describes one method on one path.
type operation struct{ id, method, path, summary string }

// describe makes the library's description. Bodies are read by the guard, so the
// library neither caps nor times them.
func (o operation) describe(status int, problem *huma.Response) huma.Operation {
	return huma.Operation{
		OperationID: o.id, Method: o.method, Path: prefix + o.path, Summary: o.summary, DefaultStatus: status,
		Responses: map[string]*huma.Response{"default": problem}, MaxBodyBytes: -1, BodyReadTimeout: -1,
	}
}

// marshal writes JSON. A client that is gone is no fault of the answer.
func marshal(w io.Writer, v any) error {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	w.Write(text.Bytes()) //nolint:errcheck // see above
	return nil
}

// ownProblem turns the library's errors into a Problem: without the values, which may be
// secrets, and without the text of what is not the client's fault.
func ownProblem(ctx huma.Context, _ string, v any) (any, error) {
	model, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	ev := eventOf(ctx.Context())
	p := newProblem(model.Status, "The request is not what is described for it.")
	if model.Status >= http.StatusInternalServerError {
		ev.fault = model
		p.Detail = "The registry failed; its reference is " + ev.transaction + "."
		return ev.tell(p), nil
	}
	for _, e := range model.Errors {
		field := strings.TrimPrefix(e.Location, "body.")
		p.Errors = append(p.Errors, ProblemField{Field: strings.TrimPrefix(strings.TrimPrefix(field, "query."), "path."), Reason: e.Message})
	}
	if model.Status == http.StatusUnsupportedMediaType {
		p.Detail, p.Errors = "Send JSON, and say so: Content-Type: application/json.", nil
	} else if len(p.Errors) == 0 {
		p.Detail = model.Detail
	}
	return ev.tell(p), nil
}
