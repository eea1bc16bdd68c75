"""Bank statements, one module per format; `reader.read_statements` finds the format by its content."""
