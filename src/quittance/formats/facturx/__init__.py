"""Electronic invoices of others: CII, UBL, and the XML inside a Factur-X PDF."""
