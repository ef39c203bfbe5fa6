//go:build tools

// Package tools names the programs that the module file pins; it is never compiled.
package tools

import (
	_ "k8s.io/kubernetes/cmd/kube-apiserver"
)
