package dev.windlass.node;

import dev.windlass.store.UnpackedLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.xerial.snappy.OSInfo;
import org.xerial.snappy.Snappy;

/**
 * Snappy's native library, unpacked into the data path and loaded from there.
 *
 * <p>Left to itself snappy unpacks into the temporary directory, which containers mount without the
 * right to execute, under a new name each time, which a killed process leaves behind.
 */
public final class SnappyLibrary {
  private static final String FOLDER = "native";
  private static final String FOLDER_PROPERTY = "org.xerial.snappy.lib.path";
  private static final String NAME_PROPERTY = "org.xerial.snappy.lib.name";

  private SnappyLibrary() {}

  /**
   * Must come before the first use of snappy; a second data path of one process changes nothing.
   */
  public static synchronized void unpackInto(Path dataPath) {
    if (System.getProperty(FOLDER_PROPERTY) != null) {
      return;
    }
    String name = System.mapLibraryName("snappyjava");
    String resource = "native/" + OSInfo.getNativeLibFolderPathForCurrentOS() + "/" + name;
    Path folder = dataPath.resolve(FOLDER).toAbsolutePath();
    try (InputStream in = Snappy.class.getResourceAsStream(resource)) {
      if (in == null) {
        // A system that it brings no library for: it has its own ways to find one, or to say so.
        return;
      }
      UnpackedLibrary.unpack(in.readAllBytes(), folder.resolve(name));
    } catch (IOException e) {
      throw new JobFailedException(
          "cannot unpack snappy into " + folder + ": " + DataPath.reason(e), e);
    }
    System.setProperty(FOLDER_PROPERTY, folder.toString());
    System.setProperty(NAME_PROPERTY, name);
  }
}
