package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// decide is a verifier's word on an application, over HTTPS.
func (w *chaosWorker) decide() bool {
	id := w.chaos.someHeld(w.rng)
	if id == "" {
		return w.apply()
	}
	e := chaosEntry{kind: "decide", application: id, approve: w.rng.IntN(10) < 7}
	word := map[bool]string{true: "approve", false: "deny"}[e.approve]
	body := fmt.Sprintf(`{"decision": %q, "reason": "as the dice fell"}`, word)
	for _, p := range chaosPolicies[1:] { // one of the two boards has it before it
		var status int
		if status, e.status = w.post("/api/v1/applications/"+id+"/decision", p.id, body); status == 429 {
			return false
		}
		if e.code = status; status != http.StatusForbidden {
			break
		}
	}
	switch e.code {
	case 0, 200, 409, 500, 503:
	case http.StatusForbidden: // under the rules alone: it waits for the target registry
	default:
		w.chaos.fault("decision on %s: status %d %s", id, e.code, e.status)
	}
	w.chaos.add(e)
	return e.code == 200 || e.code == 409
}

// post gives the HTTP status, 0 when there was none, and the application's.
func (w *chaosWorker) post(path, verifier, body string) (int, string) {
	req, err := http.NewRequest(http.MethodPost, w.url+path, bytes.NewReader([]byte(body)))
	if err != nil {
		return 0, err.Error()
	}
	req.Header.Set("Authorization", "Bearer "+w.tokens[verifier])
	req.Header.Set("Content-Type", "application/json")
	resp, err := w.client.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, err.Error()
	}
	var application struct{ Status string }
	if resp.StatusCode != http.StatusOK || json.Unmarshal(answer, &application) != nil {
		return resp.StatusCode, string(answer)
	}
	return resp.StatusCode, application.Status
}
