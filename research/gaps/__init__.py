"""The gap register: where the systems of this repository are worse than elsewhere, or where nothing moves them."""
