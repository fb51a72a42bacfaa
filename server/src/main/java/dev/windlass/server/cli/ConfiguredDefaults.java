package dev.windlass.server.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/**
 * Provides the values of options that are not on the command line. They come from the environment,
 * else from the configuration file. Without either the option's own default applies.
 *
 * <p>Used by one parse on one thread. It remembers the source of each value for error messages.
 */
final class ConfiguredDefaults implements IDefaultValueProvider {
  static final String CONFIG_FILE = "--config-file";

  private static final String PREFIX = "WINDLASS_";

  /** The variables of the launcher and of the tests. */
  private static final List<String> VARIABLES =
      List.of(
          "WINDLASS_JAVA_OPTS",
          "WINDLASS_TEST_DATA",
          "WINDLASS_INTEROP_CACHE",
          "WINDLASS_CONTAINER_CACHE");

  /** Kubernetes sets these variables if a service is called windlass. */
  private static final Pattern OF_KUBERNETES =
      Pattern.compile("WINDLASS_(SERVICE_\\w+|PORT|PORT_\\d+_\\w+)");

  private final Map<String, String> environment;
  private final Map<ArgSpec, String> origins = new HashMap<>();
  private Optional<ConfigFile> file;

  /** The file on the command line, or null. */
  private String named;

  private boolean areVariablesChecked;

  ConfiguredDefaults(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /**
   * Finds the configuration file before anything is parsed. Picocli needs the values of a group at
   * the first of its options, which may come before {@code --config-file}.
   */
  void lookAt(String... args) {
    for (int i = 0; i < args.length && !args[i].equals("--") && named == null; i++) {
      if (args[i].startsWith(CONFIG_FILE + "=")) {
        named = args[i].substring(CONFIG_FILE.length() + 1);
      } else if (args[i].equals(CONFIG_FILE) && i + 1 < args.length) {
        named = args[i + 1];
      }
    }
  }

  /** {@code --data-path} is WINDLASS_DATA_PATH. */
  static String environmentName(String option) {
    return PREFIX + key(option).replace('-', '_').toUpperCase(Locale.ROOT);
  }

  /** {@code --data-path} is data-path. */
  static String key(String option) {
    return option.substring(2);
  }

  /** The source of an option's value. Empty for the command line and the option's own default. */
  Optional<String> origin(ArgSpec arg) {
    return Optional.ofNullable(origins.get(arg));
  }

  @Override
  public String defaultValue(ArgSpec arg) {
    if (!(arg instanceof OptionSpec option) || !isConfigurable(option)) {
      return null;
    }
    if (option.command().findOption(CONFIG_FILE) == null) {
      // The --peers of a benchmark is not that of the node, whose variable may be set.
      return null;
    }
    requireKnownVariables(option.command().commandLine());
    String name = option.longestName();
    String fromEnvironment = fromEnvironment(name);
    if (fromEnvironment != null) {
      origins.put(arg, environmentName(name));
      return literal(fromEnvironment);
    }
    if (name.equals(CONFIG_FILE)) {
      return null;
    }
    Optional<ConfigFile.Entry> entry = file(option).flatMap(f -> f.entry(key(name)));
    entry.ifPresent(e -> origins.put(arg, e.position()));
    return entry.map(e -> text(option, e)).orElse(null);
  }

  /** The value as text. An empty array counts as no value, like a blank variable. */
  private static String text(OptionSpec option, ConfigFile.Entry entry) {
    List<String> values = entry.values();
    String problem = null;
    if (entry.isArray() && !option.isMultiValue()) {
      problem = "is an array: expected one " + option.paramLabel();
    } else if (entry.isArray() && values.stream().anyMatch(String::isBlank)) {
      problem = "an element is empty: expected " + option.paramLabel();
    }
    if (problem != null) {
      throw new ParameterException(
          option.command().commandLine(),
          option.longestName() + " (" + entry.position() + "): " + problem);
    }
    if (!entry.isArray()) {
      return literal(values.get(0));
    }
    return values.isEmpty() ? null : literal(Elements.joined(values));
  }

  /** Escapes ${NAME}, which picocli would replace by a variable. */
  private static String literal(String value) {
    return value.replace("$", "$$");
  }

  /**
   * The value of the variable. A blank one counts as no value, since compose files pass on empty
   * variables.
   */
  private String fromEnvironment(String option) {
    String value = environment.get(environmentName(option));
    return value == null || value.isBlank() ? null : value;
  }

  private static boolean isConfigurable(OptionSpec option) {
    return option.longestName().startsWith("--") && !option.usageHelp() && !option.versionHelp();
  }

  /** Refuses unknown variables, since a misspelt one would be ignored silently. */
  private void requireKnownVariables(CommandLine commandLine) {
    if (areVariablesChecked) {
      return;
    }
    areVariablesChecked = true;
    List<String> known = new ArrayList<>(VARIABLES);
    known.add(environmentName(CONFIG_FILE));
    knownKeys(commandLine).forEach(key -> known.add(environmentName("--" + key)));
    for (String variable : new TreeSet<>(environment.keySet())) {
      boolean isOurs = variable.startsWith(PREFIX) && !OF_KUBERNETES.matcher(variable).matches();
      if (isOurs && !known.contains(variable)) {
        throw new ParameterException(
            commandLine,
            "unknown environment variable '"
                + variable
                + "'"
                + SpellingSuggestion.question(PREFIX, variable, known));
      }
    }
  }

  /** Reads the file at the first call, and checks all of its keys. */
  private Optional<ConfigFile> file(OptionSpec asking) {
    if (file == null) {
      CommandLine commandLine = asking.command().commandLine();
      String option = CONFIG_FILE;
      String path = named;
      if (path == null) {
        option = CONFIG_FILE + " (" + environmentName(CONFIG_FILE) + ")";
        path = fromEnvironment(CONFIG_FILE);
      }
      file = Optional.empty();
      try {
        if (path != null) {
          Path there = new OptionConverters.FilePath().convert(path);
          file = Optional.of(ConfigFile.read(there, knownKeys(commandLine)));
        }
      } catch (ConfigFile.WrongFileException | TypeConversionException e) {
        throw new ParameterException(commandLine, option + ": " + e.getMessage(), e);
      }
    }
    return file;
  }

  /** The keys of all commands, so that one file can serve all of them. */
  private static Set<String> knownKeys(CommandLine commandLine) {
    CommandLine top = commandLine;
    while (top.getParent() != null) {
      top = top.getParent();
    }
    Set<String> keys = new TreeSet<>();
    for (CommandLine subcommand : top.getSubcommands().values()) {
      if (subcommand.getCommandSpec().findOption(CONFIG_FILE) == null) {
        continue;
      }
      for (OptionSpec option : subcommand.getCommandSpec().options()) {
        if (isConfigurable(option) && !option.longestName().equals(CONFIG_FILE)) {
          keys.add(key(option.longestName()));
        }
      }
    }
    return keys;
  }
}
