package dev.windlass.wire.files;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The bytes of one file, which any number of threads may read at any place. Each failure names the
 * file.
 *
 * <p>A gzip file cannot be read at any place, so it is unpacked into a temporary file. That file is
 * unlinked at once, so that no process leaves it behind.
 */
final class FileBytes implements AutoCloseable {
  private static final int COPY_BYTES = 1 << 16;

  private final Path file;
  private final FileChannel channel;
  private final long size;

  private FileBytes(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    this.size = channel.size();
  }

  static FileBytes open(Path file) {
    if (Files.isDirectory(file)) {
      throw new FileChainException(file, "is a folder, not a file of blocks");
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      // Opening a pipe would wait for its writer.
      throw new FileChainException(
          file, "is a pipe or a device: only a file can be read at any place");
    }
    try {
      return new FileBytes(file, FileChannel.open(file, StandardOpenOption.READ));
    } catch (NoSuchFileException e) {
      throw FileChainException.ofDisk(file, "no such file", e);
    } catch (AccessDeniedException e) {
      throw FileChainException.ofDisk(file, "may not be read by this user", e);
    } catch (IOException e) {
      throw FileChainException.ofDisk(file, "cannot be opened: " + e.getMessage(), e);
    }
  }

  boolean isGzip() {
    if (size < 2) {
      return false;
    }
    byte[] magic = read(0, 2);
    return magic[0] == 0x1f && magic[1] == (byte) 0x8b;
  }

  /** The unpacked bytes, whose failures still name the packed file. Closes this object. */
  FileBytes unpacked() {
    Path temporary = null;
    try {
      temporary = Files.createTempFile("windlass-", ".unpacked");
      FileChannel target =
          FileChannel.open(
              temporary,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE);
      try {
        unpackTo(target);
        return new FileBytes(file, target);
      } catch (IOException | RuntimeException e) {
        target.close();
        throw e;
      }
    } catch (IOException e) {
      String folder = temporary == null ? "the temporary folder" : temporary.getParent().toString();
      throw FileChainException.ofDisk(
          file, "cannot be unpacked into " + folder + ": " + e.getMessage(), e);
    } finally {
      close();
    }
  }

  private void unpackTo(FileChannel target) throws IOException {
    byte[] buffer = new byte[COPY_BYTES];
    OutputStream out = Channels.newOutputStream(target);
    long unpacked = 0;
    try (InputStream in =
        new GZIPInputStream(Channels.newInputStream(channel.position(0)), COPY_BYTES)) {
      while (true) {
        int count = in.read(buffer);
        if (count < 0) {
          return;
        }
        out.write(buffer, 0, count);
        unpacked += count;
      }
    } catch (EOFException e) {
      throw new FileChainException(
          file, "is truncated: its gzip data ends after " + unpacked + " unpacked bytes", e);
    } catch (ZipException e) {
      throw new FileChainException(
          file,
          "is damaged: gzip reports, after " + unpacked + " unpacked bytes: " + e.getMessage(),
          e);
    }
  }

  Path file() {
    return file;
  }

  long size() {
    return size;
  }

  /** Reads exactly so many bytes at an offset, or throws. */
  byte[] read(long offset, int count) {
    if (count > size - offset) {
      throw problem("is truncated: " + count + " bytes are missing at offset " + offset);
    }
    ByteBuffer bytes = ByteBuffer.allocate(count);
    try {
      while (bytes.hasRemaining()) {
        if (channel.read(bytes, offset + bytes.position()) < 0) {
          throw problem("has become shorter while it was open; now it ends before " + offset);
        }
      }
    } catch (IOException e) {
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw FileChainException.ofDisk(
          file, "cannot be read at offset " + offset + ": " + reason, e);
    }
    return bytes.array();
  }

  FileChainException problem(String what) {
    return new FileChainException(file, what);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new FileChainException(file, "cannot be closed: " + e.getMessage(), e);
    }
  }
}
