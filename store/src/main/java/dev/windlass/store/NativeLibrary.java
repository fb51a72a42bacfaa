package dev.windlass.store;

import dev.windlass.chain.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import org.fusesource.hawtjni.runtime.Library;
import org.fusesource.leveldbjni.JniDBFactory;

/**
 * LevelDB's native library, which is unpacked into the data path and loaded from there.
 *
 * <p>By default, leveldbjni unpacks into the temporary directory. Containers mount that without
 * permission to execute. It also uses a new name each time, and a killed process leaves the file
 * behind. The library is loaded once per process, for all its stores.
 */
final class NativeLibrary {
  private static final String NAME = "leveldbjni";
  private static final String PATH_PROPERTY = "library." + NAME + ".path";

  private static boolean isLoaded;

  private NativeLibrary() {}

  /** Loads the library, unpacked into this folder, unless it is loaded already. */
  static synchronized void load(Path folder) {
    if (isLoaded) {
      return;
    }
    if (System.getProperty(PATH_PROPERTY) == null) {
      // A class literal does not initialize the class, so leveldbjni loads its library only later.
      Library library = new Library(NAME, JniDBFactory.class);
      Path unpacked = folder.resolve(library.getLibraryFileName()).toAbsolutePath();
      unpack(library, unpacked);
      try {
        System.load(unpacked.toString());
      } catch (UnsatisfiedLinkError e) {
        throw new StoreException(
            StoreException.Kind.FAILED,
            "LevelDB's native library does not load from "
                + unpacked
                + " (is its file system mounted noexec, or is this no glibc system?): "
                + e.getMessage(),
            e);
      }
      System.setProperty(PATH_PROPERTY, unpacked.getParent().toString());
    }
    isLoaded = true;
  }

  /** Whether the folder has the library, so that it need not be unpacked. */
  static boolean isIn(Path folder) {
    Library library = new Library(NAME, JniDBFactory.class);
    Path unpacked = folder.resolve(library.getLibraryFileName());
    try {
      return UnpackedLibrary.isThere(packed(library), unpacked);
    } catch (IOException e) {
      return false;
    }
  }

  private static void unpack(Library library, Path target) {
    try {
      UnpackedLibrary.unpack(packed(library), target);
    } catch (IOException e) {
      throw Failures.ofFile("unpack LevelDB's native library into " + target.getParent(), e);
    }
  }

  private static byte[] packed(Library library) {
    List<String> resources =
        List.of(
            library.getPlatformSpecifcResourcePath(),
            library.getOperatingSystemSpecifcResourcePath(),
            library.getResorucePath());
    for (String resource : resources) {
      try (InputStream in = JniDBFactory.class.getClassLoader().getResourceAsStream(resource)) {
        if (in != null) {
          return in.readAllBytes();
        }
      } catch (IOException e) {
        throw Failures.ofFile("read LevelDB's native library from the program", e);
      }
    }
    throw new StoreException(
        StoreException.Kind.FAILED,
        "this build has no LevelDB for "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.arch"));
  }
}
