package dev.windlass.wire.files;

import dev.windlass.chain.HashIndex;

/** What the one walk over a file leaves: the hash of each block, and its place in the file. */
record FileIndex(long firstNumber, HashIndex hashes, Places places) {}
