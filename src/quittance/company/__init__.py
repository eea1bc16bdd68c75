"""Who sells: the companies of this installation, their people, accounts and numbers."""
