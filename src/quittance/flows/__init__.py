"""Stories across the apps, each read from top to bottom."""
