"""Letters to people, by e-mail: kept with what happened, sent by a job."""
