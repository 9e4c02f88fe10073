"""Letters going out: words, bytes, the queue, the gate, delivery."""
