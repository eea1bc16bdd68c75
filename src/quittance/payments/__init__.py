"""What was paid: statements, bank lines, payments, receivables and what was put on them."""
