"""In which country a network is registered, by the files that the regional registries publish; nobody is asked."""
