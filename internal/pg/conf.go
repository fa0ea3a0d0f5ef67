package pg

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// settings are the cluster's settings, apart from where things are. They are
// meant for a registry that shares its machine with the database; an operator
// who wants more writes postgresql.local.conf or brings an own PostgreSQL.
func settings() map[string]string {
	return map[string]string{
		// Nobody but this machine's owner of the socket may connect.
		"listen_addresses":        "",
		"unix_socket_permissions": "0700",
		"max_connections":         "100",

		// A command is answered after its commit is on the disk, and not before.
		"fsync":              "on",
		"synchronous_commit": "on",
		"full_page_writes":   "on",
		"wal_level":          "replica", // so that pg_basebackup and standbys work

		"shared_buffers":       "256MB", // the indexes of a million names; memory is taken as pages are used
		"effective_cache_size": "1GB",
		"work_mem":             "16MB",
		"maintenance_work_mem": "128MB",
		"random_page_cost":     "1.1", // flash storage

		// Rare, spread out checkpoints: fewer full page writes while registrars wait.
		"max_wal_size":                 "2GB",
		"min_wal_size":                 "256MB",
		"checkpoint_timeout":           "10min",
		"checkpoint_completion_target": "0.9",

		"jit": "off", // a registry's statements are short; compiling them costs more than it saves

		"timezone":     "UTC",
		"log_timezone": "UTC",
		"datestyle":    "ISO, YMD",
		"lc_messages":  "C",

		// The supervisor reads standard error and caps the file.
		"logging_collector": "off",
		"log_destination":   "stderr",
		"log_line_prefix":   "%m [%p] ",
		"log_lock_waits":    "on",
	}
}

// volatileSettings replace some of settings when Config.Volatile.
func volatileSettings() map[string]string {
	return map[string]string{
		"fsync": "off", "full_page_writes": "off",
		"wal_level": "minimal", "max_wal_senders": "0", "autovacuum": "off",
	}
}

const hbaText = `# Written at every start: do not edit.
# The directory of the socket admits nobody but the owner of the database and
# root, so whoever gets here is trusted. There is no network listener.
local all all trust
local replication all trust
`

// writeConf writes the settings and makes the socket's directory they name.
func (s *site) writeConf(cfg Config) error {
	if err := s.makeSocketDir(); err != nil {
		return err
	}
	all := settings()
	if cfg.Volatile {
		maps.Copy(all, volatileSettings())
	}
	maps.Copy(all, cfg.Settings)
	maps.Copy(all, map[string]string{
		"data_directory":          filepath.Join(s.seen, "data"),
		"hba_file":                filepath.Join(s.seen, "pg_hba.conf"),
		"ident_file":              filepath.Join(s.seen, "data", "pg_ident.conf"),
		"unix_socket_directories": `"` + strings.ReplaceAll(s.sockSeen, `"`, `""`) + `"`, // a list: quoted, or a comma would end it
		"port":                    "5432",
	})
	var text strings.Builder
	text.WriteString("# Written at every start: do not edit. Your own settings go to postgresql.local.conf.\n")
	for _, name := range slices.Sorted(maps.Keys(all)) {
		value := strings.NewReplacer(`\`, `\\`, `'`, `''`).Replace(all[name])
		fmt.Fprintf(&text, "%s = '%s'\n", name, value)
	}
	if _, err := os.Stat(filepath.Join(s.root, "postgresql.local.conf")); err == nil {
		text.WriteString("include 'postgresql.local.conf'\n")
	}
	for name, content := range map[string]string{"postgresql.conf": text.String(), "pg_hba.conf": hbaText} {
		path := filepath.Join(s.root, name)
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			return fmt.Errorf("pg: %w", err)
		}
		if err := os.Chmod(path, 0o644); err != nil { // whatever the umask took away
			return fmt.Errorf("pg: %w", err)
		}
	}
	return nil
}
