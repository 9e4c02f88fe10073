"""What others will make of our letters: what our domains publish, and whether relays and mailboxes let us in."""
