"""`./kith audit`: the release check of the site, in a browser, as it is deployed."""
