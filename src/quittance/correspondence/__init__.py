"""What was said: messages, attempts to deliver them, and the documents kept."""
