"""What is done behind the pages: mails whose time has come, and long work (started through `interfaces/jobs.py`)."""
