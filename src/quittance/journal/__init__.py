"""What happened, in order, and never changed."""
