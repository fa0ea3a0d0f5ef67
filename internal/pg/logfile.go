package pg

import (
	"errors"
	"os"
)

// maxLogBytes caps each of the two log files.
const maxLogBytes = 10 << 20

// cappedFile is a log file that keeps its last max to 2*max bytes: when it is
// full it is renamed to path.1, in place of the one before.
type cappedFile struct {
	path string
	max  int64
	file *os.File
	size int64
}

func (f *cappedFile) write(line string) error {
	if f.file != nil && f.size+int64(len(line)) > f.max {
		f.close()
		if err := os.Rename(f.path, f.path+".1"); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	if f.file == nil {
		file, err := os.OpenFile(f.path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
		if err != nil {
			return err
		}
		info, err := file.Stat()
		if err != nil {
			file.Close()
			return err
		}
		f.file, f.size = file, info.Size()
	}
	n, err := f.file.WriteString(line)
	f.size += int64(n)
	return err
}

func (f *cappedFile) close() {
	if f.file != nil {
		f.file.Close()
		f.file = nil
	}
}
