package dev.windlass.node;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Checks the folder of a store before anything is written to it, so that an error names this folder
 * and not a file in it.
 */
public final class DataPath {
  /** The subfolders that a node needs to start. */
  private static final List<String> FOLDERS = List.of("chain", "native");

  private DataPath() {}

  /**
   * The folder for the indexes of file peers. A node starts without it, since indexes can be made
   * again.
   */
  public static Path fileIndexes(Path dataPath) {
    return dataPath.resolve("file-indexes");
  }

  /** The folder for files of era mirrors, until their blocks are stored. */
  public static Path eraCache(Path dataPath) {
    return dataPath.resolve("era-cache");
  }

  /** Why a node cannot keep its store there. Empty if it can. Makes nothing. */
  public static Optional<String> objection(Path dataPath) {
    try {
      requireFolder(existing(dataPath.toAbsolutePath()));
      for (String name : FOLDERS) {
        Path below = dataPath.resolve(name);
        if (Files.exists(below)) {
          requireFolder(below);
        }
      }
      requireIfThere(dataPath.resolve("chain/LOCK"), AccessMode.WRITE);
      requireIfThere(dataPath.resolve("nodekey"), AccessMode.READ);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(reason(e));
    }
  }

  /** Makes the folder. Returns the reason if that fails. */
  public static Optional<String> make(Path dataPath) {
    Optional<String> objection = objection(dataPath);
    if (objection.isPresent()) {
      return objection;
    }
    try {
      Files.createDirectories(dataPath);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(reason(e));
    }
  }

  /** Why an existing store cannot be read. Empty if it can, or if there is none. */
  public static Optional<String> objectionToRead(Path dataPath) {
    try {
      requireIfThere(dataPath, AccessMode.READ, AccessMode.EXECUTE);
      requireIfThere(dataPath.resolve("chain"), AccessMode.READ, AccessMode.EXECUTE);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(reason(e));
    }
  }

  /** The file and the problem of an exception, in words. */
  public static String reason(IOException problem) {
    if (problem instanceof FileAlreadyExistsException exists) {
      return exists.getFile() + ": is a file, not a folder";
    }
    if (problem instanceof AccessDeniedException denied) {
      return denied.getFile() + ": permission denied" + owner(Path.of(denied.getFile()));
    }
    if (problem instanceof NoSuchFileException none) {
      return none.getFile() + ": cannot be made";
    }
    if (problem instanceof FileSystemException failed && failed.getReason() != null) {
      String said = failed.getReason();
      return failed.getFile() + ": " + Character.toLowerCase(said.charAt(0)) + said.substring(1);
    }
    return problem.getMessage();
  }

  /** Names the owner of the path, since a node is often started as another user by mistake. */
  private static String owner(Path path) {
    try {
      return ", since it belongs to user " + Files.getOwner(path).getName();
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }

  /** The path itself, or the nearest existing folder above it. */
  private static Path existing(Path path) throws IOException {
    for (Path there = path; there != null; there = there.getParent()) {
      try {
        require(there);
        return there;
      } catch (NoSuchFileException e) {
        // The loop goes on with the folder above.
        requireNoLink(there);
      }
    }
    return path.getRoot();
  }

  /** Refuses a link to a missing target, since no folder can be made in its place. */
  private static void requireNoLink(Path path) throws IOException {
    if (Files.isSymbolicLink(path)) {
      String why = "is a symbolic link to " + Files.readSymbolicLink(path) + ", which is not there";
      throw new FileSystemException(path.toString(), null, why);
    }
  }

  private static void requireFolder(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      throw new FileAlreadyExistsException(path.toString());
    }
    require(path, AccessMode.READ, AccessMode.WRITE, AccessMode.EXECUTE);
  }

  private static void requireIfThere(Path path, AccessMode... modes) throws IOException {
    try {
      require(path, modes);
    } catch (NoSuchFileException e) {
      // A missing folder will be made.
    }
  }

  private static void require(Path path, AccessMode... modes) throws IOException {
    path.getFileSystem().provider().checkAccess(path, modes);
  }
}
