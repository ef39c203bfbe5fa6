//go:build tools

// Package tools names the program that the module file pins; it is never compiled.
package tools

import _ "go.etcd.io/etcd/server/v3"
