//go:build tools

// Package tools names the program that the module file pins; it is never compiled.
package tools

import _ "sigs.k8s.io/kwok/cmd/kwok"
