"""What somebody began to type into a form and has not sent: kept sealed for a day, for himself alone."""
