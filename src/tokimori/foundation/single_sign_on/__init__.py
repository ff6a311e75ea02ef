"""Single sign-on: a company's own identity provider says who somebody is, by SAML 2.0 or OpenID Connect."""
