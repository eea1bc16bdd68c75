"""What was sold: invoices, their lines and installments."""
