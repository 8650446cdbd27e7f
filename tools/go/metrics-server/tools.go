//go:build tools

// Package tools pins metrics-server, with its own versions of Kubernetes' libraries.
package tools

import _ "sigs.k8s.io/metrics-server/cmd/metrics-server"
