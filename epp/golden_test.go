package epp

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const goldenDir = "../testdata/epp"

// goldenFrames reads all frames of a folder of testdata/epp, by file name.
func goldenFrames(t testing.TB, folder string) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(goldenDir, folder, "*.xml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no frames in %s: %v", folder, err)
	}
	frames := make(map[string][]byte, len(files))
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		frames[filepath.Base(f)] = data
	}
	return frames
}

// Every command in testdata/epp/commands is valid, understood, and comes back the same
// when it is written and read again.
func TestGoldenCommands(t *testing.T) {
	var frames [][]byte
	for name, frame := range goldenFrames(t, "commands") {
		cmd, err := DecodeCommand(frame)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		written := EncodeCommand(cmd)
		again, err := DecodeCommand(written)
		if err != nil {
			t.Errorf("%s: written as\n%s\nit is refused: %v", name, written, err)
			continue
		}
		if diff := cmp.Diff(cmd, again); diff != "" {
			t.Errorf("%s: changed by writing and reading:\n%s", name, diff)
		}
		frames = append(frames, frame, written)
	}
	wantValid(t, frames)
}
