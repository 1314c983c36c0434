"""What Prometheus may ask, a file a family; docs/reference/metrics.md lists every name."""
