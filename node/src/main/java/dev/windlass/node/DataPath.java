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
 * The folder that holds a store, looked at before anything is put into it: what is wrong with it is
 * told of it, and not of the first thing that is unpacked there.
 */
public final class DataPath {
  /** The folders below it without which no node starts. */
  private static final List<String> FOLDERS = List.of("chain", "native");

  private DataPath() {}

  /**
   * Where the indexes of files are kept. They can be made again: no start fails for want of them.
   */
  public static Path fileIndexes(Path dataPath) {
    return dataPath.resolve("file-indexes");
  }

  /** Why no node can keep its store there; empty if one can. Nothing is made. */
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

  /** Makes the folder; returns why that is not possible, if so. */
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

  /** Why the store that may lie there cannot even be read; empty if it can, or if none is there. */
  public static Optional<String> objectionToRead(Path dataPath) {
    try {
      requireIfThere(dataPath, AccessMode.READ, AccessMode.EXECUTE);
      requireIfThere(dataPath.resolve("chain"), AccessMode.READ, AccessMode.EXECUTE);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(reason(e));
    }
  }

  /** What the file system says, in words: which file it is, and what is wrong with it. */
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

  /** It may belong to another user than last time. */
  private static String owner(Path path) {
    try {
      return ", since it belongs to user " + Files.getOwner(path).getName();
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }

  /** The path itself, or the lowest folder above it that is there. */
  private static Path existing(Path path) throws IOException {
    for (Path there = path; there != null; there = there.getParent()) {
      try {
        require(there);
        return there;
      } catch (NoSuchFileException e) {
        // The one above is looked at.
        requireNoLink(there);
      }
    }
    return path.getRoot();
  }

  /** No folder can be made in the place of a link, wherever it leads. */
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
      // What is not there yet will be made.
    }
  }

  private static void require(Path path, AccessMode... modes) throws IOException {
    path.getFileSystem().provider().checkAccess(path, modes);
  }
}
