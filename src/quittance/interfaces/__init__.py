"""The doors of the product: they read the clock, translate, and call one story."""
