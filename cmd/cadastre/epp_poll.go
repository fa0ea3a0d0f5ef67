package main

import (
	"errors"

	"github.com/spf13/cobra"

	"cadastre/epp"
)

func newEppPollCmd(c *eppClient) *cobra.Command {
	var ack string
	var all bool
	cmd := &cobra.Command{
		Use: "poll", Short: "Read and acknowledge the server's messages", Args: cobra.NoArgs,
		Long: "Show the oldest message of the queue. It stays there until it is acknowledged; --all shows\n" +
			"each message and then acknowledges it, until none is left.",
		Example: `  poll
  poll --ack 12
  poll --all --json > messages.json`,
	}
	cmd.Flags().StringVar(&ack, "ack", "", "acknowledge the message with this id")
	cmd.Flags().BoolVar(&all, "all", false, "show and acknowledge all messages")
	cmd.RunE = c.run(func(cmd *cobra.Command, _ []string) error {
		switch {
		case all && ack != "":
			return errors.New("only one of --ack and --all")
		case all:
			return c.drain(cmd)
		case ack != "":
			return c.do(cmd.Context(), &epp.PollAck{MsgID: ack})
		}
		return c.do(cmd.Context(), &epp.PollRequest{})
	})
	return cmd
}

// drain shows every message and acknowledges it once it is shown, never before.
func (c *eppClient) drain(cmd *cobra.Command) error {
	for {
		reply, err := c.ask(cmd.Context(), &epp.PollRequest{})
		if err != nil {
			return err
		}
		if err := c.show(reply, nil); err != nil {
			return err
		}
		if reply.Response.Code() != epp.CodeOKAckToDequeue || reply.Response.MsgQ == nil {
			return nil
		}
		answer, err := c.ask(cmd.Context(), &epp.PollAck{MsgID: reply.Response.MsgQ.ID})
		if err != nil {
			return err
		}
		if !answer.Response.Code().Success() {
			return c.show(answer, nil)
		}
	}
}
