"""Letters as PDF: formal notices, penalty statements, statements of account."""
