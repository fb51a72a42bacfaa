package dev.windlass.wire.mirror;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The part of a file that has come, beside its tag. The tag is what the mirror calls this version
 * of the file.
 *
 * <p>One thread at a time.
 */
final class PartFile {
  private static final String PART = ".part";
  private static final String TAG = ".tag";
  private static final int TAG_CHARS_MAX = 1_024;

  private final Path whole;
  private final Path part;
  private final Path tag;

  PartFile(Path whole) {
    this.whole = whole;
    this.part = whole.resolveSibling(whole.getFileName() + PART);
    this.tag = whole.resolveSibling(whole.getFileName() + TAG);
  }

  /**
   * What is there.
   *
   * @param tag empty if the mirror gave none
   */
  record State(long bytes, Optional<String> tag) {}

  Path whole() {
    return whole;
  }

  boolean isWhole() {
    return Files.isRegularFile(whole);
  }

  State state() throws IOException {
    Files.createDirectories(whole.getParent());
    if (!Files.isRegularFile(part)) {
      return new State(0, Optional.empty());
    }
    String line = Files.isRegularFile(tag) ? Files.readString(tag).strip() : "";
    return new State(Files.size(part), line.isEmpty() ? Optional.empty() : Optional.of(line));
  }

  /** Begins anew, with the version that this tag names. */
  void restart(Optional<String> newTag) throws IOException {
    Files.deleteIfExists(tag);
    Files.write(part, new byte[0]);
    if (newTag.filter(text -> text.length() <= TAG_CHARS_MAX).isPresent()) {
      Files.writeString(tag, newTag.get(), StandardCharsets.UTF_8);
    }
  }

  void append(byte[] bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(part, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
    }
  }

  /** All bytes have come. */
  void finish() throws IOException {
    Files.deleteIfExists(tag);
    Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
  }
}
