package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// maxFileBytes caps the configuration and each secret; a real one has a few kilobytes.
const maxFileBytes = 1 << 20

// Load reads the configuration file and checks it (see [Config.Check]). Keys that
// the file does not set have their default; relative paths are resolved against
// the file's directory; a database_url_file is read into DatabaseURL. The error
// has a line for each fault.
func Load(path string) (Config, error) {
	text, err := readFile(path)
	if err != nil {
		return Config{}, err
	}
	c, err := parse(text)
	if err != nil {
		return Config{}, locate(path, err)
	}
	c.resolve(filepath.Dir(path))
	if err := c.Check(); err != nil {
		return Config{}, locate(path, err)
	}
	if c.DatabaseURLFile != "" {
		if c.DatabaseURL, err = ReadSecret(c.DatabaseURLFile); err != nil {
			return Config{}, locate(path, fmt.Errorf("database_url_file: %w", err))
		}
		if err := checkDatabaseURL(c.DatabaseURL); err != nil {
			return Config{}, locate(path, fmt.Errorf("database_url_file: %w", err))
		}
	}
	return c, nil
}

// locate prefixes every line of an error with the file's name. Some begin with
// the line and column there.
func locate(path string, err error) error {
	lines := strings.Split(err.Error(), "\n")
	for i, line := range lines {
		if line == "" || line[0] < '0' || line[0] > '9' {
			line = " " + line
		}
		lines[i] = path + ":" + line
	}
	return errors.New(strings.Join(lines, "\n"))
}

// parse decodes the text over the defaults. Errors begin "line:column: ".
func parse(text []byte) (Config, error) {
	c := Default()
	err := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(&c)
	var unknown *toml.StrictMissingError
	var broken *toml.DecodeError
	if err == nil {
		err = exactKeys(text)
	}
	switch {
	case err == nil:
		return c, nil
	case errors.As(err, &unknown):
		var all []error
		for _, e := range unknown.Errors {
			line, column := e.Position()
			all = append(all, fmt.Errorf("%d:%d: unknown key %s", line, column, strings.Join(e.Key(), ".")))
		}
		return Config{}, errors.Join(all...)
	case errors.As(err, &broken):
		line, column := broken.Position()
		what := strings.TrimPrefix(broken.Error(), "toml: ")
		if key := strings.Join(broken.Key(), "."); key != "" {
			what = key + ": " + what
		}
		return Config{}, fmt.Errorf("%d:%d: %s", line, column, what)
	default:
		return Config{}, err
	}
}

// exactKeys refuses keys that differ from the known ones in case, which the
// decoder takes: a file could then set one key twice.
func exactKeys(text []byte) error {
	var keys map[string]any
	if err := toml.Unmarshal(text, &keys); err != nil {
		return err
	}
	var all []error
	var walk func(prefix string, keys map[string]any)
	walk = func(prefix string, keys map[string]any) {
		for key, value := range keys {
			if strings.ToLower(key) != key {
				all = append(all, fmt.Errorf("unknown key %s%s: keys are in lower case", prefix, key))
			}
			if section, ok := value.(map[string]any); ok {
				walk(prefix+key+".", section)
			}
		}
	}
	walk("", keys)
	return errors.Join(all...)
}

// resolve makes relative paths relative to the file's directory.
func (c *Config) resolve(base string) {
	for _, path := range append(c.TMCH.Files(),
		&c.DataDir, &c.DatabaseURLFile, &c.EPP.CertFile, &c.EPP.KeyFile, &c.DNS.TSIGKeysFile,
		&c.HTTPS.CertFile, &c.HTTPS.KeyFile, &c.Mail.PasswordFile, &c.Mail.Directory,
		&c.Preapproval.WhitelistFile, &c.Whitelist.TargetsFile,
	) {
		if *path != "" && !filepath.IsAbs(*path) {
			*path = filepath.Join(base, *path)
		}
	}
}

func readFile(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxFileBytes+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxFileBytes {
		return nil, fmt.Errorf("%s is larger than %d octets", path, maxFileBytes)
	}
	return text, nil
}
