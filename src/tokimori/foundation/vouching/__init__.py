"""Who answers for what: the issuer of a token, the second person of a reset, of rules and of security settings."""
