"""What is done about webhooks: add, try, remove; write deliveries down, and send them."""
