"""Samples kept by InfluxDB 1, 2 or 3, for a site that has one or has outgrown one machine."""
