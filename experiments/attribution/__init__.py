"""Which tokens carried an answer: integrated gradients, and attention beside them."""
