package dev.windlass.wire.files;

import dev.windlass.chain.Hash;
import java.util.OptionalInt;

/**
 * The result of the one walk over a file: the hash of each block, and its place in the file.
 *
 * <p>Any number of threads may read. Every method may throw {@link FileChainException}.
 */
interface FileIndex extends Places, AutoCloseable {
  long firstNumber();

  int size();

  Hash hash(int position);

  OptionalInt find(Hash hash);

  @Override
  void close();
}
