package server

import (
	"cadastre/epp"
)

// greeting is the XML instance that opens a session and answers hello (RFC 5730,
// Sections 2.3 and 2.4). Its date is the registry's business clock.
func (s *Server) greeting() []byte {
	return epp.EncodeGreeting(&epp.Greeting{
		ServerID: s.cfg.ServerID,
		Date:     s.cfg.Registry.Now(),
		Versions: []string{version},
		Langs:    []string{language},
		ObjURIs:  s.cfg.Objects,
		ExtURIs:  s.cfg.Extensions,
		DCP:      s.cfg.DCP,
	})
}

// appendGreeting appends the greeting as a data unit.
func (s *Server) appendGreeting(dst []byte) []byte { return epp.AppendFrame(dst, s.greeting()) }
