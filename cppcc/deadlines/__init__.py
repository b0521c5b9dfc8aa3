"""Working days, due rules, deadlines, reminders, notices, outbox and delivery, calendar feed."""
