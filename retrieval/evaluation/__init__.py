"""How well search finds what people marked as relevant."""
