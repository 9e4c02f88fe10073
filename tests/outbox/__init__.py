"""Letters: words, bytes, queue, gate, delivery."""
