"""What each command does, without printing or exiting."""
