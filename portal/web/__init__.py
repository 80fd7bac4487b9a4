"""The gate, forms with effect, errors, filters and headers: HTTP and nothing of the field."""
