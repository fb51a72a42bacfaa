package dev.windlass.store;

import dev.windlass.chain.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.xerial.snappy.OSInfo;
import org.xerial.snappy.Snappy;

/**
 * Snappy's native library, which is unpacked into the data path and loaded from there.
 *
 * <p>By default Snappy unpacks it into the temporary directory. Containers often forbid to execute
 * files there. It also uses a new name each time, so that a killed process leaves a file behind.
 * The library is loaded once per process, for body files and for all else.
 */
public final class SnappyLibrary {
  private static final String FOLDER = "native";
  private static final String FOLDER_PROPERTY = "org.xerial.snappy.lib.path";
  private static final String NAME_PROPERTY = "org.xerial.snappy.lib.name";

  private SnappyLibrary() {}

  /**
   * Must be called before the first use of Snappy. Only the first data path of a process counts.
   */
  public static void unpackInto(Path dataPath) {
    load(dataPath.resolve(FOLDER));
  }

  /** Loads the library, unpacked into this folder, unless it is loaded already. */
  static synchronized void load(Path folder) {
    if (System.getProperty(FOLDER_PROPERTY) != null) {
      return;
    }
    String name = System.mapLibraryName("snappyjava");
    Path unpacked = folder.toAbsolutePath();
    try {
      byte[] library = packed(name);
      if (library.length > 0) {
        UnpackedLibrary.unpack(library, unpacked.resolve(name));
        System.setProperty(FOLDER_PROPERTY, unpacked.toString());
        System.setProperty(NAME_PROPERTY, name);
      }
      // Loads it now, since the folder of a view does not stay.
      Snappy.maxCompressedLength(1);
    } catch (IOException e) {
      throw Failures.ofFile("unpack Snappy's native library into " + unpacked, e);
    } catch (LinkageError e) {
      throw new StoreException(
          StoreException.Kind.FAILED,
          "Snappy's native library does not load from "
              + unpacked
              + " (is its file system mounted noexec, or is this no glibc system?): "
              + e.getMessage(),
          e);
    }
  }

  /** Whether the folder has the library, so that it need not be unpacked. */
  static boolean isIn(Path folder) {
    String name = System.mapLibraryName("snappyjava");
    try {
      return UnpackedLibrary.isThere(packed(name), folder.resolve(name));
    } catch (IOException e) {
      return false;
    }
  }

  /** Empty if Snappy has no library for this system. It then looks for one itself, or fails. */
  private static byte[] packed(String name) throws IOException {
    String resource = "native/" + OSInfo.getNativeLibFolderPathForCurrentOS() + "/" + name;
    try (InputStream in = Snappy.class.getResourceAsStream(resource)) {
      return in == null ? new byte[0] : in.readAllBytes();
    }
  }
}
