"""Bytes to values and values to bytes: no framework, no socket, no database."""
