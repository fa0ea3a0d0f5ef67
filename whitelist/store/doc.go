// Package store keeps the whitelist registry's tables: policies, applications and
// whitelist names. Its statements run in the transactions of registry/store.
package store
