// Package clockhttp asks a sandbox for its business clock, and moves it, over HTTP.
package clockhttp

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// Path is where a sandbox's administrative address has the clock.
const Path = "/sandbox/clock"

// Remote is the business clock of a sandbox.
type Remote struct {
	URL   string // of the administrative address
	Token string // the operator's
}

// Ask sends an operation and its argument, either of which may be missing, and gives the
// instant that the clock shows once everything that fell due by then is done: a line in
// RFC 3339. An error of the sandbox is its text.
func (r Remote) Ask(ctx context.Context, args ...string) (line string, err error) {
	form := url.Values{}
	for i, key := range []string{"op", "arg"} {
		if i < len(args) {
			form.Set(key, args[i])
		}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.URL+Path, strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Authorization", "Bearer "+r.Token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<16))
	if err != nil {
		return "", err
	}
	if resp.StatusCode != http.StatusOK {
		return "", errors.New(strings.TrimSpace(string(body)))
	}
	return string(body), nil
}
