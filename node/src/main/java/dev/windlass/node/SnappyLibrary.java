package dev.windlass.node;

import dev.windlass.store.UnpackedLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.xerial.snappy.OSInfo;
import org.xerial.snappy.Snappy;

/**
 * Unpacks Snappy's native library into the data path, from where it is loaded.
 *
 * <p>By default Snappy unpacks it into the temporary directory. Containers often forbid to execute
 * files there. It also uses a new name each time, so that a killed process leaves a file behind.
 */
public final class SnappyLibrary {
  private static final String FOLDER = "native";
  private static final String FOLDER_PROPERTY = "org.xerial.snappy.lib.path";
  private static final String NAME_PROPERTY = "org.xerial.snappy.lib.name";

  private SnappyLibrary() {}

  /**
   * Must be called before the first use of Snappy. Only the first data path of a process counts.
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
        // Snappy has no library for this system. It then looks for one itself, or fails.
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
