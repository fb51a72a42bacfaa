package dev.windlass.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

/**
 * A configuration file in TOML. Its keys are flat, and are the names of the options without the
 * leading dashes.
 *
 * <p>Immutable. Each of its keys is an option of a command.
 */
final class ConfigFile {
  /**
   * The value of one key, as text.
   *
   * @param values one value, or the elements of an array
   * @param position the file and the line
   */
  record Entry(List<String> values, boolean isArray, String position) {
    Entry {
      values = List.copyOf(values);
    }
  }

  /** Thrown if the file is wrong. The message is one line with the file and, if known, the line. */
  static final class WrongFileException extends Exception {
    private static final long serialVersionUID = 1;

    WrongFileException(String message) {
      super(message);
    }
  }

  /** Far more than all options need. The bound is for devices, which have no end. */
  private static final int BYTES_MAX = 1 << 20;

  /** Some editors write it at the start of a file. */
  private static final String BYTE_ORDER_MARK = "\ufeff";

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
            position + ": unknown key '" + key + "'" + SpellingSuggestion.question(key, knownKeys));
      }
      entries.put(key, entry(value, key, position));
    }
    return new ConfigFile(entries);
  }

  Optional<Entry> entry(String key) {
    return Optional.ofNullable(entries.get(key));
  }

  private static TomlParseResult parse(Path path) throws WrongFileException {
    TomlParseResult toml = Toml.parse(text(path));
    if (toml.hasErrors()) {
      TomlParseError first = toml.errors().get(0);
      throw new WrongFileException(
          path + ":" + first.position().line() + ": not TOML: " + first.getMessage());
    }
    return toml;
  }

  private static String text(Path path) throws WrongFileException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(BYTES_MAX + 1);
      if (bytes.length > BYTES_MAX) {
        throw new WrongFileException(path + ": larger than " + (BYTES_MAX >> 10) + " KiB");
      }
      String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    } catch (NoSuchFileException e) {
      throw new WrongFileException(path + ": no such file");
    } catch (CharacterCodingException e) {
      throw new WrongFileException(path + ": not a text file in UTF-8");
    } catch (AccessDeniedException e) {
      throw new WrongFileException(path + ": permission denied");
    } catch (IOException e) {
      throw new WrongFileException(path + ": cannot be read: " + e.getMessage());
    }
  }

  private static Entry entry(Object value, String key, String position) throws WrongFileException {
    if (!(value instanceof TomlArray array)) {
      return new Entry(List.of(plain(value, "'" + key + "'", position)), false, position);
    }
    List<String> values = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      values.add(plain(array.get(i), "element " + (i + 1) + " of '" + key + "'", position));
    }
    return new Entry(values, true, position);
  }

  private static String plain(Object value, String what, String position)
      throws WrongFileException {
    if (value instanceof TomlTable) {
      throw new WrongFileException(position + ": " + what + " is a table: expected a value");
    }
    if (value instanceof TomlArray) {
      throw new WrongFileException(position + ": " + what + " is an array: expected a value");
    }
    if (value instanceof Temporal) {
      throw new WrongFileException(
          position + ": " + what + " is a date or time: expected a value in quotes");
    }
    return String.valueOf(value);
  }
}
