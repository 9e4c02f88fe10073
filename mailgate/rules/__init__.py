"""Deciding, pure: rules, sorts of mail, commands, life cycle, rights."""
