"""What line items are called, where they stand, and what the field's measures are made of."""
