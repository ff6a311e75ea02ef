"""SCIM 2.0 (RFC 7643, RFC 7644): the door of a company's directory."""
