package srs

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Parameters of argon2id: OWASP ASVS 5.0, appendix C (t=2, m>=19 MiB, p=1).
const (
	argonTime    = 2
	argonMemory  = 19456 // KiB
	argonThreads = 1
	argonKey     = 32
	argonSalt    = 16
	// hashingAtOnce bounds the memory and CPU that logins can take together: some
	// fifty logins a second on one core, and registrars keep their sessions.
	hashingAtOnce = 1
)

var b64 = base64.RawStdEncoding

// hashPassword makes an argon2id string in the PHC format.
func (s *SRS) hashPassword(ctx context.Context, password string) (string, error) {
	release, err := s.hashSlot(ctx)
	if err != nil {
		return "", err
	}
	defer release()
	salt := make([]byte, argonSalt)
	rand.Read(salt) //nolint:errcheck // crypto/rand.Read never fails
	key := argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonThreads, argonKey)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonThreads,
		b64.EncodeToString(salt), b64.EncodeToString(key)), nil
}

// passwordMatches compares a password with a PHC string in constant time.
func (s *SRS) passwordMatches(ctx context.Context, phc, password string) (bool, error) {
	var version, threads int
	var memory, time uint32
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, fmt.Errorf("stored password is no argon2id string")
	}
	if _, err := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &memory, &time, &threads); err != nil {
		return false, fmt.Errorf("stored password: %w", err)
	}
	salt, err := b64.DecodeString(parts[4])
	if err != nil {
		return false, fmt.Errorf("stored password: %w", err)
	}
	want, err := b64.DecodeString(parts[5])
	if err != nil {
		return false, fmt.Errorf("stored password: %w", err)
	}
	release, err := s.hashSlot(ctx)
	if err != nil {
		return false, err
	}
	defer release()
	got := argon2.IDKey([]byte(password), salt, time, memory, uint8(threads), uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}

// hashSlot waits for one of the places that bound hashing.
func (s *SRS) hashSlot(ctx context.Context) (release func(), err error) {
	select {
	case s.hashing <- struct{}{}:
		return func() {
			// Each run leaves 19 MiB of garbage. Left to itself the collector lets
			// several pile up, and whoever guesses passwords decides how many.
			runtime.GC()
			<-s.hashing
		}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
