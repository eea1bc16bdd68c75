"""What is done about what is late: plans, steps, reminders and pauses."""
