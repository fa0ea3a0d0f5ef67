// Package srs is the shared registry system: one method for each operation a
// front end can ask for. A method takes one instant, opens one transaction, locks
// what it needs, asks the rules of package registry, and writes the object with
// its history, ledger, service messages and dirty names together. It knows no
// XML, no HTTP and no DNS.
//
// Errors a client is meant to see are *registry.Error; anything else is a fault.
package srs
