"""Which rules deserve the attention they ask for: counts by day, and the page over them."""
