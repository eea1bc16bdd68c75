"""The words of the product: messages, letters, sentences and the rules a text must obey."""
