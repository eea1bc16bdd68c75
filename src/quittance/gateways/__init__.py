"""The outside world: each gateway is a protocol, the real thing, and a fake that lives beside it."""
