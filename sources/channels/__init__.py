"""How files come in: folders, object stores, HTTP, databases. Each offers arrivals; landing keeps them."""
