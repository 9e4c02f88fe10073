"""What a mail says. Pure: knows no ticket, no database and no socket."""
