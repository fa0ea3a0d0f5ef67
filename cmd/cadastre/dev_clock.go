package main

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"cadastre/internal/clock"
	"cadastre/internal/clock/clockhttp"
)

// clockFile keeps how far a sandbox's business clock is from the real one.
const clockFile = "clock.json"

type clockState struct {
	OffsetSeconds float64 `json:"offset_seconds"`
}

// readClock reads the business clock of a sandbox's directory.
func readClock(dir string) (*clock.Offset, error) {
	var st clockState
	data, err := os.ReadFile(filepath.Join(dir, clockFile))
	if errors.Is(err, fs.ErrNotExist) {
		return clock.NewOffset(0), nil
	}
	if err == nil {
		err = json.Unmarshal(data, &st)
	}
	return clock.NewOffset(time.Duration(st.OffsetSeconds * float64(time.Second))), err
}

func writeClock(dir string, c *clock.Offset) error {
	data, err := json.Marshal(clockState{c.Offset().Seconds()})
	if err != nil {
		return err
	}
	return writeSecret(filepath.Join(dir, clockFile), append(data, '\n'))
}

// openDevClock returns the clock a sandbox goes on with, or one set to start.
func openDevClock(dir, start string) (*clock.Offset, error) {
	c, err := readClock(dir)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", clockFile, err)
	}
	if start == "" {
		return c, nil
	}
	at, err := time.Parse(time.RFC3339, start)
	if err != nil {
		return nil, fmt.Errorf("--start-time: %q is not an RFC 3339 time", start)
	}
	if err := checkClock(at); err != nil {
		return nil, fmt.Errorf("--start-time: %w", err)
	}
	c.Set(at)
	return c, writeClock(dir, c)
}

// The business clock stays between these years: an offset to the real clock is
// counted in nanoseconds, which reach 292 years.
const (
	clockFirstYear = 1970
	clockLastYear  = 2300
)

// checkClock refuses an instant the business clock cannot show.
func checkClock(at time.Time) error {
	if y := at.UTC().Year(); y < clockFirstYear || y > clockLastYear {
		return fmt.Errorf("%s: the clock goes from the year %d to %d", at.Format(time.RFC3339), clockFirstYear, clockLastYear)
	}
	return nil
}

// clockHandler moves the clock and answers when everything that fell due has
// been carried out and published.
func clockHandler(n *node, s sandbox) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.operatorAsks(r) {
			http.Error(w, "the operator's token is needed", http.StatusUnauthorized)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, 1<<10)
		if err := moveClock(s.clock, r.FormValue("op"), r.FormValue("arg")); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if r.FormValue("op") != "" {
			if err := settle(r.Context(), n, s); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
		}
		fmt.Fprintln(w, s.clock.Now().Format(time.RFC3339Nano))
	})
}

// operatorAsks says whether a request carries the operator's token.
func (s sandbox) operatorAsks(r *http.Request) bool {
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	return subtle.ConstantTimeCompare([]byte(token), []byte(s.cast.OperatorToken)) == 1
}

func moveClock(c *clock.Offset, op, arg string) error {
	switch op {
	case "":
		return nil
	case "set":
		at, err := time.Parse(time.RFC3339, arg)
		if err != nil {
			return fmt.Errorf("%q is not an RFC 3339 time", arg)
		}
		if err := checkClock(at); err != nil {
			return err
		}
		c.Set(at)
	case "advance":
		d, err := parseDuration(arg)
		if err != nil {
			return err
		}
		if err := checkClock(c.Now().Add(d)); err != nil {
			return err
		}
		c.Advance(d)
	case "resume":
		c.Resume()
	default:
		return fmt.Errorf("%q: the clock takes set, advance and resume", op)
	}
	return nil
}

// settle carries out and publishes what fell due.
func settle(ctx context.Context, n *node, s sandbox) error {
	if err := writeClock(s.dir, s.clock); err != nil {
		return err
	}
	n.store.ForgetZones() // what was set before the clock moved holds, be it set this very second
	if err := n.srs.SettleBy(ctx, n.srs.Now()); err != nil {
		return err
	}
	if err := n.desk.SettleBy(ctx, n.srs.Now()); err != nil {
		return err
	}
	return n.dns.WaitPublished(ctx)
}

// parseDuration reads durations like 36h, 400d or 1d12h.
func parseDuration(text string) (time.Duration, error) {
	days, rest, found := strings.Cut(text, "d")
	if !found {
		days, rest = "0", text
	}
	n, err := strconv.ParseInt(days, 10, 32)
	var d time.Duration
	if err == nil && rest != "" {
		d, err = time.ParseDuration(rest)
	}
	if err != nil || n < 0 || d < 0 || n > 100_000 { // 273 years
		return 0, fmt.Errorf("%q is not a duration like 36h, 400d or 1d12h", text)
	}
	return time.Duration(n)*24*time.Hour + d, nil
}

func newDevClockCmd(a *app) *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "clock [set RFC3339 | advance DURATION | resume]",
		Short: "Show or move a running sandbox's business clock",
		Long: "Without arguments it prints the business clock. Otherwise it moves it and returns when everything that\n" +
			"fell due has been carried out and published. Time runs on from the new instant; resume returns to real time.",
		Example: "  cadastre dev clock --dir var/dev\n  cadastre dev clock --dir var/dev advance 400d\n" +
			"  cadastre dev clock --dir var/dev set 2030-01-01T00:00:00Z",
		Args: cobra.MaximumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error { return devClock(cmd.Context(), a, dir, args) },
	}
	cmd.Flags().StringVar(&dir, "dir", "var/dev", "the sandbox's `directory`")
	return cmd
}

func devClock(ctx context.Context, a *app, dir string, args []string) error {
	info, err := readSandboxFile(dir)
	if err != nil {
		return err
	}
	line, err := clockhttp.Remote{URL: info.Admin.URL, Token: info.Operator.Token}.Ask(ctx, args...)
	if err != nil {
		return err
	}
	_, err = io.WriteString(a.stdout, line)
	return err
}
