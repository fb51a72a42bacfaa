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
 * Gives an option that is not on the command line its value: from the environment, else from the
 * configuration file, else none, so that the option's own default holds.
 *
 * <p>Used by one parse on one thread. Remembers where each value came from, for error messages.
 */
final class ConfiguredDefaults implements IDefaultValueProvider {
  static final String CONFIG_FILE = "--config-file";

  private static final String PREFIX = "WINDLASS_";

  /** What the launcher and the tests take. */
  private static final List<String> VARIABLES =
      List.of(
          "WINDLASS_JAVA_OPTS",
          "WINDLASS_TEST_DATA",
          "WINDLASS_INTEROP_CACHE",
          "WINDLASS_CONTAINER_CACHE");

  /** Kubernetes tells each container of a service that is called windlass. */
  private static final Pattern OF_KUBERNETES =
      Pattern.compile("WINDLASS_(SERVICE_\\w+|PORT|PORT_\\d+_\\w+)");

  private final Map<String, String> environment;
  private final Map<ArgSpec, String> origins = new HashMap<>();
  private Optional<ConfigFile> file;

  /** The file that the command line names; null if it names none. */
  private String named;

  private boolean areVariablesChecked;

  ConfiguredDefaults(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /**
   * Looks for the configuration file before anything is parsed: picocli asks for the values of a
   * group as soon as it meets one of its options, which may stand before that of the file.
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

  /** Where the value of an option came from, unless it is the command line or its own default. */
  Optional<String> origin(ArgSpec arg) {
    return Optional.ofNullable(origins.get(arg));
  }

  @Override
  public String defaultValue(ArgSpec arg) {
    if (!(arg instanceof OptionSpec option) || !isConfigurable(option)) {
      return null;
    }
    if (option.command().findOption(CONFIG_FILE) == null) {
      // A benchmark's --peers is another one than the node's, whose variable may well be set.
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

  /** An array without elements counts as none, like a blank variable. */
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

  /** Picocli fills in variables where it finds ${NAME}; a file or a variable means what it says. */
  private static String literal(String value) {
    return value.replace("$", "$$");
  }

  /** A blank variable counts as none: compose files pass on what the user left empty. */
  private String fromEnvironment(String option) {
    String value = environment.get(environmentName(option));
    return value == null || value.isBlank() ? null : value;
  }

  private static boolean isConfigurable(OptionSpec option) {
    return option.longestName().startsWith("--") && !option.usageHelp() && !option.versionHelp();
  }

  /** A variable that is misspelt would be ignored without a word. */
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

  /** The file is read once, when the first option asks for it, and all of its keys are checked. */
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

  /** The keys of every command, so that one file can serve all of them. */
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
