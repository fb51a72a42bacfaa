package dev.windlass.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;

/** A file of random bytes that is only appended to, to measure how fast the disk takes it. */
final class SequentialFile implements AutoCloseable {
  private static final int PART_BYTES = 8_000_000;

  private final FileChannel channel;
  private final byte[] noise = new byte[PART_BYTES];

  SequentialFile(Path file) throws IOException {
    channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    new Random(2).nextBytes(noise);
  }

  /** Appends and flushes. Returns the rate in megabytes a second. */
  double append(long bytes) {
    try {
      long start = System.nanoTime();
      for (long left = bytes; left > 0; left -= PART_BYTES) {
        ByteBuffer part = ByteBuffer.wrap(noise, 0, (int) Math.min(PART_BYTES, left));
        while (part.hasRemaining()) {
          channel.write(part);
        }
      }
      channel.force(true);
      return BodiesBench.megabytesPerSecond(bytes, System.nanoTime() - start);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long written() throws IOException {
    return channel.size();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
