package dev.windlass.server.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

/**
 * A configuration file in TOML: flat keys, named as the options are, without their dashes in front.
 *
 * <p>Immutable; every key in it is one that some command knows.
 */
final class ConfigFile {
  /** A value as the command line would have it, and where it stands. */
  record Entry(String value, String position) {}

  /**
   * What is wrong with the file, in one line that names the file and, where there is one, the line.
   */
  static final class WrongFileException extends Exception {
    private static final long serialVersionUID = 1;

    WrongFileException(String message) {
      super(message);
    }
  }

  private final Map<String, Entry> entries;

  private ConfigFile(Map<String, Entry> entries) {
    this.entries = entries;
  }

  static ConfigFile read(Path path, Set<String> knownKeys) throws WrongFileException {
    TomlParseResult toml = parse(path);
    Map<String, Entry> entries = new TreeMap<>();
    for (String key : toml.keySet()) {
      Object value = toml.get(List.of(key));
      String position = path + ":" + toml.inputPositionOf(List.of(key)).line();
      if (!knownKeys.contains(key)) {
        throw new WrongFileException(
            position + ": unknown key '" + key + "'" + Nearest.question(key, knownKeys));
      }
      entries.put(key, new Entry(text(value, key, position), position));
    }
    return new ConfigFile(entries);
  }

  Optional<Entry> entry(String key) {
    return Optional.ofNullable(entries.get(key));
  }

  private static TomlParseResult parse(Path path) throws WrongFileException {
    TomlParseResult toml;
    try {
      toml = Toml.parse(Files.readString(path));
    } catch (NoSuchFileException e) {
      throw new WrongFileException(path + ": no such file");
    } catch (CharacterCodingException e) {
      throw new WrongFileException(path + ": not a text file in UTF-8");
    } catch (AccessDeniedException e) {
      throw new WrongFileException(path + ": permission denied");
    } catch (IOException e) {
      throw new WrongFileException(path + ": cannot be read: " + e.getMessage());
    }
    if (toml.hasErrors()) {
      TomlParseError first = toml.errors().get(0);
      throw new WrongFileException(
          path + ":" + first.position().line() + ": not TOML: " + first.getMessage());
    }
    return toml;
  }

  private static String text(Object value, String key, String position) throws WrongFileException {
    if (value instanceof TomlArray array) {
      return IntStream.range(0, array.size())
          .mapToObj(i -> String.valueOf(array.get(i)))
          .collect(Collectors.joining(","));
    }
    if (value instanceof TomlTable) {
      throw new WrongFileException(
          position + ": '" + key + "' is a table: expected " + key + " = VALUE");
    }
    return String.valueOf(value);
  }
}
