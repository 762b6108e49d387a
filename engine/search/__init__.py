"""From a query to an order of photos."""
