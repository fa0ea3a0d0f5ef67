package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/chzyer/readline"
)

// interact is the shell on a terminal.
func (s *shell) interact(ctx context.Context) error {
	a := s.client.app
	words := &completer{shell: s}
	history := openHistory()
	rl, err := readline.NewEx(&readline.Config{
		AutoComplete:           words,
		DisableAutoSaveHistory: true,
		HistoryLimit:           maxHistory,
		Stdin:                  readline.NewCancelableStdin(os.Stdin),
		Stdout:                 a.stdout,
		Stderr:                 a.stderr,
	})
	if err != nil {
		return err
	}
	defer func() { _ = rl.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = rl.Close() })
	defer stop()
	for _, line := range history.lines {
		_ = rl.SaveHistory(line) // in memory only
		words.learn(line)
	}
	fmt.Fprintf(a.stdout, "Logged in as %s. 'help' lists the commands, Tab completes, 'exit' logs out.\n", s.client.session.name)
	for {
		line, err := s.readLine(ctx, rl)
		switch {
		case errors.Is(err, readline.ErrInterrupt) && line != "":
			continue
		case errors.Is(err, readline.ErrInterrupt), errors.Is(err, io.EOF):
			return ctx.Err()
		case err != nil:
			return err
		}
		_ = rl.SaveHistory(line)
		history.add(line)
		words.learn(line)
		err = s.line(ctx, line)
		switch {
		case errors.Is(err, errLeave):
			return nil
		case err != nil && !errors.Is(err, errRefused):
			fmt.Fprintln(a.stderr, err)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// readLine reads a line while it keeps the session open.
func (s *shell) readLine(ctx context.Context, rl *readline.Instance) (string, error) {
	prompt := s.client.session.name + "> "
	if s.client.session.conn == nil {
		prompt = "(disconnected) " + prompt
	}
	rl.SetPrompt(prompt)
	if conn := s.client.session.conn; conn != nil {
		ctx, stop := context.WithCancel(ctx)
		var waiting sync.WaitGroup
		waiting.Go(func() { keepOpen(ctx, conn, keepAlive) })
		defer waiting.Wait()
		defer stop()
	}
	return rl.Readline()
}
