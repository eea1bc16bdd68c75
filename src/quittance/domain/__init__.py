"""What the product computes: the standard library only, no clock, no input or output, no framework."""
