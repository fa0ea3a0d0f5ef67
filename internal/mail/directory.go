package mail

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Directory writes mails into a directory, a file each, instead of sending them.
type Directory struct{ path, from string }

// NewDirectory makes the transport, and the directory when it is missing.
func NewDirectory(path, from string) (*Directory, error) {
	if err := CheckAddress(from); err != nil {
		return nil, fmt.Errorf("mail: sender: %w", err)
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	return &Directory{path: path, from: from}, nil
}

// Send writes the mail. The file appears whole, can be read by its owner alone, and
// has the same name at every try.
func (d *Directory) Send(_ context.Context, m Mail) (err error) {
	msg, err := compose(d.from, m)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if _, err := msg.WriteTo(&text); err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	file, err := os.CreateTemp(d.path, ".mail-*") // mode 0600
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	defer func() {
		if err != nil {
			os.Remove(file.Name()) //nolint:errcheck // err says what went wrong
		}
	}()
	_, err = file.Write(text.Bytes())
	err = errors.Join(err, file.Sync(), file.Close())
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	name := fmt.Sprintf("%s-%d.eml", m.QueuedAt.UTC().Format("20060102T150405.000000Z"), m.ID)
	if err := os.Rename(file.Name(), filepath.Join(d.path, name)); err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	return nil
}
