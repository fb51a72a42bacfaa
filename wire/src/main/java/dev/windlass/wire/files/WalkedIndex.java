package dev.windlass.wire.files;

import dev.windlass.chain.Hash;
import dev.windlass.chain.HashIndex;
import java.util.OptionalInt;

/** The index from a walk in this process: 56 to 64 bytes a block, off the heap. */
record WalkedIndex(long firstNumber, HashIndex hashes, PlaceList places) implements FileIndex {
  @Override
  public int size() {
    return hashes.size();
  }

  @Override
  public Hash hash(int position) {
    return hashes.hash(position);
  }

  @Override
  public OptionalInt find(Hash hash) {
    return hashes.find(hash);
  }

  @Override
  public long first(int position) {
    return places.first(position);
  }

  @Override
  public long second(int position) {
    return places.second(position);
  }

  @Override
  public void close() {}
}
