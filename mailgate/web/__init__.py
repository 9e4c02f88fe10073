"""What mailgate shows by HTTP. So far: whether it is well, and its numbers for Prometheus."""
