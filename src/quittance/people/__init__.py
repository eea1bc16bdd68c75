"""People who sign in: the smallest of the apps, below all that has walls."""
