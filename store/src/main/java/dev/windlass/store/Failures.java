package dev.windlass.store;

import dev.windlass.chain.store.StoreException;
import dev.windlass.chain.store.StoreException.Kind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns errors of LevelDB and the file system into one line that names the kind of failure. */
final class Failures {
  private static final List<String> NO_WRITE =
      List.of(
          "no space left",
          "permission denied",
          "read-only file system",
          "disk quota exceeded",
          "operation not permitted");

  /**
   * LevelDB 1.14 and later write this name, and also read the old one. leveldbjni 1.8 does not know
   * it.
   */
  private static final String NEWER_TABLE = ".ldb";

  // "Corruption: 1 missing files; e.g.: /data/chain/000005.sst"
  private static final Pattern MISSING_FILES =
      Pattern.compile("(\\d+) missing files; e\\.g\\.: .*?(\\d+)\\.sst$");

  private Failures() {}

  /** A failure of LevelDB while it opened the store in this folder. */
  static StoreException whenOpening(Path folder, Exception cause) {
    String said = text(cause);
    String lower = said.toLowerCase(Locale.ROOT);
    // "IO error: lock .../LOCK: Resource temporarily unavailable", or "already held by process".
    if (lower.startsWith("io error: lock ")) {
      return inUse(folder, cause);
    }
    if (isWriteRefused(lower)) {
      return new StoreException(
          Kind.NOT_WRITABLE, "the store in " + folder + " cannot be written: " + said, cause);
    }
    Matcher missing = MISSING_FILES.matcher(said);
    if (missing.find() && Files.exists(folder.resolve(missing.group(2) + NEWER_TABLE))) {
      return new StoreException(
          Kind.FAILED, ofNewerLevelDb(folder, missing.group(1), missing.group(2)), cause);
    }
    if (isDamage(lower) || lower.contains("no such file")) {
      return new StoreException(
          Kind.DAMAGED, "the store in " + folder + " is damaged: " + said, cause);
    }
    return new StoreException(
        Kind.FAILED, "the store in " + folder + " does not open: " + said, cause);
  }

  /** Another process has the store open. */
  static StoreException inUse(Path folder, Exception cause) {
    return new StoreException(
        Kind.IN_USE, "the store in " + folder + " is in use by a process that runs", cause);
  }

  private static String ofNewerLevelDb(Path folder, String count, String table) {
    return String.format(
        "the store in %s was opened with a newer LevelDB, which names tables .ldb: %s.ldb is there,"
            + " and %s.sst is looked for (%s such files). No data is lost: rename every .ldb file in"
            + " there to .sst, and open copies only from now on",
        folder, table, table, count);
  }

  /** A failure of LevelDB while it was in use. */
  static StoreException inUse(Path folder, String doing, RuntimeException cause) {
    String said = text(cause);
    String lower = said.toLowerCase(Locale.ROOT);
    if (isDamage(lower)) {
      return new StoreException(
          Kind.DAMAGED, "the store in " + folder + " is damaged: " + said, cause);
    }
    Kind kind = isWriteRefused(lower) ? Kind.NOT_WRITABLE : Kind.FAILED;
    return new StoreException(
        kind, "the store in " + folder + " could not " + doing + ": " + said, cause);
  }

  /** A failure of the file system, outside LevelDB. */
  static StoreException ofFile(String doing, IOException cause) {
    String said = said(cause);
    boolean isRefused =
        cause instanceof FileAlreadyExistsException
            || said.contains("Not a directory")
            || isWriteRefused(said.toLowerCase(Locale.ROOT));
    return new StoreException(
        isRefused ? Kind.NOT_WRITABLE : Kind.FAILED, "cannot " + doing + ": " + said, cause);
  }

  private static String said(IOException cause) {
    if (cause instanceof FileAlreadyExistsException exists) {
      return exists.getFile() + " is a file, not a folder";
    }
    if (cause instanceof AccessDeniedException denied) {
      return denied.getFile() + ": permission denied";
    }
    if (cause instanceof FileSystemException failed && failed.getReason() != null) {
      return failed.getFile() + ": " + failed.getReason();
    }
    return text(cause);
  }

  /** LevelDB reports a table that has lost its last bytes as an "Invalid argument". */
  private static boolean isDamage(String lower) {
    return lower.contains("corruption") || lower.contains("sstable");
  }

  private static boolean isWriteRefused(String lower) {
    return NO_WRITE.stream().anyMatch(lower::contains);
  }

  /** The message of the root cause, since leveldbjni wraps its own exceptions without a message. */
  private static String text(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage().trim();
  }
}
