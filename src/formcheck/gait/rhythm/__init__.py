"""The stride's beat, and how many times slower than real time a clip plays."""
