package pg

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// account is the operating system user that PostgreSQL runs as.
type account struct {
	name     string
	uid, gid int
	drop     bool // this process is root, and must not run PostgreSQL as root
}

// chooseAccount picks the account for a cluster in data. PostgreSQL refuses to
// run as root, so root hands over to the owner of an existing cluster, else to
// postgres, else to nobody.
func chooseAccount(data string) (account, error) {
	uid := os.Geteuid()
	owner, err := ownerOf(data)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return account{}, fmt.Errorf("pg: %w", err)
	}
	exists := err == nil
	if uid != 0 {
		me := account{name: userName(uid), uid: uid, gid: os.Getegid()}
		if exists && owner != uid {
			return account{}, fmt.Errorf("the database in %s belongs to user %s, not to %s: start as that user or as root, or choose another directory",
				data, userName(owner), me.name)
		}
		return me, nil
	}
	if exists && owner == 0 {
		return account{}, fmt.Errorf("the database in %s belongs to root, as which PostgreSQL does not run: chown -R it to the user postgres", data)
	}
	if exists {
		u, err := user.LookupId(strconv.Itoa(owner))
		if err != nil {
			return account{}, fmt.Errorf("the database in %s belongs to user %d, who does not exist: chown -R it to the user postgres", data, owner)
		}
		return dropTo(u)
	}
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			return dropTo(u)
		}
	}
	return account{}, errors.New("PostgreSQL does not run as root, and there is neither a user postgres nor nobody: start as an ordinary user")
}

func dropTo(u *user.User) (account, error) {
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return account{}, fmt.Errorf("pg: user %s: %w", u.Username, err)
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		return account{}, fmt.Errorf("pg: user %s: %w", u.Username, err)
	}
	return account{name: u.Username, uid: uid, gid: gid, drop: true}, nil
}

func ownerOf(path string) (uid int, err error) {
	info, err := os.Lstat(path)
	if err != nil {
		return 0, err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, fmt.Errorf("%s: owner unknown", path)
	}
	return int(stat.Uid), nil
}

func userName(uid int) string {
	if u, err := user.LookupId(strconv.Itoa(uid)); err == nil {
		return u.Username
	}
	return strconv.Itoa(uid)
}
