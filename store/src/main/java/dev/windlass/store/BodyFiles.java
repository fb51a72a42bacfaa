package dev.windlass.store;

import dev.windlass.chain.BlockId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The body files of a store, one for each epoch, in the folder {@code bodies} beside the tables of
 * LevelDB. {@link BodyFileFormat} draws them.
 */
final class BodyFiles implements AutoCloseable {
  static final String FOLDER = "bodies";

  private final Path folder;
  private final BodyReader reader;
  private final BodyAppender appender;

  /**
   * Makes no file and no folder before something is appended.
   *
   * @param chain the folder of the database
   */
  BodyFiles(Path chain, BlockId root) {
    folder = chain.resolve(FOLDER);
    reader = new BodyReader(folder);
    appender = new BodyAppender(folder, root);
  }

  BodyReader reader() {
    return reader;
  }

  BodyAppender appender() {
    return appender;
  }

  /** The length of a file, or -1 if there is none. */
  long length(long epoch) {
    try {
      return Files.size(folder.resolve(BodyFileFormat.nameOf(epoch)));
    } catch (NoSuchFileException e) {
      return -1;
    } catch (IOException e) {
      throw Failures.ofFile("read the body files", e);
    }
  }

  /** Deletes the files of the epochs below one, whose bodies nothing names any more. */
  void removeBelow(long epoch) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    appender.closeBelow(epoch);
    reader.closeBelow(epoch);
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        OptionalLong of = BodyFileFormat.epochOfName(file.getFileName().toString());
        if (of.isPresent() && of.getAsLong() < epoch) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw Failures.ofFile("delete body files", e);
    }
  }

  /** Bytes of all files. */
  long sizeBytes() {
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(folder)) {
      long bytes = 0;
      for (Path file : (Iterable<Path>) files::iterator) {
        bytes += Files.size(file);
      }
      return bytes;
    } catch (IOException e) {
      throw Failures.ofFile("read the body files", e);
    }
  }

  @Override
  public void close() {
    reader.close();
    appender.close();
  }
}
