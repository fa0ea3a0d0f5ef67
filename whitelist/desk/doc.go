// Package desk is the whitelist registry's use cases: policies and their grant,
// applications and decisions, entries of verifiers, and pruning. One method is one
// use case: one transaction, one instant. What must be asked of others, target
// registries and verifiers, is asked outside transactions, by a worker that any
// process can run.
package desk
