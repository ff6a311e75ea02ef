"""What a company's directory tells us about accounts and groups (SCIM 2.0, RFC 7643 and 7644), and what it may change."""
