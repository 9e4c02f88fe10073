"""Every limit of the configuration, just below and just above it."""
