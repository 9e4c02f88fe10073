"""Every way in. Each ends in `store.journal`."""
