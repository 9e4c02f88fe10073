"""What can happen to a ticket, and who is told."""
