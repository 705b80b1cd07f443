// Package crds names the types that controller-gen writes prometheus-operator's CRDs from.
package crds

import _ "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
