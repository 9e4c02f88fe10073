"""Speed, measured: ratios in one run against a stated reference. Absolute times mean nothing on a shared machine."""
