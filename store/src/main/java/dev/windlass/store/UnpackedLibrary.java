package dev.windlass.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;

/**
 * A native library from a jar, unpacked as a file that every user may load. A user other than the
 * one that wrote a store may verify it.
 */
public final class UnpackedLibrary {
  private static final Set<PosixFilePermission> FOR_ALL =
      PosixFilePermissions.fromString("rw-r--r--");

  private UnpackedLibrary() {}

  /** Whether the file has these bytes and this process may read it. */
  static boolean isThere(byte[] library, Path file) throws IOException {
    return Files.isReadable(file) && Arrays.equals(library, Files.readAllBytes(file));
  }

  /** Makes the file unless it is there. */
  public static void unpack(byte[] library, Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    if (isThere(library, file)) {
      return;
    }
    // The file gets its name only once it is whole, since another process may unpack it as well.
    Path part = Files.createTempFile(folder, "library", ".part");
    try {
      Files.write(part, library);
      PosixFileAttributeView rights =
          Files.getFileAttributeView(part, PosixFileAttributeView.class);
      if (rights != null) {
        rights.setPermissions(FOR_ALL);
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
