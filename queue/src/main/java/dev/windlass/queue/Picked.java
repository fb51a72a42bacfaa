package dev.windlass.queue;

import dev.windlass.chain.BlockHeader;
import dev.windlass.chain.Hash;
import java.util.ArrayList;
import java.util.List;

/** The blocks picked for one reservation, while it is made. */
final class Picked {
  final List<Long> numbers;
  final List<Hash> hashes;
  final List<BlockHeader> headers;

  Picked(int countMax) {
    int size = Math.min(countMax, 1_024);
    numbers = new ArrayList<>(size);
    hashes = new ArrayList<>(size);
    headers = new ArrayList<>(size);
  }

  void add(long number, Hash hash, BlockHeader header) {
    numbers.add(number);
    hashes.add(hash);
    headers.add(header);
  }

  int size() {
    return hashes.size();
  }

  boolean isEmpty() {
    return hashes.isEmpty();
  }
}
