package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"cadastre/epp"
	"cadastre/epp/client"
)

// maxSendFile bounds a frame read from a file: far above what a server takes, so that its
// refusal can be tried too.
const maxSendFile = 16 << 20

func newEppHelloCmd(c *eppClient) *cobra.Command {
	return &cobra.Command{
		Use: "hello", Short: "Show the server's greeting", Args: cobra.NoArgs,
		Long:    "Ask for the greeting and show it. This needs no account.",
		Example: "  hello\n  hello --xml",
		RunE: c.run(func(cmd *cobra.Command, _ []string) error {
			if err := c.session.connect(cmd.Context()); err != nil {
				return err
			}
			frame, err := c.session.conn.Hello(cmd.Context())
			if err != nil {
				c.session.lost()
				return err
			}
			return c.showGreeting(frame)
		}),
	}
}

func newEppLoginCmd(c *eppClient) *cobra.Command {
	return &cobra.Command{
		Use: "login", Short: "Try the account, or change its password", Args: cobra.NoArgs,
		Long: "Log in, show the answer, and log out.",
		Example: `  login --as registrar-a
  login --addr epp.nic.example:700 --user reg-1 --password-file old.txt --new-password-file new.txt`,
		RunE: c.run(func(cmd *cobra.Command, _ []string) error {
			reply, err := c.session.open(cmd.Context())
			var refused *client.ResultError
			if err != nil && !errors.As(err, &refused) {
				return err
			}
			return c.show(reply, nil)
		}),
	}
}

func newEppSendCmd(c *eppClient) *cobra.Command {
	var noLogin bool
	cmd := &cobra.Command{
		Use: "send FILE...", Short: "Send frames as they are", Args: cobra.MinimumNArgs(1),
		Long: "Send the XML of each file as one frame, unchanged, and print each answer as it came;\n" +
			"'-' is standard input. The session is logged in first, unless --no-login.",
		Example: `  send domain-create.xml
  send - < frame.xml
  send --no-login login.xml check.xml logout.xml`,
	}
	cmd.Flags().BoolVar(&noLogin, "no-login", false, "send to a fresh connection: the files bring their own login, or ought to be refused")
	cmd.RunE = c.run(func(cmd *cobra.Command, args []string) error {
		var worst error
		for _, file := range args {
			instance, err := c.readFrameFile(file)
			if err != nil {
				return err
			}
			if err := c.sendRaw(cmd.Context(), instance, noLogin); errors.Is(err, errRefused) {
				worst = err
			} else if err != nil {
				return err
			}
		}
		return worst
	})
	return cmd
}

func (c *eppClient) readFrameFile(file string) ([]byte, error) {
	if file != "-" {
		return readCapped(file, maxSendFile)
	}
	if c.session.keep {
		return nil, errors.New("in a shell, '-' has no meaning: standard input holds the commands")
	}
	instance, err := io.ReadAll(io.LimitReader(c.app.stdin, maxSendFile+1))
	if err == nil && len(instance) > maxSendFile {
		err = fmt.Errorf("standard input: larger than %d octets", maxSendFile)
	}
	return instance, err
}

// sendRaw sends one frame and prints the answer.
func (c *eppClient) sendRaw(ctx context.Context, instance []byte, noLogin bool) error {
	var err error
	if noLogin {
		err = c.session.connect(ctx)
	} else {
		err = c.ready(ctx)
	}
	if err != nil {
		return err
	}
	answer, err := c.session.conn.Raw(ctx, instance)
	if err != nil {
		c.session.lost()
		return err
	}
	resp, err := epp.DecodeResponse(answer)
	if err != nil {
		if _, notGreeting := epp.DecodeGreeting(answer); notGreeting == nil {
			return c.showGreeting(answer) // the answer to a hello
		}
		c.printXML(answer)
		return fmt.Errorf("the answer is not a response: %w", err)
	}
	if resp.Code().Closing() {
		c.session.lost()
	}
	if !c.format.json {
		c.printXML(answer)
		return statusOf(resp)
	}
	return c.show(&client.Reply{Response: resp, Frame: answer}, nil)
}
