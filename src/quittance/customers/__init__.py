"""Who buys, and whom to speak to there."""
