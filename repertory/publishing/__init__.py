"""From the catalog to outputs: what the site consists of."""
