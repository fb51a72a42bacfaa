package dev.windlass.server.cli;

import dev.windlass.bench.EngineBench;
import dev.windlass.chain.BlockId;
import dev.windlass.chain.Hash;
import dev.windlass.node.BanName;
import dev.windlass.node.BandwidthPlan;
import dev.windlass.node.GenesisOfNode;
import dev.windlass.node.HistoryName;
import dev.windlass.node.NodeConfig;
import dev.windlass.node.PeerSource;
import dev.windlass.p2p.rpc.HeadSource;
import dev.windlass.server.http.OperatorTime;
import dev.windlass.wire.devp2p.Capability;
import dev.windlass.wire.devp2p.Enode;
import dev.windlass.wire.jsonrpc.RpcUrl;
import dev.windlass.wire.network.Network;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Parses the values of options. Each error message says what is expected. */
final class OptionConverters {
  private static final Pattern DIGITS = Pattern.compile("[0-9]+");

  private OptionConverters() {}

  static final class Port implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return number(text, "a port", 0, 0xffff);
    }
  }

  /** A count of blocks whose hashes fit in a gigabyte. */
  static final class Blocks implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return number(text, text.replace("_", ""), "a count of blocks", 1, 10_000_000);
    }
  }

  static final class Rounds implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return number(text, "a count of rounds", 1, 1_000);
    }
  }

  /** A count of peers, each of which needs a thread. */
  static final class Peers implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return number(text, "a count of peers", 1, 256);
    }
  }

  /** Below 64 MiB, two of the largest messages would not fit. */
  static final class MemoryMib implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return number(text, "a size in MiB", 64, 1 << 16);
    }
  }

  /** LevelDB takes its size in an int of bytes. */
  static final class CacheMib implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return number(text, "a size in MiB", 1, 2_047);
    }
  }

  /** The largest eras of mainnet have some 700 MB. */
  static final class EraCacheMib implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return number(text, "a size in MiB", 1, 1 << 24);
    }
  }

  /** Each takes a socket. */
  static final class PeerCount implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return number(text, "a count of peers", 1, 1_000);
    }
  }

  /** A size from the smallest transaction to what fits in a message of the network. */
  static final class BodyBytes implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return number(text, "a length in bytes", 16, 8 << 20);
    }
  }

  static final class Transactions implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return number(text, "a count of transactions", 0, 10_000);
    }
  }

  /** Whole milliseconds or seconds. */
  static final class Time implements ITypeConverter<Duration> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,6})(ms|s)");

    @Override
    public Duration convert(String text) {
      Matcher matcher = FORM.matcher(text.strip());
      if (!matcher.matches()) {
        throw new TypeConversionException(
            "'" + text + "' is not a time: expected a number and its unit, such as 50ms or 2s");
      }
      long number = Long.parseLong(matcher.group(1));
      return matcher.group(2).equals("s") ? Duration.ofSeconds(number) : Duration.ofMillis(number);
    }
  }

  static final class BadPeer implements ITypeConverter<EngineBench.BadPeer> {
    @Override
    public EngineBench.BadPeer convert(String text) {
      return orComplain(EngineBench.BadPeer::parse, text.strip());
    }
  }

  static final class Pause implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      return time(OperatorTime.PAUSE, text);
    }
  }

  /** A time of at least a second. Zero stands for none. */
  static final class TipAge implements ITypeConverter<Duration> {
    private static final OperatorTime FORM =
        new OperatorTime("smhd", Duration.ofDays(365), "expected none, or 1s to 365d, such as 24h");

    @Override
    public Duration convert(String text) {
      return text.strip().equals("none") ? Duration.ZERO : time(FORM, text);
    }
  }

  static final class DemoShown implements ITypeConverter<DemoCommand.Shown> {
    @Override
    public DemoCommand.Shown convert(String text) {
      return switch (text.strip()) {
        case "downloader" -> DemoCommand.Shown.DOWNLOADER;
        case "sync-manager" -> DemoCommand.Shown.SYNC_MANAGER;
        default ->
            throw new TypeConversionException(
                "'" + text + "' is not a demo: expected downloader or sync-manager");
      };
    }
  }

  static final class BanLength implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      return time(OperatorTime.BAN, text);
    }
  }

  private static Duration time(OperatorTime form, String text) {
    try {
      return form.parse(text.strip());
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException("'" + text + "' is not a time: " + e.getMessage());
    }
  }

  /** The name of a peer or a host, as bans have it. */
  static final class Ban implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
      return orComplain(BanName::parse, text.strip()).peer().name();
    }
  }

  static final class NamedNetwork implements ITypeConverter<Network> {
    @Override
    public Network convert(String text) {
      if (text.strip().equalsIgnoreCase(GenesisOfNode.NETWORK.name())) {
        return GenesisOfNode.NETWORK;
      }
      return Network.named(text.strip())
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "'"
                          + text
                          + "' is not one of "
                          + String.join(", ", Network.names())
                          + ", "
                          + GenesisOfNode.NETWORK));
    }
  }

  static final class BlockHash implements ITypeConverter<Hash> {
    @Override
    public Hash convert(String text) {
      return orComplain(Hash::fromHex, text.strip());
    }
  }

  static final class Bandwidth implements ITypeConverter<BandwidthPlan> {
    @Override
    public BandwidthPlan convert(String text) {
      return orComplain(BandwidthPlan::parse, text);
    }
  }

  static final class Wanted implements ITypeConverter<HistoryName> {
    @Override
    public HistoryName convert(String text) {
      return orComplain(HistoryName::parse, text);
    }
  }

  static final class Checkpoint implements ITypeConverter<BlockId> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,18})=(.*)");

    @Override
    public BlockId convert(String text) {
      Matcher matcher = FORM.matcher(Elements.plain(text));
      if (!matcher.matches()) {
        throw new TypeConversionException(
            "'" + text + "' is not a checkpoint: expected NUMBER=HASH, such as 15537394=0x56a9...");
      }
      long number = Long.parseLong(digits(matcher.group(1)));
      return new BlockId(number, new BlockHash().convert(matcher.group(2)));
    }
  }

  static final class Peer implements ITypeConverter<PeerSource> {
    @Override
    public PeerSource convert(String text) {
      // A missing file is not refused here. The node leaves it out with a warning.
      return orComplain(PeerSource::parse, Elements.plain(text));
    }
  }

  static final class TrustedPeer implements ITypeConverter<PeerSource> {
    @Override
    public PeerSource convert(String text) {
      return new PeerSource.NodePeer(orComplain(Enode::parse, Elements.plain(text)), true);
    }
  }

  /** A JSON-RPC node. The message does not repeat the text, which may hold a key. */
  static final class Rpc implements ITypeConverter<RpcUrl> {
    @Override
    public RpcUrl convert(String text) {
      return orComplain(RpcUrl::parse, Elements.plain(text));
    }
  }

  static final class HeadTag implements ITypeConverter<HeadSource.Tag> {
    @Override
    public HeadSource.Tag convert(String text) {
      return Arrays.stream(HeadSource.Tag.values())
          .filter(tag -> tag.label().equalsIgnoreCase(text.strip()))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "'" + text + "' is none of finalized, safe and latest"));
    }
  }

  static final class NodeAddress implements ITypeConverter<Enode> {
    @Override
    public Enode convert(String text) {
      return orComplain(Enode::parse, text.strip());
    }
  }

  /** A supported protocol. */
  static final class Protocol implements ITypeConverter<Capability> {
    @Override
    public Capability convert(String text) {
      String name = Elements.plain(text);
      return NodeConfig.P2p.PROTOCOLS.stream()
          .filter(protocol -> protocol.toString().equals(name.toLowerCase(Locale.ROOT)))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "'"
                          + name
                          + "' is not one of "
                          + NodeConfig.P2p.PROTOCOLS.stream()
                              .map(Capability::toString)
                              .collect(Collectors.joining(", "))));
    }
  }

  /** An existing file. Its content is checked when it is read. */
  static final class FilePath implements ITypeConverter<Path> {
    @Override
    public Path convert(String text) {
      return requireFile(path(text));
    }
  }

  /** A file that exists or can be made. */
  static final class NewFilePath implements ITypeConverter<Path> {
    @Override
    public Path convert(String text) {
      Path path = path(text);
      Path folder = path.toAbsolutePath().getParent();
      if (Files.isDirectory(path)) {
        throw new TypeConversionException(path + ": is a folder, not a file");
      }
      if (folder == null || !Files.isDirectory(folder)) {
        throw new TypeConversionException(path + ": its folder does not exist");
      }
      return path;
    }
  }

  /** A folder that exists or can be made. */
  static final class FolderPath implements ITypeConverter<Path> {
    @Override
    public Path convert(String text) {
      Path path = path(text);
      if (Files.exists(path) && !Files.isDirectory(path)) {
        throw new TypeConversionException(path + ": is a file, not a folder");
      }
      return path;
    }
  }

  /** A host name or address. An IPv6 address may have brackets. */
  static final class Host implements ITypeConverter<String> {
    private static final Pattern FORM =
        Pattern.compile("[\\p{Alnum}._-]{1,253}|[0-9A-Fa-f:.]{2,45}|\\[[0-9A-Fa-f:.]{2,45}]");

    @Override
    public String convert(String text) {
      String host = text.strip();
      if (!FORM.matcher(host).matches()) {
        throw new TypeConversionException(
            "'" + text + "' is not a host: expected a name or an address, such as 127.0.0.1");
      }
      return host;
    }
  }

  /** A host name that requests may use for a node, or {@code *}. */
  static final class AllowedName implements ITypeConverter<String> {
    private static final String ANY = "*";

    @Override
    public String convert(String text) {
      String name = Elements.plain(text);
      return name.equals(ANY) ? name : new Host().convert(name);
    }
  }

  /** A token for an HTTP header. Error messages do not repeat it. */
  static final class Token implements ITypeConverter<String> {
    private static final Pattern FORM = Pattern.compile("[!-~]*");

    @Override
    public String convert(String text) {
      String token = text.strip();
      if (!FORM.matcher(token).matches()) {
        throw new TypeConversionException(
            "it has a space, or a sign that is not in ASCII: expected letters, digits and signs");
      }
      return token;
    }
  }

  static final class SourceCount implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return number(text, "a count of sources", 1, 100);
    }
  }

  static final class CallRate implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return number(text, "a count of calls", 1, 1_000_000);
    }
  }

  /** A token for the nodes at an address. Error messages do not repeat it. */
  static final class AddressedToken implements ITypeConverter<RpcOptions.Addressed<String>> {
    @Override
    public RpcOptions.Addressed<String> convert(String text) {
      RpcOptions.Addressed<String> parts = addressed(Elements.plain(text), "TOKEN");
      return new RpcOptions.Addressed<>(parts.address(), new Token().convert(parts.value()));
    }
  }

  /** An existing file for the nodes at an address. */
  static final class AddressedFile implements ITypeConverter<RpcOptions.Addressed<Path>> {
    @Override
    public RpcOptions.Addressed<Path> convert(String text) {
      RpcOptions.Addressed<String> parts = addressed(Elements.plain(text), "FILE");
      return new RpcOptions.Addressed<>(parts.address(), new FilePath().convert(parts.value()));
    }
  }

  private static RpcOptions.Addressed<String> addressed(String text, String label) {
    int end = text.indexOf('=');
    if (end < 1 || end == text.length() - 1) {
      throw new TypeConversionException(
          "expected HOST:PORT=" + label + ", such as 127.0.0.1:8545=" + label);
    }
    return new RpcOptions.Addressed<>(text.substring(0, end), text.substring(end + 1));
  }

  /** An unsigned number of 64 bits. */
  static final class NetworkId implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      try {
        return Long.parseUnsignedLong(digits(text));
      } catch (NumberFormatException e) {
        throw new TypeConversionException(
            "'" + text + "' is not a network id: expected a number from 0 to 2^64-1");
      }
    }
  }

  /** The values of an enum, as a user writes them. */
  static String names(Class<?> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }

  private static int number(String text, String what, int min, int max) {
    return number(text, text, what, min, max);
  }

  private static int number(String written, String text, String what, int min, int max) {
    try {
      int number = Integer.parseInt(digits(text));
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Reported below, like a number that is out of range.
    }
    throw new TypeConversionException(
        "'" + written + "' is not " + what + ": expected a number from " + min + " to " + max);
  }

  /** Refuses a plus sign and digits of other scripts, which Java accepts. */
  private static String digits(String text) {
    String digits = text.strip();
    if (!DIGITS.matcher(digits).matches()) {
      throw new NumberFormatException(digits);
    }
    return digits;
  }

  private static Path path(String text) {
    if (text.isBlank()) {
      throw new TypeConversionException("a path is missing");
    }
    return orComplain(Path::of, text);
  }

  private static Path requireFile(Path path) {
    if (Files.isDirectory(path)) {
      throw new TypeConversionException(path + ": is a folder, not a file");
    }
    if (!Files.exists(path)) {
      throw new TypeConversionException(path + ": no such file");
    }
    return path;
  }

  private static <T> T orComplain(Function<String, T> parse, String text) {
    try {
      return parse.apply(text);
    } catch (InvalidPathException e) {
      throw new TypeConversionException(
          "'"
              + text
              + "' is no path in the encoding of this locale, "
              + System.getProperty("sun.jnu.encoding")
              + " (LC_ALL=C.UTF-8 sets another)");
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
